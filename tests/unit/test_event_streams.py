"""An event stream ends with its results, its client, its session or its server; nothing is left."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest
import strawberry
from strawberry.types import ExecutionResult

from resolvers.context import Context
from server import event_streams
from server.audience import Audience
from server.connections import STOPPING
from server.event_streams import COMMENT, EventStream, Opened
from server.frames import EVENTS
from server.outgoing import ROOM
from server.terms import Crowd

pytestmark = pytest.mark.anyio

COMPLETE = EVENTS.complete
ONE = b'event: next\ndata: {"data":{"n":1}}\n\n'


@strawberry.type
class Query:
    """What a schema cannot be without."""

    n: int


@dataclass
class Line:
    """A connection, both ends of it, and the results that go over it."""

    sent: list[dict[str, Any]] = field(default_factory=list)
    gone: asyncio.Event = field(default_factory=asyncio.Event)
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    results: asyncio.Queue[Any] = field(default_factory=asyncio.Queue)
    reads: asyncio.Event = field(default_factory=asyncio.Event)
    is_closed: bool = False
    crowd: Crowd = field(default_factory=lambda: Crowd(1, 1))

    @property
    def body(self) -> bytes:
        return b"".join(message.get("body", b"") for message in self.sent)

    async def receive(self) -> dict[str, Any]:
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Any) -> None:
        await self.reads.wait()
        self.sent.append(message)

    async def _events(self) -> AsyncGenerator[Any, None]:
        try:
            while (result := await self.results.get()) is not None:
                yield result
        finally:
            self.is_closed = True

    async def streaming(self) -> asyncio.Task[None]:
        """A stream that has sent its first event."""
        place = self.crowd.place("192.0.2.1")
        place.__enter__()
        audience, context = Audience(strawberry.Schema(Query)), Context(None)
        asked = SimpleNamespace(id="", query="", operation_name=None, variables=None)
        opened = Opened(self._events(), audience.sink(asked, context), context, audience)
        stream = EventStream(opened, place)
        scope = {"type": "http", "state": {STOPPING: self.stopping}}
        self.results.put_nowait(ExecutionResult(data={"n": 1}, errors=None))
        self.reads.set()
        running = asyncio.create_task(stream(scope, self.receive, self.send))
        async with asyncio.timeout(5):
            while ONE not in self.body:
                await asyncio.sleep(0)
        return running

    def is_over(self) -> bool:
        """Whether nothing is left: no reader of results, no place taken."""
        return self.is_closed and not self.crowd._open


async def test_a_stream_is_complete_when_there_is_nothing_more() -> None:
    line = Line()
    running = await line.streaming()

    line.results.put_nowait(None)
    await asyncio.wait_for(running, 5)

    assert line.body == COMMENT + ONE + COMPLETE
    assert line.sent[-1]["more_body"] is False
    assert line.is_over()


async def test_a_stream_whose_client_is_gone_is_over() -> None:
    line = Line()
    running = await line.streaming()

    line.gone.set()
    await asyncio.wait_for(running, 5)

    assert line.is_over()


async def test_a_stream_of_a_server_that_stops_ends_without_being_complete() -> None:
    line = Line()
    running = await line.streaming()

    line.stopping.set()
    await asyncio.wait_for(running, 5)

    assert line.body == COMMENT + ONE
    assert line.sent[-1]["more_body"] is False
    assert line.is_over()


async def test_a_silent_stream_says_now_and_then_that_it_lives(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(event_streams, "KEEP_ALIVE", 0.01)
    line = Line()
    running = await line.streaming()

    async with asyncio.timeout(5):
        while not line.body.endswith(ONE + COMMENT * 3):
            await asyncio.sleep(0.01)
    running.cancel()
    await asyncio.wait([running])

    assert line.is_over()


async def test_what_fails_is_told_without_our_insides() -> None:
    line = Line()
    running = await line.streaming()

    line.results.put_nowait("what has neither data nor errors")
    line.results.put_nowait(None)
    await asyncio.wait_for(running, 5)

    assert b"INTERNAL_ERROR" in line.body and b"attribute" not in line.body
    assert line.body.endswith(COMPLETE)
    assert line.is_over()


async def test_to_a_client_that_does_not_read_no_more_is_told_than_there_is_room_for() -> None:
    # given a client that stops reading
    line = Line()
    running = await line.streaming()
    line.reads.clear()

    # when there is more for them than there is room
    long = [ExecutionResult(data={"n": f"{i:01000}"}, errors=None) for i in range(300)]
    for result in (*long, None):
        line.results.put_nowait(result)
    for _ in range(3 * len(long)):
        await asyncio.sleep(0)

    # then what they have no room for stays where it is
    taken = len(long) + 1 - line.results.qsize()
    assert 0 < taken * 1000 < 2 * ROOM + 1000

    # and all of it comes once they read again
    line.reads.set()
    await asyncio.wait_for(running, 5)
    assert [line.body.count(b"%01000d" % i) for i in range(300)] == [1] * 300
    assert line.body.endswith(COMPLETE)
    assert line.is_over()
