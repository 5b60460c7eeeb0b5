"""Server-sent events: a subscription as the answer to one POST, as graphql-sse has it.

Its "distinct connections mode": an event `next` for each result, `complete` at the end. A stream
that ends without one has been cut, by the network or by a server that stops: ask again.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AbstractContextManager, aclosing
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import orjson
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from strawberry import Schema

from realtime.feed import Follower
from resolvers.context import Context
from server.audience import Audience
from server.connections import STOPPING
from server.errors import denied, masked
from server.frames import EVENTS
from server.guards import Guard
from server.outgoing import Outgoing
from server.requests import Operation
from server.sinks import Sink
from server.streaming import json_response
from server.subscriptions import Ending, SubscriptionsOnly

MEDIA_TYPE = "text/event-stream"
KEEP_ALIVE = 12.0
"""Seconds after which a comment says that the stream still lives: proxies end what is silent."""
HEADERS = {"cache-control": "no-store", "x-accel-buffering": "no"}
COMMENT = b":\n\n"


def once(answer: dict[str, Any]) -> Response:
    """One result as a stream of one event, for whoever accepts nothing else."""
    frame = EVENTS.head, EVENTS.tail + EVENTS.complete
    return json_response(answer, 200, HEADERS, MEDIA_TYPE, frame)


@dataclass(slots=True)
class Opened:
    """A subscription that has been asked for: its results, until it is taken off them."""

    results: AsyncGenerator[Any, None]
    sink: Sink
    context: Context
    audience: Audience


class EventStreams:
    """Opens those of one schema."""

    def __init__(self, schema: Schema, audience: Audience) -> None:
        self._schema, self._audience = SubscriptionsOnly(schema), audience

    async def open(self, query: str, operation: Operation, context: Context) -> Opened:
        """Begins a subscription, and reads nothing yet."""
        sink = self._audience.sink(_Request(query, operation.name, operation.variables), context)
        results = await self._schema.stream(
            query,
            variable_values=operation.variables,
            context_value=replace(context, sink=sink),
            operation_name=operation.name,
        )
        return Opened(results, sink, context, self._audience)


class EventStream(Response):
    """Sends results as they come; ends with them, with the session, the client or the server.

    What it was asked with is not kept, but for what its events take.
    """

    def __init__(self, opened: Opened, place: AbstractContextManager[Any]) -> None:
        super().__init__(None, 200, HEADERS, MEDIA_TYPE)
        del self.headers["content-length"]
        self.context, self._audience, self._place = opened.context, opened.audience, place
        self._opened = opened
        self._outgoing = Outgoing()
        self._followers: list[Follower] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        stopping = scope.get("state", {}).get(STOPPING) or asyncio.Event()
        ends = [asyncio.create_task(_gone(receive)), asyncio.create_task(stopping.wait())]
        for task in ends:
            task.add_done_callback(self._cut)
        self._guard()
        tasks = {*ends, asyncio.create_task(self._follow(self._opened))}
        del self._opened
        start = {"type": "http.response.start", "status": 200, "headers": self.raw_headers}
        try:
            await send(start)
            await _write(send, COMMENT)
            await self._outgoing.send_all(partial(_write, send), COMMENT, KEEP_ALIVE)
            await _write(send, b"", more=False)
        finally:
            self._outgoing.cut()
            self._place.__exit__(None, None, None)
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
            while self._followers:
                self._followers.pop().leave()

    def forget_id(self, id: str) -> None:
        """It has one subscription, and is over with it."""
        self._outgoing.end()

    async def _follow(self, opened: Opened) -> None:
        """Tells the results, until somebody goes on without them, or there are no more."""
        outgoing, audience = self._outgoing, self._audience
        try:
            async with aclosing(opened.results) as results:
                async for result in results:
                    await outgoing.room()
                    outgoing.tell(_next(_shown(result)))
        except Exception as error:
            self._end(_next({"errors": [masked(error, self.context.locale)]}))
            return
        subscriber = audience.subscriber(opened.sink, self, outgoing, EVENTS)
        if subscriber is None:
            self._end()
        else:
            self._followers.append(subscriber)
            subscriber.join(audience.feed, *opened.sink.topics)

    def _guard(self) -> None:
        """From now on its session is looked after."""
        if self.context.viewer is not None:
            guard = Guard(self.context.viewer, self._audience.guards, self._dismiss)
            self._followers.append(guard)
            guard.begin(self._audience.feed)

    async def _dismiss(self, ending: Ending) -> None:
        """The last word to somebody who may not listen any more."""
        self._end(_next(denied(ending.denial, self.context.locale)))

    def _end(self, last: bytes = b"") -> None:
        self._outgoing.tell(last + EVENTS.complete)
        self._outgoing.end()

    def _cut(self, _: asyncio.Task[Any]) -> None:
        self._outgoing.cut()


@dataclass(slots=True)
class _Request:
    query: str
    operation_name: str | None
    variables: dict[str, Any] | None
    id: str = ""


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _write(send: Send, body: bytes, *, more: bool = True) -> None:
    await send({"type": "http.response.body", "body": body, "more_body": more})


def _shown(result: Any) -> dict[str, Any]:
    shown: dict[str, Any] = {}
    if result.errors:
        shown["errors"] = [error.formatted for error in result.errors]
    if result.data is not None or not result.errors or any(e.path for e in result.errors):
        shown["data"] = result.data
    return shown


def _next(answer: dict[str, Any]) -> bytes:
    return EVENTS.around(orjson.dumps(answer))
