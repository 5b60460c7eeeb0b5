"""Following one's matches: told when one is proposed and whenever its status changes."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from domain.clock import clock
from models.database import execute
from realtime.hub import Hub
from server.ticking import tick
from tests.integration.followers import Follower, running_hub
from tests.integration.world import Pair, Person, World

CHANGES = """subscription {
  matchChanged {
    id status endReason stepsDone partner { displayName } program { title } unreadCount } }"""
ACCEPT = "mutation($id: ID!) { respondToMatch(matchId: $id, accept: true) { errors { code } } }"
DECLINE = "mutation($id: ID!) { respondToMatch(matchId: $id, accept: false) { errors { code } } }"
PAUSE = "mutation($id: ID!) { pauseMatch(matchId: $id) { errors { code } } }"
RESUME = "mutation($id: ID!) { resumeMatch(matchId: $id) { errors { code } } }"
FINISH = "mutation($id: ID!) { completeMatch(matchId: $id) { errors { code } } }"
WITHDRAW = "mutation($id: ID!) { withdrawEnrollment(enrollmentId: $id) { errors { code } } }"
END = "mutation($id: ID!) { endMatch(matchId: $id) { errors { code } } }"


@pytest.fixture
async def hub(world: World) -> AsyncIterator[Hub]:
    async with running_hub() as hub:
        yield hub


async def does(person: Person, mutation: str, match: str) -> None:
    (await person.ask(mutation, id=match)).ok()


async def test_each_change_of_status_is_told_to_the_two(world: World, hub: Hub) -> None:
    pair = await world.pair(consent=True)
    async with (
        Follower(hub, pair.mentor, CHANGES) as mentor,
        Follower(hub, pair.mentee, CHANGES) as mentee,
    ):
        # given a match that was there before: it is not told
        assert (await mentor.rest(), await mentee.rest()) == ([], [])
        # when it goes through its states
        told = []
        await does(pair.mentor, ACCEPT, pair.match)
        for person, mutation in (
            (pair.mentee, ACCEPT), (pair.admin, PAUSE), (pair.mentor, RESUME), (pair.mentee, END),
        ):  # fmt: skip
            await does(person, mutation, pair.match)
            told.append((await mentor.next(), await mentee.next()))
        # then each is told once, and each reads it as they may
        assert (await mentor.rest(), await mentee.rest()) == ([], [])
    assert [(one["status"], other["status"]) for one, other in told] == [
        ("ACTIVE", "ACTIVE"), ("PAUSED", "PAUSED"), ("ACTIVE", "ACTIVE"), ("ENDED", "ENDED"),
    ]  # fmt: skip
    assert {event["id"] for both in told for event in both} == {pair.match}
    last_to_mentor, last_to_mentee = told[-1]
    assert last_to_mentor["endReason"] == "ENDED_BY_PARTNER"
    assert last_to_mentee["endReason"] == "BY_YOU"
    assert last_to_mentor["partner"] == {"displayName": "Theo"}


@pytest.mark.parametrize("consent", [True, False])
async def test_a_new_match_is_told_to_its_two(world: World, hub: Hub, consent: bool) -> None:
    # given two who are not paired yet
    ada, mona, theo = await world.people("Ada", "Mona", "Theo")
    program = await world.open_program(ada, await world.group(ada), requiresConsent=consent)
    await world.enroll(mona, program, "MENTOR")
    await world.enroll(theo, program, "MENTEE")
    async with Follower(hub, mona, CHANGES) as mentor, Follower(hub, theo, CHANGES) as mentee:
        await mentor.rest()
        await mentee.rest()
        # when they are
        match = await world.match(ada, program, mona, theo)
        # then both are told
        for follower in (mentor, mentee):
            event = await follower.next()
            assert event["id"] == match
            assert event["status"] == ("PROPOSED" if consent else "ACTIVE")
            assert event["unreadCount"] == 0


@pytest.mark.parametrize("how", ["decline", "expire", "complete", "withdraw", "archive"])
async def test_every_end_is_told(world: World, hub: Hub, how: str) -> None:
    pair = await world.pair(consent=how in ("decline", "expire"))
    async with Follower(hub, pair.mentor, CHANGES) as follower:
        await follower.rest()
        match how:
            case "decline":
                await does(pair.mentee, DECLINE, pair.match)
            case "expire":
                clock.advance(timedelta(days=14))
                await tick()
            case "complete":
                await does(pair.mentee, FINISH, pair.match)
            case "withdraw":
                enrollment = world.enrollment(pair.mentee, pair.program, "MENTEE")
                await does(pair.mentee, WITHDRAW, enrollment)
            case _:
                await world.change(pair.admin, "closeProgram", pair.program)
                await world.change(pair.admin, "archiveProgram", pair.program)
        status = {"decline": "DECLINED", "expire": "EXPIRED", "complete": "COMPLETED"}
        assert (await follower.next())["status"] == status.get(how, "ENDED")
        # and it goes on: there may be a next match
        assert not follower.is_over


async def test_what_is_no_status_is_not_told(world: World, hub: Hub) -> None:
    pair = await world.pair()
    async with Follower(hub, pair.mentee, CHANGES) as follower:
        await follower.rest()
        # when there is a message, a step, another weekday, and what is refused
        for mutation in (
            """mutation($id: ID!) { sendMessage(input: {matchId: $id, body: "x", clientKey: "x"}) {
                 errors { code } } }""",
            """mutation($id: ID!) { setCheckInWeekday(matchId: $id, weekday: SUNDAY) {
                 errors { code } } }""",
            """mutation($id: ID!) { setTyping(matchId: $id, isTyping: true) {
                 errors { code } } }""",
        ):
            await does(pair.mentor, mutation, pair.match)
        assert (await pair.mentor.ask(RESUME, id=pair.match)).payload["errors"]
        # then nothing is told
        assert await follower.rest() == []


async def test_each_is_told_what_is_true_now(world: World, hub: Hub) -> None:
    pair = await world.pair()
    async with Follower(hub, pair.mentee, CHANGES) as follower:
        seen = []
        # given a program that is renamed between two changes
        for title, mutation in (("Before", PAUSE), ("After", RESUME)):
            await follower.rest()
            await execute("UPDATE programs SET title = $1", title)
            await does(pair.mentor, mutation, pair.match)
            seen.append((await follower.next())["program"]["title"])
    # then nothing is remembered from one event to the next
    assert seen == ["Before", "After"]


async def test_others_are_told_nothing(world: World, hub: Hub) -> None:
    pair: Pair = await world.pair()
    async with (
        Follower(hub, pair.admin, CHANGES) as admin,
        Follower(hub, await world.person("Sam"), CHANGES) as stranger,
    ):
        await admin.rest()
        await does(pair.admin, PAUSE, pair.match)
        await does(pair.mentor, END, pair.match)
        assert (await admin.rest(), await stranger.rest()) == ([], [])
