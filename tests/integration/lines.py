"""Connections to an application served in this process: sockets, and streams of events."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import orjson
from starlette.applications import Starlette

from domain.tokens import sign
from schema import schema_of
from server.audience import Audience
from server.http import graphql_http
from server.limiting import Limiter
from server.sockets import graphql_sockets
from server.terms import Crowd, Terms
from tests.integration.world import Person

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
    """A server of so many subscriptions a person, and the ways to it."""

    def __init__(self, most: float = float("inf")) -> None:
        self.crowd, schema = Crowd(subscriptions_by_person=most), schema_of()
        terms = Terms(Limiter(schema._schema, rates=()), crowd=self.crowd)
        audience = Audience(schema)
        routes = [
            graphql_http(schema, terms=terms, audience=audience),
            graphql_sockets(schema, (), terms, audience),
        ]
        self.app = Starlette(routes=routes)

    @asynccontextmanager
    async def socket(self, person: Person) -> AsyncIterator[Line]:
        scope = {"headers": [], "subprotocols": ["graphql-transport-ws"]}
        async with Line(self.app, {"type": "websocket", **scope}).open() as line:
            line.say(type="websocket.connect")
            assert (await line.hear())["type"] == "websocket.accept"
            payload = {"authorization": bearer(person)}
            assert await line.tell({**INIT, "payload": payload}) == {"type": "connection_ack"}
            yield line

    @asynccontextmanager
    async def stream(
        self, person: Person, query: str = FOLLOW["query"], /, **variables: Any
    ) -> AsyncIterator["Stream"]:
        """A subscription as events, once its head has come."""
        said = {"authorization": bearer(person), "accept": "text/event-stream"}
        headers = {"content-type": "application/json", **said}
        lines = [(name.encode(), value.encode()) for name, value in headers.items()]
        scope = {"type": "http", "method": "POST", "headers": lines}
        async with Line(self.app, scope).open() as line:
            body = orjson.dumps({"query": query, "variables": variables})
            line.say(type="http.request", body=body)
            yield Stream(line, (await line.hear())["status"])


class Stream:
    """The answer to one POST that accepts events, behind its head."""

    def __init__(self, line: Line, status: int) -> None:
        self._line, self.status = line, status
        self._read = b""

    async def event(self) -> Any:
        """The data of the next event; None at the end."""
        while True:
            event, found, rest = self._read.partition(b"\n\n")
            if not found:
                message = await self._line.hear()
                if not message.get("more_body"):
                    return None
                self._read += message["body"]
                continue
            self._read = rest
            _, is_told, data = event.partition(b"data: ")
            if is_told:
                return orjson.loads(data)


def bearer(person: Person) -> str:
    return f"Bearer {sign(person.session, person.key)[0]}"
