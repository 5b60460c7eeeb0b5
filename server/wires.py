"""WebSockets that can be written to without waiting, and go on without a task of their own."""

import struct
from collections.abc import Callable
from typing import Any

from uvicorn.protocols.utils import ClientDisconnected
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.protocol import OPEN

from realtime.hub import Waker
from server.connections import Waiting, cut, waiting
from server.mailboxes import Gate, Mailbox, Receiver, to_nobody
from server.portions import Portions

WIRE = "compagnon.wire"
"""Among the extensions of a WebSocket's scope: the connection itself."""
_LOST = 1006


class SocketConnection(WebSocketsSansIOProtocol):
    """A WebSocket whose peer is watched, and not read while it does not read: pings are answered
    without anybody waiting for it.

    Its application may hand it over and return: what an application holds while it waits is more
    than all else that there is of an idle socket.
    """

    _portions: Portions
    _receiver: Receiver | None = None
    is_handed_over = False
    """Whether somebody else than its application is told what comes."""
    _held_up: tuple[Waker, ...] = ()
    _code: int | None = None
    """With which it has ended, once it was handed over."""
    _when_over: Callable[[int], None] | None = None

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.queue: Any = Mailbox()
        self.writable: Any = Gate()

    def connection_made(self, transport: Any) -> None:
        self._portions = Portions(transport, super().data_received)
        super().connection_made(self._portions)  # type: ignore[arg-type]
        waiting[self] = Waiting()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nobody is told anything any more: all that refers to each other lets go, to be freed at
        once. What still tries to say something finds it closed."""
        super().connection_lost(exc)
        self._portions.end()
        self.conn.parser.close()
        self.conn.parser_exc, self._held_up = None, ()
        if hasattr(self, "scope"):
            self.scope["extensions"].pop(WIRE, None)

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
        if self.is_handed_over:
            self._forget_handshake()
        elif self.close_timer is None:
            self.transport.close()

    def hand_over(self, receiver: Receiver) -> None:
        """From now on the receiver is told what comes, and the application may return."""
        self._receiver, self.is_handed_over = receiver, True
        self.queue.forward(self._pass_on)

    def when_over(self, call: Callable[[int], None]) -> None:
        """Calls with the code with which it ends; at once where it has ended already."""
        if self._code is None:
            self._when_over = call
        else:
            call(self._code)

    @property
    def is_open(self) -> bool:
        """Whether anything may still be said."""
        is_opened = self.handshake_complete and not self.close_sent and self.conn.state is OPEN
        return is_opened and not self.transport.is_closing()

    @property
    def is_writable(self) -> bool:
        """Whether its peer reads what it is sent."""
        return bool(self.writable.is_open)

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
        receiver = self._receiver
        if receiver is None:
            return
        if event["type"] == "websocket.disconnect":
            self._code, over = event.get("code", _LOST), self._when_over
            self._receiver = self._when_over = None  # both refer to it
            self.queue.forward(to_nobody)
            if over is not None:
                over(self._code)
        receiver(event)


def _head(length: int) -> bytes:
    """What stands before a text of so many bytes that is sent whole, and not masked."""
    if length < 126:
        return bytes((0x81, length))
    return _SHORT(0x81, 126, length) if length < 65_536 else _LONG(0x81, 127, length)


_SHORT, _LONG = struct.Struct("!BBH").pack, struct.Struct("!BBQ").pack
