"""Connections that must not be held by whoever neither sends nor reads: uvicorn's, with limits."""

import asyncio
from asyncio import TimerHandle
from typing import Any
from weakref import WeakKeyDictionary

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

READ_WITHIN = 15.0
"""Seconds from the first byte of a request to its last. The body alone is timed where it is read,
with an answer; this is for heads that never end, and for what comes after an answer."""
LONGEST_HEAD = 32 * 1024
LOOK_EVERY = 5.0
PATIENCE = 2
"""So many looks in a row at a peer that has read nothing of what waits for it: then it is cut."""
STOPPING = "stopping"
"""In the state of the application: an event set once the process is told to stop."""

_TOO_LONG = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\n"
    b"connection: close\r\ncontent-length: 0\r\n\r\n"
)


class HttpConnection(HttpToolsProtocol):
    """A request comes whole within seconds, its head in some kilobytes."""

    _reading = True
    _length_of_head: int | None = 0
    _too_late: TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        _waiting[self] = Waiting()
        self._start_clock()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_clock()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._length_of_head is not None:
            self._length_of_head += len(data)
        super().data_received(data)
        if self.transport.is_closing() or not self._reading:
            self._stop_clock()
        elif self._length_of_head is not None and self._length_of_head > LONGEST_HEAD:
            self.transport.write(_TOO_LONG)
            self.transport.close()
        elif self._too_late is None:
            self._start_clock()

    def handle_websocket_upgrade(self) -> None:
        """From now on it is another connection's."""
        self._reading = False
        _waiting.pop(self, None)
        super().handle_websocket_upgrade()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._reading, self._length_of_head = True, self._length_of_head or 0

    def on_headers_complete(self) -> None:
        super().on_headers_complete()
        self._length_of_head = None

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._reading = False

    def shutdown(self) -> None:
        """What would never end by itself is told to."""
        if stopping := self.app_state.get(STOPPING):
            stopping.set()
        super().shutdown()

    def _start_clock(self) -> None:
        self._too_late = self.loop.call_later(READ_WITHIN, self._give_up)

    def _give_up(self) -> None:
        if self.flow.read_paused:  # it is not for the client to send, but for us to read
            self._start_clock()
        else:
            self.transport.close()

    def _stop_clock(self) -> None:
        if self._too_late is not None:
            self._too_late.cancel()
            self._too_late = None


class SocketConnection(WebSocketsSansIOProtocol):
    """A WebSocket whose peer is watched."""

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        _waiting[self] = Waiting()


class Waiting:
    """How many bytes a peer had not read when it was last looked at, and for how many looks."""

    def __init__(self) -> None:
        self._bytes = self._looks = 0

    def is_stuck(self, bytes: int) -> bool:
        """Whether it has taken none of them for too long."""
        self._looks = self._looks + 1 if 0 < self._bytes <= bytes else 0
        self._bytes = bytes
        return self._looks >= PATIENCE


_waiting: WeakKeyDictionary[HttpConnection | SocketConnection, Waiting] = WeakKeyDictionary()


async def keep_cutting() -> None:
    """Cuts, for ever, the connections of peers that have stopped reading.

    To close them would wait for them to read what is left, as uvicorn's own time-outs do.
    """
    while True:
        await asyncio.sleep(LOOK_EVERY)
        for connection, waiting in list(_waiting.items()):
            transport = connection.transport
            if waiting.is_stuck(transport.get_write_buffer_size()):
                transport.abort()
