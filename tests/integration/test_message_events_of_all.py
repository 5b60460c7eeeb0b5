"""Following all one's conversations at once: one cursor for all of them, new ones included."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest

from models.ids import id_of
from realtime.hub import Hub
from resolvers.cursors import places_cursor, read_places
from tests.integration.followers import Follower, running_hub
from tests.integration.world import Person, World

FOLLOW = """subscription($after: String) {
  messageEvents(after: $after) {
    __typename cursor match { id } ... on MessageAdded { message { number body } } } }"""
SEND = """mutation($match: ID!, $body: String!, $key: ID!) {
  sendMessage(input: {matchId: $match, body: $body, clientKey: $key}) {
    message { number } errors { code } } }"""
LAST = """query($id: ID!) {
  match(id: $id) { messages(last: 1) { pageInfo { endCursor } } } }"""
END = "mutation($id: ID!) { endMatch(matchId: $id) { errors { code } } }"


@pytest.fixture
async def hub(world: World) -> AsyncIterator[Hub]:
    async with running_hub() as hub:
        yield hub


class Circle:
    """Mona mentors Theo and Tess; more can follow."""

    def __init__(self, world: World) -> None:
        self.world = world

    async def built(self) -> "Circle":
        self.ada, self.mona = await self.world.people("Ada", "Mona")
        group = await self.world.group(self.ada)
        self.program = await self.world.open_program(self.ada, group)
        await self.world.enroll(self.mona, self.program, "MENTOR", capacity=10)
        self.theo, self.with_theo = await self.another("Theo")
        self.tess, self.with_tess = await self.another("Tess")
        return self

    async def another(self, name: str) -> tuple[Person, str]:
        """One more mentee of Mona's, and the id of their match."""
        mentee = await self.world.person(name)
        await self.world.enroll(mentee, self.program, "MENTEE")
        return mentee, await self.world.match(self.ada, self.program, self.mona, mentee)


@pytest.fixture
async def circle(world: World) -> Circle:
    return await Circle(world).built()


async def send(person: Person, match: str, *bodies: str) -> None:
    for body in bodies:
        (await person.ask(SEND, match=match, body=body, key=body)).ok()


def told(events: list[dict[str, Any]]) -> dict[str, list[str]]:
    """What was told of each match, in order."""
    found: dict[str, list[str]] = {}
    for event in events:
        found.setdefault(event["match"]["id"], []).append(event["message"]["body"])
    return found


async def test_each_conversation_is_told_in_its_order(circle: Circle, hub: Hub) -> None:
    # given messages in two conversations
    await send(circle.theo, circle.with_theo, "1", "2")
    await send(circle.tess, circle.with_tess, "a")
    async with Follower(hub, circle.mona, FOLLOW, after="") as mona:
        # then who follows all is told both, then what comes in either
        assert told(await mona.rest()) == {
            circle.with_theo: ["1", "2"],
            circle.with_tess: ["a"],
        }
        await send(circle.mona, circle.with_tess, "b")
        await send(circle.mona, circle.with_theo, "3")
        assert told(await mona.rest()) == {circle.with_tess: ["b"], circle.with_theo: ["3"]}
    # and each mentee hears of their own alone
    async with Follower(hub, circle.tess, FOLLOW, after="") as tess:
        assert told(await tess.rest()) == {circle.with_tess: ["a", "b"]}


async def test_a_single_pairs_cursor_counts_for_that_pair(circle: Circle, hub: Hub) -> None:
    # given a page of one conversation, and messages in both after that
    await send(circle.theo, circle.with_theo, "1")
    page = await circle.mona.ask(LAST, id=circle.with_theo)
    await send(circle.theo, circle.with_theo, "2")
    await send(circle.tess, circle.with_tess, "a")
    # when all are followed from there
    after = page.payload["messages"]["pageInfo"]["endCursor"]
    async with Follower(hub, circle.mona, FOLLOW, after=after) as mona:
        # then that one is told from there, and of the other only what comes
        assert told(await mona.rest()) == {circle.with_theo: ["2"]}
        await send(circle.tess, circle.with_tess, "b")
        assert told([await mona.next()]) == {circle.with_tess: ["b"]}


async def test_whoever_comes_back_misses_nothing_in_any_conversation(
    circle: Circle, hub: Hub
) -> None:
    # given somebody who has followed for a while and left
    await send(circle.theo, circle.with_theo, "1")
    await send(circle.tess, circle.with_tess, "a")
    async with Follower(hub, circle.mona, FOLLOW, after="") as mona:
        last = (await mona.rest())[-1]["cursor"]
    # when messages come meanwhile, in a new conversation too
    await send(circle.tess, circle.with_tess, "b")
    tim, with_tim = await circle.another("Tim")
    await send(tim, with_tim, "hello")
    await send(circle.theo, circle.with_theo, "2")
    # then coming back with the last cursor tells all of it, once
    async with Follower(hub, circle.mona, FOLLOW, after=last) as mona:
        events = await mona.rest()
        assert told(events) == {
            circle.with_tess: ["b"],
            with_tim: ["hello"],
            circle.with_theo: ["2"],
        }
    # and so it does from any event on
    for i, event in enumerate(events, 1):
        async with Follower(hub, circle.mona, FOLLOW, after=event["cursor"]) as mona:
            assert told(await mona.rest()) == told(events[i:])


async def test_a_match_made_meanwhile_is_followed_from_its_first_message(
    circle: Circle, hub: Hub
) -> None:
    # given somebody who follows only what comes
    await send(circle.theo, circle.with_theo, "1")
    async with Follower(hub, circle.mona, FOLLOW) as mona:
        assert await mona.rest() == []
        # when they are paired with somebody new, who writes
        tim, with_tim = await circle.another("Tim")
        await send(tim, with_tim, "hello")
        # then they are told
        assert told([await mona.next()]) == {with_tim: ["hello"]}


async def test_a_match_that_ends_is_told_to_its_end_and_the_others_go_on(
    circle: Circle, hub: Hub
) -> None:
    async with Follower(hub, circle.mona, FOLLOW) as mona:
        await mona.rest()
        await send(circle.theo, circle.with_theo, "goodbye")
        (await circle.theo.ask(END, id=circle.with_theo)).ok()
        await send(circle.tess, circle.with_tess, "still here")
        assert told(await mona.rest()) == {
            circle.with_theo: ["goodbye"],
            circle.with_tess: ["still here"],
        }
        assert not mona.is_over


async def test_who_has_no_match_yet_hears_of_the_first(world: World, hub: Hub) -> None:
    # given somebody without any match
    mona = await world.person("Mona")
    async with Follower(hub, mona, FOLLOW, after="") as follower:
        assert await follower.rest() == []
        # when they get one
        ada, theo = await world.people("Ada", "Theo")
        program = await world.open_program(ada, await world.group(ada))
        await world.enroll(mona, program, "MENTOR")
        await world.enroll(theo, program, "MENTEE")
        match = await world.match(ada, program, mona, theo)
        await send(theo, match, "hello")
        # then they are told
        assert told([await follower.next()]) == {match: ["hello"]}


async def test_of_a_cursor_only_ones_own_conversations_are_kept(hub: Hub, circle: Circle) -> None:
    # given a cursor that names places in very many conversations, of which one is the viewer's
    with_theo, with_tess = (id_of("match", id) for id in (circle.with_theo, circle.with_tess))
    assert with_theo is not None and with_tess is not None
    others = {UUID(int=number): 7 for number in range(1000)}
    cursor = places_cursor({**others, with_theo: 0})
    # when they follow from there
    async with Follower(hub, circle.mona, FOLLOW, after=cursor) as follower:
        await send(circle.tess, circle.with_tess, "hello")
        told = (await follower.next())["cursor"]
    # then the others are forgotten
    assert read_places(told) == ({with_theo: 0, with_tess: 1}, True)
