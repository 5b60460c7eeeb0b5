"""Answers and sockets, counted where they pass; answers leave with all the headers they need."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server import metrics
from server.headers import complete
from server.wires import WIRE, SocketConnection

_LOST = 1006
_KNOWN = frozenset({1000, 1001, 1005, 1006, 1009, 1011, 1012, 1013}) | frozenset(range(4400, 4500))


class Traffic:
    """Counts answers by status, and sockets: those that are open, and with what code each ended.

    A client may close with a code of its own making: those are all counted as `other`.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self._converse(scope, receive, send)
            return

        async def counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                metrics.response(message["status"])
                message["headers"] = complete(message.get("headers", ()))
            await send(message)

        await self.app(scope, receive, counted)

    async def _converse(self, scope: Scope, receive: Receive, send: Send) -> None:
        code: int | None = None

        async def received() -> Message:
            nonlocal code
            message = await receive()
            if message["type"] == "websocket.disconnect" and code is None:
                code = message.get("code", _LOST)
            return message

        async def counted(message: Message) -> None:
            nonlocal code
            if message["type"] == "websocket.close" and code is None:
                code = message.get("code", 1000)
            await send(message)

        metrics.sockets_open.inc()
        try:
            await self.app(scope, received, counted)
        finally:
            wire: SocketConnection | None = scope.get("extensions", {}).get(WIRE)
            if wire is not None and wire.is_handed_over:
                wire.when_over(_ended)
            else:
                _ended(code)


def _ended(code: int | None) -> None:
    metrics.sockets_open.dec()
    known = code if code in _KNOWN else "other"
    metrics.socket_closes.labels(_LOST if code is None else known).inc()
