"""One person follows by so many subscriptions and no more, over all their sockets and streams."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import orjson
from starlette.applications import Starlette

from domain.tokens import sign
from schema import schema_of
from server.http import graphql_http
from server.limiting import Limiter
from server.sockets import graphql_sockets
from server.terms import Crowd, Terms
from tests.integration.subscribers import Endpoint
from tests.integration.world import Person, World

PATIENCE = 10.0
FOLLOW = {"query": "subscription { matchChanged { id } }"}
INIT, PING, PONG = {"type": "connection_init"}, {"type": "ping"}, {"type": "pong"}


class Line:
    """One connection to an application, without the network."""

    def __init__(self, app: Starlette, scope: dict[str, Any]) -> None:
        self._app, self._scope = app, {"path": "/graphql", "query_string": b"", **scope}
        self._said: asyncio.Queue[Any] = asyncio.Queue()
        self._heard: asyncio.Queue[Any] = asyncio.Queue()

    @asynccontextmanager
    async def open(self) -> AsyncIterator["Line"]:
        ran = self._app(self._scope, self._said.get, self._heard.put)
        running = asyncio.ensure_future(ran)
        try:
            yield self
        finally:
            self.say(type=f"{self._scope['type']}.disconnect", code=1000)
            await asyncio.wait_for(running, PATIENCE)

    def say(self, **message: Any) -> None:
        self._said.put_nowait(message)

    async def hear(self) -> Any:
        return await asyncio.wait_for(self._heard.get(), PATIENCE)

    async def tell(self, *messages: Any) -> Any:
        """What is answered over a socket."""
        for message in messages:
            self.say(type="websocket.receive", text=orjson.dumps(message).decode())
        return orjson.loads((await self.hear())["text"])

    async def follow(self, id: str) -> Any:
        """The error a subscription is refused with, or the answer to the ping behind it."""
        return await self.tell({"type": "subscribe", "id": id, "payload": FOLLOW}, PING)


class Site:
    """A server of few subscriptions a person, and the ways to it."""

    def __init__(self, most: int) -> None:
        self.crowd, schema = Crowd(subscriptions_by_person=most), schema_of()
        terms = Terms(Limiter(schema._schema, rates=()), crowd=self.crowd)
        routes = [graphql_http(schema, terms=terms), graphql_sockets(schema, (), terms)]
        self._app = Starlette(routes=routes)

    @asynccontextmanager
    async def socket(self, person: Person) -> AsyncIterator[Line]:
        scope = {"headers": [], "subprotocols": ["graphql-transport-ws"]}
        async with Line(self._app, {"type": "websocket", **scope}).open() as line:
            line.say(type="websocket.connect")
            assert (await line.hear())["type"] == "websocket.accept"
            payload = {"authorization": _bearer(person)}
            assert await line.tell({**INIT, "payload": payload}) == {"type": "connection_ack"}
            yield line

    @asynccontextmanager
    async def stream(self, person: Person) -> AsyncIterator[int]:
        """Its status."""
        said = {"authorization": _bearer(person), "accept": "text/event-stream"}
        headers = {"content-type": "application/json", **said}
        lines = [(name.encode(), value.encode()) for name, value in headers.items()]
        scope = {"type": "http", "method": "POST", "headers": lines}
        async with Line(self._app, scope).open() as line:
            line.say(type="http.request", body=orjson.dumps(FOLLOW))
            yield (await line.hear())["status"]


def _bearer(person: Person) -> str:
    return f"Bearer {sign(person.session, person.key)[0]}"


async def test_what_is_one_too_many_is_refused_by_itself_wherever_the_others_are(
    world: World, home: Endpoint
) -> None:
    maya, mina = await world.people("Maya", "Mina")
    site = Site(most=3)
    # given somebody who follows at two sockets, by as many subscriptions as there may be
    async with site.socket(maya) as first, site.socket(maya) as second:
        assert [await first.follow("a"), await first.follow("b")] == [PONG, PONG]
        assert await second.follow("a") == PONG
        # when they begin another one, then it is refused at either, and nothing else is
        for socket in (first, second):
            refused = await socket.follow("c")
            assert (refused["type"], refused["id"]) == ("error", "c")
            assert [one["extensions"]["code"] for one in refused["payload"]] == ["RATE_LIMITED"]
            assert orjson.loads((await socket.hear())["text"]) == PONG
        async with site.stream(maya) as status:
            assert status == 429
        # and others follow as they like
        async with site.socket(mina) as another, site.stream(mina) as status:
            assert (await another.follow("a"), status) == (PONG, 200)
        # and for one that ends there is another, which may be a stream
        assert await first.tell({"type": "complete", "id": "a"}, PING) == PONG
        async with site.stream(maya) as status:
            assert status == 200
            assert (await second.follow("c"))["type"] == "error"
            assert orjson.loads((await second.hear())["text"]) == PONG
        assert await second.follow("c") == PONG
    # and nothing of it is held when they have gone
    assert not site.crowd._open
    assert not site.crowd._carried
