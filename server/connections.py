"""Connections that must not be held by whoever neither sends nor reads: uvicorn's, with limits."""

import asyncio
import socket
import struct
from asyncio import TimerHandle
from typing import Any
from weakref import WeakKeyDictionary

from httptools import HttpParserError, HttpParserUpgrade, HttpRequestParser
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from server import offers
from server.answers import Answer
from server.portions import Portions

READ_WITHIN = 15.0
"""Seconds from the first byte of a request to its last. The body alone is timed where it is read,
with an answer; this is for heads that never end, and for what comes after an answer."""
LONGEST_HEAD = 32 * 1024
LONGEST_BESIDE = 2 * LONGEST_HEAD
"""Bytes of a request that are not its body: its head, what frames each chunk, trailers."""
LOOK_EVERY = 5.0
PATIENCE = 2
"""So many looks in a row at a peer that has read nothing of what waits for it: then it is cut."""
STOPPING = "stopping"
"""In the state of the application: an event set once the process is told to stop."""

_END = b"connection: close\r\ncontent-length: 0\r\n\r\n"
_TOO_LONG = b"HTTP/1.1 431 Request Header Fields Too Large\r\n" + _END
_INVALID = "Invalid HTTP request received."
_NO_HANDSHAKE = b"HTTP/1.1 400 Bad Request\r\n" + _END


class HttpConnection(HttpToolsProtocol):
    """A request comes whole within seconds, its head in some kilobytes, and in portions."""

    _reading = _in_head = True
    _beside_body = 0
    _too_late: TimerHandle | None = None
    _portions: Portions
    _is_offer = False
    """Whether the head that was read last offers a protocol that is not taken."""
    _present: RequestResponseCycle | None = None
    """The request that is answered at present: others may wait behind it."""
    _answer: Answer | None = None
    """Where its answer is written."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self._portions = Portions(transport, self._read)
        super().connection_made(self._portions)  # type: ignore[arg-type]
        waiting[self] = Waiting()
        self._start_clock()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_clock()
        super().connection_lost(exc)
        if (present := self._present) is not None and not present.response_complete:
            present.disconnected = True  # uvicorn tells the last one that came
            present.message_event.set()
        self._unset_keepalive_if_required()
        self._untie()

    def _untie(self) -> None:
        """Frees it once nobody else refers to it: its parser, what it is read through and what
        waits for its turn refer to it."""
        self.parser = self.cycle = self._present = self._answer = None  # type: ignore[assignment]
        self.pipeline.clear()
        self._portions.end()

    def data_received(self, data: bytes) -> None:
        self._portions.take(data)

    def _read(self, data: bytes) -> None:
        self._beside_body += len(data)
        self._feed(data)
        if self.transport.is_closing() or self._is_answering():
            self._stop_clock()
        elif self._beside_body > (LONGEST_HEAD if self._in_head else LONGEST_BESIDE):
            if self._in_head:
                self.transport.write(_TOO_LONG)
            self.transport.close()
        elif self._too_late is None:
            self._start_clock()

    def _feed(self, data: bytes) -> None:
        """As uvicorn does, but that requests with an offer we do not take keep their bodies."""
        self._unset_keepalive_if_required()
        parser = self.parser
        try:
            parser.feed_data(data)
        except HttpParserUpgrade as stopped:
            if self._is_offer:
                self._feed(self._begun_anew(parser) + data[stopped.args[0] :])
            elif self._should_upgrade():
                self.handle_websocket_upgrade()
        except HttpParserError:
            self.logger.warning(_INVALID)
            self.send_400_response(_INVALID)

    def _begun_anew(self, stopped: HttpRequestParser) -> bytes:
        """What the next parser reads in place of what this one has read."""
        self.parser = HttpRequestParser(self)
        self.parser.set_dangerous_leniencies(lenient_data_after_close=True)
        head = stopped.get_method(), self.url, stopped.get_http_version(), self.headers
        return offers.head_without(*head)

    def handle_websocket_upgrade(self) -> None:
        """From now on it is another connection's, if that one takes it."""
        self._reading = False
        waiting.pop(self, None)
        super().handle_websocket_upgrade()
        self._portions.leave()
        self._untie()
        connection: Any = self._portions.bare.get_protocol()
        if not connection.handshake_initiated:  # it would wait for ever for what cannot come
            self.transport.write(_NO_HANDSHAKE)
            self.transport.close()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        self._present = cycle
        cycle.transport = self._answer = Answer(self._portions)  # type: ignore[assignment]
        super()._start_asgi_task(cycle, app)

    def on_response_complete(self) -> None:
        if self._answer is not None:
            self._answer.end()
        super().on_response_complete()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._reading = self._in_head = True
        self._beside_body = 0
        self._is_offer = False

    def on_headers_complete(self) -> None:
        if self.parser.should_upgrade() and not self._should_upgrade():
            self._is_offer = offers.is_one(self.parser.get_method(), self.headers)
            if self._is_offer:
                return
        super().on_headers_complete()
        self._in_head = False
        # Trailers are nothing that anybody here asks for: they come into a list that nobody reads.
        self.headers = self.headers.copy()

    def on_body(self, body: bytes) -> None:
        self._beside_body -= len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        if self._is_offer:
            return
        super().on_message_complete()
        self._reading, self._in_head, self._beside_body = False, True, 0

    def shutdown(self) -> None:
        """What would never end by itself is told to."""
        if stopping := self.app_state.get(STOPPING):
            stopping.set()
        super().shutdown()

    def _is_answering(self) -> bool:
        """Whether it is ours to go on. Who sends line after line between two requests is timed."""
        return not self._reading and (self.cycle is None or not self.cycle.response_complete)

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


class Waiting:
    """How many bytes a peer had not read when it was last looked at, and for how many looks."""

    __slots__ = ("_bytes", "_looks")

    def __init__(self) -> None:
        self._bytes = self._looks = 0

    def is_stuck(self, bytes: int) -> bool:
        """Whether it has taken none of them for too long."""
        self._looks = self._looks + 1 if 0 < self._bytes <= bytes else 0
        self._bytes = bytes
        return self._looks >= PATIENCE


waiting: WeakKeyDictionary[Any, Waiting] = WeakKeyDictionary()
"""The connections that are looked at."""


async def keep_cutting() -> None:
    """Cuts, for ever, the connections of peers that have stopped reading.

    To close them would wait for them to read what is left, as uvicorn's own time-outs do.
    """
    while True:
        await asyncio.sleep(LOOK_EVERY)
        for connection, looked_at in list(waiting.items()):
            transport = connection.transport
            if looked_at.is_stuck(transport.get_write_buffer_size()):
                cut(transport)


def cut(transport: asyncio.Transport) -> None:
    """Ends it at once, without what is still to be sent: the system would keep it for minutes."""
    if (held := transport.get_extra_info("socket")) is not None:
        held.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()
