"""WebSockets that can be written to without waiting, and go on without a task of their own."""

import asyncio
import struct
from collections.abc import Callable
from typing import Any, TypeAlias

from uvicorn.protocols.utils import ClientDisconnected
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.protocol import OPEN

from realtime.hub import Waker
from server.connections import Waiting, cut, waiting
from server.portions import Portions

WIRE = "compagnon.wire"
"""Among the extensions of a WebSocket's scope: the connection itself."""
_LOST = 1006

Receiver: TypeAlias = Callable[[dict[str, Any]], None]
"""Told of each message, and of the end, as an application would receive them."""


class SocketConnection(WebSocketsSansIOProtocol):
    """A WebSocket whose peer is watched, and not read while it does not read: pings are answered
    without anybody waiting for it.

    Its application may hand it over and return: what an application holds while it waits is more
    than all else that there is of an idle socket.
    """

    _portions: Portions
    _receiver: Receiver | None = None
    _held_up: tuple[Waker, ...] = ()
    _code: int | None = None
    """With which it has ended, once it was handed over."""
    _when_over: Callable[[int], None] | None = None

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.queue: Any = _Mailbox()
        self.writable: Any = _Gate()

    def connection_made(self, transport: Any) -> None:
        self._portions = Portions(transport, super().data_received)
        super().connection_made(self._portions)  # type: ignore[arg-type]
        waiting[self] = Waiting()

    def data_received(self, data: bytes) -> None:
        if self.handshake_initiated:
            self._portions.take(data)
        else:
            super().data_received(data)

    def handle_connect(self, event: Any) -> None:
        super().handle_connect(event)
        if self.response.status_code == 101:  # its application has not begun yet
            self.scope["extensions"][WIRE] = self  # type: ignore[assignment]

    async def run_asgi(self) -> None:
        """As uvicorn's, which would close what was handed over."""
        try:
            await self.app(self.scope, self.receive, self.send)
        except ClientDisconnected:
            pass
        except BaseException:
            self.logger.exception("Exception in ASGI application\n")
            self.send_500_response()
        else:
            if not self.handshake_complete:
                self.logger.error("ASGI callable returned without completing handshake.")
                self.send_500_response()
        if self._receiver is None:
            if self.close_timer is None:
                self.transport.close()
        else:
            self._forget_handshake()

    def hand_over(self, receiver: Receiver) -> None:
        """From now on the receiver is told what comes, and the application may return."""
        self._receiver = receiver
        self.queue.forward(self._pass_on)

    @property
    def is_handed_over(self) -> bool:
        return self._receiver is not None

    def when_over(self, call: Callable[[int], None]) -> None:
        """Calls with the code with which it ends; at once where it has ended already."""
        self._when_over = call
        if self._code is not None:
            call(self._code)

    @property
    def is_open(self) -> bool:
        """Whether anything may still be said."""
        is_opened = self.handshake_complete and not self.close_sent and self.conn.state is OPEN
        return is_opened and not self.transport.is_closing()

    @property
    def is_writable(self) -> bool:
        """Whether its peer reads what it is sent."""
        return bool(self.writable.is_set())

    def tell(self, text: bytes) -> bool:
        """Sends a text at once; a socket that is closed, or not open yet, sends nothing."""
        if not self.is_open:
            return False
        if self.conn.extensions:
            self.conn.send_text(text)
            self.transport.write(b"".join(self.conn.data_to_send()))
        else:
            self.transport.write(_head(len(text)) + text)
        return True

    def cut(self) -> None:
        """Ends it at once, and without what its peer has not read."""
        cut(self.transport)

    def when_writable(self, waker: Waker) -> None:
        """Sets it once the peer reads again."""
        if waker not in self._held_up:
            self._held_up = (*self._held_up, waker)

    def read_on(self) -> None:
        """The receiver has done with all that came."""
        if self.read_paused and not self.transport.is_closing():
            self.read_paused = False
            if self.writable.is_set():
                self.transport.resume_reading()

    def pause_writing(self) -> None:
        super().pause_writing()
        self.transport.pause_reading()

    def resume_writing(self) -> None:
        super().resume_writing()
        if not self.read_paused:
            self.transport.resume_reading()
        held_up, self._held_up = self._held_up, ()
        for waker in held_up:
            waker.set()

    async def receive(self) -> Any:
        message = await super().receive()
        if not self.writable.is_set() and not self.transport.is_closing():
            self.transport.pause_reading()
        return message

    def _forget_handshake(self) -> None:
        """A third of what uvicorn and websockets hold of a socket is how it was opened."""
        self.request.headers.clear()  # the parser holds on to the request itself
        del self.request, self.response, self.scope
        self.__dict__ = dict(self.__dict__)  # as large as it has to be

    def _pass_on(self, event: dict[str, Any]) -> None:
        if self._code is not None or self._receiver is None:
            return
        if event["type"] == "websocket.disconnect":
            self._code = event.get("code", _LOST)
            if self._when_over is not None:
                self._when_over(self._code)
        self._receiver(event)


class _Mailbox:
    """What has come and nobody has taken yet: as `asyncio.Queue`, in a tenth of its memory."""

    __slots__ = ("_events", "_receiver", "_taker")

    def __init__(self) -> None:
        self._events: list[dict[str, Any]] = []
        self._taker: asyncio.Future[None] | None = None
        self._receiver: Receiver | None = None

    def put_nowait(self, event: dict[str, Any]) -> None:
        if self._receiver is not None:
            self._receiver(event)
            return
        self._events.append(event)
        if self._taker is not None and not self._taker.done():
            self._taker.set_result(None)

    async def get(self) -> dict[str, Any]:
        while not self._events:
            self._taker = asyncio.get_running_loop().create_future()
            await self._taker
        self._taker = None
        return self._events.pop(0)

    def empty(self) -> bool:
        return not self._events

    def forward(self, receiver: Receiver) -> None:
        """All that has come, and will, goes there."""
        self._receiver, events = receiver, self._events
        self._events = []
        for event in events:
            receiver(event)


class _Gate:
    """As `asyncio.Event`, open at first, in a tenth of its memory while nobody waits."""

    __slots__ = ("_is_open", "_waiting")

    def __init__(self) -> None:
        self._is_open = True
        self._waiting: tuple[asyncio.Future[None], ...] = ()

    def is_set(self) -> bool:
        return self._is_open

    def clear(self) -> None:
        self._is_open = False

    def set(self) -> None:
        self._is_open = True
        waiting, self._waiting = self._waiting, ()
        for one in waiting:
            if not one.done():
                one.set_result(None)

    async def wait(self) -> bool:
        while not self._is_open:
            turn = asyncio.get_running_loop().create_future()
            self._waiting = (*self._waiting, turn)
            await turn
        return True


def _head(length: int) -> bytes:
    """What stands before a text of so many bytes that is sent whole, and not masked."""
    if length < 126:
        return bytes((0x81, length))
    short = length < 65_536
    return struct.pack("!BBH" if short else "!BBQ", 0x81, 126 if short else 127, length)
