"""Of whoever has followed nothing is left once they are gone, before the collector comes by."""

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import orjson
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from models.database import execute
from realtime import topics
from server.connections import HttpConnection
from server.event_streams import EventStream
from server.guards import Guard
from server.handlers import Handler
from server.hearing import Hearing
from server.subscribers import Subscriber
from server.wires import SocketConnection
from tests.conftest import COMPILED
from tests.integration.lines import Site, bearer
from tests.integration.subscribers import PATIENCE, Endpoint
from tests.integration.world import Pair, Person, World
from tests.unit.served import serving
from tests.waiting import come_to

PROTOCOL = Subprotocol("graphql-transport-ws")
FOLLOW = """subscription($match: ID!) { messageEvents(matchId: $match, after: "") {
  ... on MessageAdded { message { number body } } } }"""
SEND = """mutation($match: ID!) {
  sendMessage(input: {matchId: $match, body: "a", clientKey: "a"}) { errors { code } } }"""
pytestmark = pytest.mark.usefixtures("uncollected")

KINDS = HttpConnection, SocketConnection, Handler, Hearing, EventStream, Guard, Subscriber


@pytest.mark.parametrize("end", ["by its client", "without a word", "with its session"])
async def test_of_a_socket_and_its_subscription_nothing_is_left(
    world: World, home: Endpoint, end: str
) -> None:
    pair = await talking(world)
    async with serving(Site().app) as (port, _):
        # given somebody who follows at a socket, and has been told something
        async with followed(port, pair) as socket:
            assert held() == {"SocketConnection", "Handler", "Hearing", "Guard", "Subscriber"}
            # when that ends
            if end == "without a word":
                socket.transport.abort()
            elif end == "with its session":
                await end_session(home, pair.mentee)
                await asyncio.wait_for(socket.wait_closed(), PATIENCE)
        # then nothing is left
        await come_to(are_gone)


@pytest.mark.parametrize("end", ["by its client", "with its session"])
async def test_of_a_stream_of_events_nothing_is_left(
    world: World, home: Endpoint, end: str
) -> None:
    pair = await talking(world)
    async with serving(Site().app) as (port, _):
        # given somebody who follows by a stream of events, and has been told something
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(request(pair))
        await asyncio.wait_for(reader.readuntil(b'"body":"a"'), PATIENCE)
        assert held() == {"HttpConnection", "EventStream", "Guard", "Subscriber"}
        # when that ends
        if end == "with its session":
            await end_session(home, pair.mentee)
            await asyncio.wait_for(reader.readuntil(b"event: complete\ndata:\n\n"), PATIENCE)
        writer.close()
        # then nothing is left
        await come_to(are_gone)


def are_gone() -> bool:
    """graphql-core's own way through a subscription leaves a circle, which the collector finds."""
    if not COMPILED:
        gc.collect()
    return held() == set()


def held() -> set[str]:
    return {type(one).__name__ for one in gc.get_objects() if type(one) in KINDS}


async def talking(world: World) -> Pair:
    pair = await world.pair()
    (await pair.mentor.ask(SEND, match=pair.match)).ok()
    return pair


async def end_session(home: Endpoint, person: Person) -> None:
    await execute("UPDATE sessions SET ended_at = now() WHERE id = $1", person.session)
    home.hub.wake(topics.session(person.session))


@asynccontextmanager
async def followed(port: int, pair: Pair) -> AsyncIterator[ClientConnection]:
    async def say(socket: ClientConnection, **message: Any) -> None:
        await socket.send(orjson.dumps(message).decode())

    async with connect(f"ws://127.0.0.1:{port}/graphql", subprotocols=[PROTOCOL]) as socket:
        payload: dict[str, Any] = {"authorization": bearer(pair.mentee)}
        await say(socket, type="connection_init", payload=payload)
        payload = {"query": FOLLOW, "variables": {"match": pair.match}}
        await say(socket, type="subscribe", id="1", payload=payload)
        for kind in ("connection_ack", "next"):
            said = orjson.loads(await asyncio.wait_for(socket.recv(), PATIENCE))
            assert said["type"] == kind, said
        yield socket


def request(pair: Pair) -> bytes:
    body = orjson.dumps({"query": FOLLOW, "variables": {"match": pair.match}})
    head = [
        *("POST /graphql HTTP/1.1", "host: localhost", "content-type: application/json"),
        *("accept: text/event-stream", f"authorization: {bearer(pair.mentee)}"),
        f"content-length: {len(body)}",
    ]
    return "\r\n".join([*head, "", ""]).encode() + body
