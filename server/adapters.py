"""What Strawberry's handler of graphql-transport-ws sends through: a connection, in two ways."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import orjson
from strawberry.asgi import ASGIWebSocketAdapter
from strawberry.http.exceptions import WebSocketDisconnected
from uvicorn.protocols.utils import ClientDisconnected

from server.wires import WIRE, SocketConnection

SENDING = 10.0
"""Seconds a peer may take to read a message; one that has stopped reading is let go."""


class Adapter(ASGIWebSocketAdapter):
    """The wire: a peer that stops reading must not hold a subscription for ever."""

    @property
    def wire(self) -> SocketConnection | None:
        """The connection itself, where it can be written to without waiting."""
        found: SocketConnection | None = self.ws.scope.get("extensions", {}).get(WIRE)
        return found

    async def send_json(self, message: Mapping[str, object]) -> None:
        try:
            async with asyncio.timeout(SENDING):
                await super().send_json(message)
        except (TimeoutError, RuntimeError) as error:
            raise WebSocketDisconnected from error

    async def close(self, code: int, reason: str) -> None:
        with suppress(RuntimeError):  # it is closed already
            await super().close(code, reason.encode()[:120].decode(errors="ignore"))


class WireAdapter(Adapter):
    """The same of a connection that was handed over: between messages there is nothing but it."""

    def __init__(self, view: Any, wire: SocketConnection) -> None:
        self.view, self._wire = view, wire

    @property
    def wire(self) -> SocketConnection:
        return self._wire

    async def send_json(self, message: Mapping[str, object]) -> None:
        try:
            async with asyncio.timeout(SENDING):
                await self._wire.writable.wait()
        except TimeoutError as error:
            self._wire.cut()  # or it would go on without this message
            raise WebSocketDisconnected from error
        if not self._wire.tell(orjson.dumps(message)):
            raise WebSocketDisconnected

    async def close(self, code: int, reason: str) -> None:
        said = reason.encode()[:120].decode(errors="ignore")
        with suppress(RuntimeError, ClientDisconnected):  # it is closed already
            await self._wire.send({"type": "websocket.close", "code": code, "reason": said})
