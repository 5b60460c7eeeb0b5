"""The stream of one's reminders: what is not acknowledged first, then what falls due."""

from typing import Any

import pytest

from domain.clock import clock
from server.ticking import tick
from tests.integration.followers import Follower, running_hub
from tests.integration.passing_time import moment, until
from tests.integration.world import Pair, World

STREAM = "subscription { checkInReminders { id kind checkIn { week match { id } } } }"
ACKNOWLEDGE = """
mutation($id: ID!) { acknowledgeReminder(reminderId: $id) {
  reminder { id acknowledgedAt } errors { code field message } } }"""
LIST = """
query($acknowledged: Boolean) { viewer { checkInReminders(acknowledged: $acknowledged) {
  nodes { id kind acknowledgedAt } } } }"""


@pytest.fixture
async def pair(world: World) -> Pair:
    """Both have been told that their first check-in is open."""
    clock.set(moment("2026-09-01 12:00"))
    pair = await world.pair()
    await until("2026-09-07 07:00")
    return pair


def told(event: dict[str, Any]) -> tuple[str, int]:
    return event["kind"], event["checkIn"]["week"]


async def test_what_was_missed_comes_first_then_each_as_it_falls_due(pair: Pair) -> None:
    async with running_hub() as hub, Follower(hub, pair.mentor, STREAM) as follower:
        # given somebody who was away when it was recorded
        first = await follower.next()
        assert told(first) == ("OPENED", 1)
        assert first["checkIn"]["match"]["id"] == pair.match

        # when the next one falls due, then it comes by itself
        clock.set(moment("2026-09-11 07:00"))
        await tick()
        assert told(await follower.next()) == ("LAST_CALL", 1)

        # and nothing twice, whatever wakes it
        await tick()
        assert await follower.rest() == []


async def test_what_is_acknowledged_never_comes_back(pair: Pair) -> None:
    async with running_hub() as hub:
        async with Follower(hub, pair.mentor, STREAM) as follower:
            reminder = (await follower.next())["id"]
        clock.set(moment("2026-09-07 12:00"))
        answer = (await pair.mentor.ask(ACKNOWLEDGE, id=reminder)).ok()["reminder"]
        assert answer == {"id": reminder, "acknowledgedAt": "2026-09-07T12:00:00+00:00"}

        # acknowledging it twice changes nothing
        clock.set(moment("2026-09-08 12:00"))
        assert (await pair.mentor.ask(ACKNOWLEDGE, id=reminder)).ok()["reminder"] == answer
        async with Follower(hub, pair.mentor, STREAM) as follower:
            assert await follower.rest() == []
    for acknowledged, found in ((None, 1), (True, 1), (False, 0)):
        nodes = (await pair.mentor.ask(LIST, acknowledged=acknowledged)).ok()
        assert len(nodes["checkInReminders"]["nodes"]) == found


async def test_a_reminder_is_nobody_elses(world: World, pair: Pair) -> None:
    listed = (await pair.mentor.ask(LIST)).ok()["checkInReminders"]["nodes"]
    reminder = listed[0]["id"]
    stranger = await world.person("Eve")
    nowhere = (await stranger.ask(ACKNOWLEDGE, id="reminder_" + "0" * 32)).payload
    assert [error["code"] for error in nowhere["errors"]] == ["NOT_FOUND"]

    for other in (pair.mentee, pair.admin, stranger):
        assert (await other.ask(ACKNOWLEDGE, id=reminder)).payload == nowhere
        node = await other.ask("query($id: ID!) { node(id: $id) { id } }", id=reminder)
        assert node.ok() is None
    async with running_hub() as hub:
        async with Follower(hub, pair.mentee, STREAM) as follower:
            assert (await follower.next())["id"] != reminder
        async with Follower(hub, stranger, STREAM) as follower:
            assert await follower.rest() == []
    assert (await pair.mentor.ask(ACKNOWLEDGE, id=reminder)).ok()


async def test_of_a_match_that_is_over_nobody_is_reminded(pair: Pair) -> None:
    end = "mutation($id: ID!) { endMatch(matchId: $id) { errors { code } } }"
    (await pair.mentee.ask(end, id=pair.match)).ok()
    await until("2026-09-20 12:00")

    async with running_hub() as hub, Follower(hub, pair.mentor, STREAM) as follower:
        assert await follower.rest() == []
    # what was recorded before can still be read, and asks for nothing any more
    for acknowledged, found in ((None, 1), (False, 0)):
        nodes = (await pair.mentor.ask(LIST, acknowledged=acknowledged)).ok()
        assert len(nodes["checkInReminders"]["nodes"]) == found


async def test_a_session_that_ends_ends_the_stream(pair: Pair) -> None:
    async with running_hub() as hub, Follower(hub, pair.mentor, STREAM) as follower:
        await follower.next()
        (await pair.mentor.ask("mutation { signOut { errors { code } } }")).ok()

        assert await follower.end() == ["UNAUTHENTICATED"]
