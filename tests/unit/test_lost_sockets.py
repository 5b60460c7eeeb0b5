"""Sockets that were handed over: nothing is said to nobody, and the end is always told."""

import asyncio

import pytest
from starlette.types import ASGIApp, Receive, Scope, Send
from strawberry.http.exceptions import WebSocketDisconnected
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from server import adapters
from server.adapters import WireAdapter
from server.wires import WIRE, SocketConnection
from tests.unit.served import serving

pytestmark = pytest.mark.anyio


def handing_over() -> tuple[ASGIApp, "asyncio.Future[SocketConnection]"]:
    """An application that hands its socket over to nobody, and that socket."""
    opened = asyncio.get_running_loop().create_future()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        wire = await accepted(scope, receive, send)
        wire.hand_over(lambda _: None)
        opened.set_result(wire)

    return app, opened


async def test_a_socket_that_is_lost_says_nothing_more() -> None:
    app, opened = handing_over()

    # given a socket that was handed over
    async with serving(app) as (port, _), connect(f"ws://127.0.0.1:{port}") as peer:
        wire = await opened
        assert wire.tell(b"hello")
        assert await peer.recv() == "hello"

        # when its peer is gone without a word
        peer.transport.abort()
        await lost(wire)

        # then nothing is said to nobody
        assert not wire.is_open
        assert not wire.tell(b"more")


async def test_the_end_of_a_socket_is_told_though_it_comes_before_anybody_asks_for_it() -> None:
    codes = list[int]()
    heard = list[str]()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        wire = await accepted(scope, receive, send)
        await lost(wire)
        wire.hand_over(lambda event: heard.append(event["type"]))
        wire.when_over(codes.append)

    async with serving(app) as (port, _), connect(f"ws://127.0.0.1:{port}") as peer:
        peer.transport.abort()
        async with asyncio.timeout(5):
            while not codes:
                await asyncio.sleep(0.01)

    assert (codes, heard) == ([1005], ["websocket.disconnect"])


async def test_a_peer_that_a_message_cannot_be_sent_to_in_time_is_cut(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(adapters, "SENDING", 0.01)
    app, opened = handing_over()

    async with serving(app) as (port, _), connect(f"ws://127.0.0.1:{port}") as peer:
        # given a socket whose peer does not read what it was sent
        wire = await opened
        wire.pause_writing()

        # when a message has waited for it too long
        with pytest.raises(WebSocketDisconnected):
            await WireAdapter(None, wire).send_json({"type": "next"})

        # then the socket ends, so that its client comes back for what it has missed
        async with asyncio.timeout(5):
            with pytest.raises(ConnectionClosed):
                await peer.recv()


async def accepted(scope: Scope, receive: Receive, send: Send) -> SocketConnection:
    await receive()
    await send({"type": "websocket.accept"})
    wire: SocketConnection = scope["extensions"][WIRE]
    return wire


async def lost(wire: SocketConnection) -> None:
    async with asyncio.timeout(5):
        while not wire.disconnected:
            await asyncio.sleep(0.01)
