"""Event streams take their turns as sockets do: who follows by many waits for themselves alone."""

import asyncio
import gc
from collections import Counter
from contextlib import AsyncExitStack
from uuid import UUID

import pytest

from models.ids import id_of
from realtime import topics
from realtime.follow import News
from resolvers.listener import Listener
from resolvers.message_events import Found
from tests.conftest import COMPILED
from tests.integration.lines import Site, Stream
from tests.integration.subscribers import Endpoint
from tests.integration.world import Pair, Person, World
from tests.waiting import come_to

SEND = """mutation($match: ID!, $body: String!, $key: ID!) {
  sendMessage(input: {matchId: $match, body: $body, clientKey: $key}) { errors { code } } }"""
REPLAY = """subscription($match: ID!) { messageEvents(matchId: $match, after: "") {
  ... on MessageAdded { message { number body } } } }"""


class Readings:
    """Those under way, by person; none is over before it may be."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.begun: Counter[UUID] = Counter()
        self.may_end = asyncio.Event()
        read = Listener.read

        async def counted(listener: Listener) -> News[Found]:
            self.begun[listener._viewer.id] += 1
            await self.may_end.wait()
            return await read(listener)

        monkeypatch.setattr(Listener, "read", counted)


async def test_of_one_persons_streams_and_sockets_two_are_read_for_at_once(
    world: World, home: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given a conversation that one replays by many streams at once
    pair, site = await world.pair(), Site()
    readings = Readings(monkeypatch)
    topic = topics.match(UUID(str(id_of("match", pair.match))))
    await send(pair, "a", "b", "c")
    async with AsyncExitStack() as streams:

        async def replay(person: Person) -> Stream:
            return await streams.enter_async_context(site.stream(person, REPLAY, match=pair.match))

        greedy = [await replay(pair.mentor) for _ in range(5)]
        await come_to(lambda: len(home.hub._watchers.get(topic, ())) == 5)
        # when somebody else does so, too, and their reading has begun
        other = await replay(pair.mentee)
        await come_to(lambda: readings.begun[pair.mentee.key] == 1)
        # then of the others two readings are under way, and each has its turn in the end
        assert readings.begun[pair.mentor.key] == 2
        readings.may_end.set()
        for stream in (other, *greedy):
            assert [await body_of(stream) for _ in range(3)] == ["a", "b", "c"]


async def test_of_what_a_stream_was_asked_with_nothing_is_kept_but_what_its_events_take(
    world: World, home: Endpoint
) -> None:
    # given somebody who sends along with a subscription what none of its events takes
    pair, site = await world.pair(), Site()
    await send(pair, "a")
    beside = {"a mark": ["of what the collector looks at"]}
    async with site.stream(pair.mentor, REPLAY, match=pair.match, beside=beside) as stream:
        # when it is under way
        assert await body_of(stream) == "a"
        # then it is not held any more; what is walked through leaves circles, until they are found
        if not COMPILED:
            gc.collect()
        held = [one for one in gc.get_objects() if type(one) is dict and "a mark" in one]
        assert [one is beside for one in held] == [True]


async def body_of(stream: Stream) -> str:
    body: str = (await stream.event())["data"]["messageEvents"]["message"]["body"]
    return body


async def send(pair: Pair, *bodies: str) -> None:
    for body in bodies:
        (await pair.mentor.ask(SEND, match=pair.match, body=body, key=body)).ok()
