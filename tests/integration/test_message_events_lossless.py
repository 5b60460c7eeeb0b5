"""Nothing lost, nothing twice: long backlogs, slow readers, readers who come and go."""

import asyncio
import random
from collections.abc import AsyncIterator
from itertools import groupby
from typing import Any

import pytest

from realtime import follow
from realtime.hub import Hub
from tests.integration.followers import Follower, running_hub
from tests.integration.world import Pair, Person, World

FOLLOW = """subscription($match: ID, $after: String) {
  messageEvents(matchId: $match, after: $after) {
    __typename cursor match { id }
    ... on MessageAdded { message { number } }
    ... on MessageEdited { message { number } } } }"""
SEND = """mutation($match: ID!, $key: ID!) {
  sendMessage(input: {matchId: $match, body: "hello", clientKey: $key}) {
    message { id } errors { code } } }"""
EDIT = """mutation($id: ID!) {
  editMessage(input: {messageId: $id, body: "hello!"}) { errors { code } } }"""

WRITERS = 2
EACH = 150


@pytest.fixture(params=["memory", "postgres"])
async def hub(world: World, request: pytest.FixtureRequest) -> AsyncIterator[Hub]:
    url = "memory://" if request.param == "memory" else request.getfixturevalue("postgres_url")
    async with running_hub(url) as hub:
        yield hub


async def send(person: Person, match: str, *keys: str) -> list[str]:
    """The ids of what was sent."""
    return [(await person.ask(SEND, match=match, key=key)).ok()["message"]["id"] for key in keys]


def numbers(events: list[dict[str, Any]]) -> dict[str, list[int]]:
    """The numbers of the messages added, by match."""
    found: dict[str, list[int]] = {}
    for event in events:
        if event["__typename"] == "MessageAdded":
            found.setdefault(event["match"]["id"], []).append(event["message"]["number"])
    return found


async def two_conversations(world: World) -> tuple[Person, str, str]:
    """Somebody with two matches, of 230 and 40 messages, every tenth of them edited."""
    ada, mona, theo, tess = await world.people("Ada", "Mona", "Theo", "Tess")
    program = await world.open_program(ada, await world.group(ada))
    await world.enroll(mona, program, "MENTOR", capacity=2)
    matches = []
    for mentee, count in ((theo, 230), (tess, 40)):
        await world.enroll(mentee, program, "MENTEE")
        matches.append(await world.match(ada, program, mona, mentee))
        ids = await send(mentee, matches[-1], *map(str, range(count)))
        for id in ids[::10]:
            (await mentee.ask(EDIT, id=id)).ok()
    return mona, matches[0], matches[1]


@pytest.mark.parametrize("hub", ["memory"], indirect=True)
@pytest.mark.parametrize("fresh", [1.0, 0.0], ids=["quick", "slow"])
async def test_a_backlog_of_many_pages_is_told_in_order(
    world: World, hub: Hub, monkeypatch: pytest.MonkeyPatch, fresh: float
) -> None:
    # given a long backlog, and a reader who is quick, or slower than what was read counts
    mona, long, short = await two_conversations(world)
    monkeypatch.setattr(follow, "FRESH", fresh)
    async with Follower(hub, mona, FOLLOW, after="") as follower:
        events = await follower.rest()
    # then all messages are told once, each conversation in its order, and all edits after them
    assert numbers(events) == {long: list(range(1, 231)), short: list(range(1, 41))}
    edited = [event["__typename"] for event in events].count("MessageEdited")
    assert (edited, len(events)) == (27, 297)
    # and every cursor is another
    assert len({event["cursor"] for event in events}) == 297


@pytest.mark.parametrize("hub", ["memory"], indirect=True)
async def test_from_every_cursor_the_rest_follows(world: World, hub: Hub) -> None:
    # given all that happened in two conversations, as it was told
    mona, long, _ = await two_conversations(world)
    chance = random.Random(11)
    for only in (None, long):
        async with Follower(hub, mona, FOLLOW, match=only, after="") as follower:
            events = await follower.rest()
        for i in [0, 99, 100, *chance.sample(range(len(events)), 10), len(events) - 1]:
            # when somebody comes back with the cursor of one of these events
            after = events[i]["cursor"]
            async with Follower(hub, mona, FOLLOW, match=only, after=after) as follower:
                rest = await follower.rest()
            # then they are told what came after it, in the same order in each conversation
            assert by_match(rest) == by_match(events[i + 1 :])


def by_match(events: list[dict[str, Any]]) -> dict[str, list[tuple[str, int]]]:
    def match(event: dict[str, Any]) -> str:
        return str(event["match"]["id"])

    return {
        id: [(event["__typename"], event["message"]["number"]) for event in group]
        for id, group in groupby(sorted(events, key=match), key=match)
    }


async def test_readers_who_come_and_go_while_two_write_miss_nothing(world: World, hub: Hub) -> None:
    # given two who write 150 messages each, at once, and three who read meanwhile
    pair = await world.pair()
    everything = list(range(1, WRITERS * EACH + 1))

    async def write(person: Person) -> None:
        for i in range(EACH):
            await send(person, pair.match, f"{i}")

    steady = Follower(hub, pair.mentor, FOLLOW, match=pair.match, after="")
    async with steady, asyncio.timeout(150), asyncio.TaskGroup() as group:
        of_pair = group.create_task(restless(hub, pair, pair.match, random.Random(1)))
        of_all = group.create_task(restless(hub, pair, None, random.Random(2)))
        for person in (pair.mentor, pair.mentee):
            group.create_task(write(person))
        told = [await steady.next() for _ in everything]
    # then who stayed, and who came and went, were told each message once and in order
    assert numbers(told) == {pair.match: everything}
    for task in (of_pair, of_all):
        seen, visits = task.result()
        assert seen == everything
        assert visits > 10


async def restless(
    hub: Hub, pair: Pair, only: str | None, chance: random.Random
) -> tuple[list[int], int]:
    """Reads a few messages, leaves at any moment, comes back with the last cursor it has seen."""
    seen: list[int] = []
    cursor, visits = "", 0
    while len(seen) < WRITERS * EACH:
        visits += 1
        async with Follower(hub, pair.mentee, FOLLOW, match=only, after=cursor) as follower:
            for _ in range(min(chance.randint(0, 30), WRITERS * EACH - len(seen))):
                event = await follower.next()
                seen.append(event["message"]["number"])
                cursor = event["cursor"]
            for _ in range(chance.randint(0, 40)):  # what comes meanwhile is lost on the way
                await asyncio.sleep(0)
    return seen, visits
