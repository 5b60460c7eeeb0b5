"""Of a connection that is lost nothing is left at once: the collector has nothing to look for."""

import asyncio
import gc
from typing import Any
from weakref import ref

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed
from websockets.server import ServerProtocol

from server.connections import HttpConnection, cut
from server.portions import Portions
from server.wires import WIRE, SocketConnection
from tests.unit.served import serving
from tests.waiting import come_to

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("uncollected")]

KINDS = HttpConnection, SocketConnection, Portions, ServerProtocol
ASK = b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n"


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers, at /held once the client is gone; hands sockets over, or keeps them at /kept."""
    if scope["type"] == "http":
        while scope["path"] == "/held" and (await receive())["type"] != "http.disconnect":
            pass
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"hello"})
        return
    await receive()
    await send({"type": "websocket.accept"})
    if scope["path"] != "/kept":
        wire: SocketConnection = scope["extensions"][WIRE]
        wire.hand_over(Listener(wire).hear)
        wire.when_over(Listener(wire).hear)
    elif "text" in await receive():
        await send({"type": "websocket.close"})


class Listener:
    """Refers to what it listens to."""

    def __init__(self, wire: SocketConnection) -> None:
        self._wire = wire

    def hear(self, event: Any) -> None:
        if isinstance(event, dict) and event.get("text") == "close":
            self._closing = asyncio.ensure_future(self._wire.send({"type": "websocket.close"}))


class Witness:
    """Knows what the server holds of the connections that are open."""

    def __init__(self, server: uvicorn.Server) -> None:
        self._connections = server.server_state.connections
        self._held: list[ref[Any]] = []

    async def look(self) -> None:
        await come_to(lambda: bool(self._connections))
        self._held += [ref(one) for one in gc.get_objects() if type(one) in KINDS]
        assert self._held

    async def left(self) -> list[str]:
        """What is still there once they are closed, and everybody has had their turn."""
        await come_to(lambda: not self._connections)
        for _ in range(100):
            await asyncio.sleep(0)
        return [type(one).__name__ for held in self._held if (one := held()) is not None]


@pytest.mark.parametrize("path", ["/", "/kept"])
@pytest.mark.parametrize("end", ["by its peer", "by its application", "without a word"])
async def test_of_a_socket_that_is_closed_nothing_is_left(path: str, end: str) -> None:
    async with serving(app) as (port, server):
        witness = Witness(server)
        async with connect(f"ws://127.0.0.1:{port}{path}") as peer:
            await peer.ping()
            await witness.look()
            if end == "by its application":
                await peer.send("close")
                with pytest.raises(ConnectionClosed):
                    await peer.recv()
            elif end == "without a word":
                peer.transport.abort()
        assert await witness.left() == []


async def test_of_a_socket_whose_peer_says_what_cannot_be_read_nothing_is_left() -> None:
    async with serving(app) as (port, server):
        witness = Witness(server)
        async with connect(f"ws://127.0.0.1:{port}/") as peer:
            await witness.look()
            peer.transport.write(b"\xff" * 10)
            await peer.wait_closed()
        assert await witness.left() == []


@pytest.mark.parametrize(
    "asked",
    [
        *(b"", ASK[:20], ASK, ASK * 3, ASK.replace(b" / ", b" /held ") + ASK * 3),
        ASK.replace(b"\r\n\r\n", b"\r\nconnection: close\r\n\r\n"),
        b"what is no request\r\n\r\n",
    ],
)
@pytest.mark.parametrize("is_reset", [False, True])
async def test_of_a_connection_that_is_closed_nothing_is_left(asked: bytes, is_reset: bool) -> None:
    async with serving(app) as (port, server):
        witness = Witness(server)
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        await witness.look()
        writer.write(asked)
        await writer.drain()
        for _ in range(10):
            await asyncio.sleep(0)
        if is_reset:
            cut(writer.transport)  # type: ignore[arg-type]
        writer.close()
        assert await witness.left() == []
