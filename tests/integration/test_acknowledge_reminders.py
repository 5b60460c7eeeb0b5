"""acknowledgeReminders: all of one's own at once, or those of one check-in, each once."""

import asyncio
from typing import Any

import pytest

from domain.clock import clock
from server.ticking import tick
from tests.integration.followers import Follower, running_hub
from tests.integration.passing_time import answer_check_in, check_ins, moment, until
from tests.integration.world import Answer, Pair, Person, World

STREAM = "subscription { checkInReminders { id kind checkIn { week } } }"
ALL = "mutation { acknowledgeReminders { count errors { code field } } }"
OF_ONE = """mutation($id: ID) { acknowledgeReminders(checkInId: $id) {
  count errors { code field message } } }"""
ONE = """mutation($id: ID!) { acknowledgeReminder(reminderId: $id) {
  reminder { acknowledgedAt } errors { code } } }"""
LIST = """{ viewer { checkInReminders(first: 100) {
  nodes { id kind acknowledgedAt checkIn { id week match { id } } } } } }"""


@pytest.fixture
async def pair(world: World) -> Pair:
    """Their first check-in went by without an answer, and the second is open: four reminders."""
    clock.set(moment("2026-09-01 12:00"))
    pair = await world.pair()
    await until("2026-09-14 07:00")
    return pair


async def reminders(person: Person) -> list[dict[str, Any]]:
    nodes: list[dict[str, Any]] = (await person.ask(LIST)).ok()["checkInReminders"]["nodes"]
    return nodes


async def told(person: Person) -> list[tuple[str, int]]:
    """What a stream begins with."""
    async with running_hub() as hub, Follower(hub, person, STREAM) as follower:
        return [(event["kind"], event["checkIn"]["week"]) for event in await follower.rest()]


async def of_check_in(person: Person, check_in: str | None) -> Answer:
    return await person.ask(OF_ONE, id=check_in)


async def test_all_of_ones_own_are_acknowledged_at_once_and_never_come_back(pair: Pair) -> None:
    # given somebody with four reminders, of which they have acknowledged one
    kinds = [("OPENED", 1), ("LAST_CALL", 1), ("NUDGE", 1), ("OPENED", 2)]
    assert await told(pair.mentor) == kinds
    first = (await reminders(pair.mentor))[0]
    (await pair.mentor.ask(ONE, id=first["id"])).ok()

    # when they acknowledge all, then those that were left are counted
    clock.set(moment("2026-09-14 12:00"))
    assert (await pair.mentor.ask(ALL)).ok()["count"] == 3
    at = [each["acknowledgedAt"] for each in await reminders(pair.mentor)]
    assert at == ["2026-09-14T07:00:00+00:00"] + ["2026-09-14T12:00:00+00:00"] * 3

    # and none is streamed again; the partner's are as they were
    assert await told(pair.mentor) == []
    assert await told(pair.mentee) == kinds

    # and doing it again changes nothing
    clock.set(moment("2026-09-15 12:00"))
    assert (await of_check_in(pair.mentor, None)).ok()["count"] == 0
    assert [each["acknowledgedAt"] for each in await reminders(pair.mentor)] == at


async def test_those_of_one_check_in_leave_the_others(pair: Pair) -> None:
    first, second = await check_ins(pair.mentor, pair.match)

    assert (await of_check_in(pair.mentor, first["id"])).ok()["count"] == 3
    assert await told(pair.mentor) == [("OPENED", 2)]
    assert (await of_check_in(pair.mentor, first["id"])).ok()["count"] == 0
    assert (await of_check_in(pair.mentor, second["id"])).ok()["count"] == 1
    assert await told(pair.mentor) == []


async def test_what_is_not_of_ones_own_pair_is_not_there(world: World, pair: Pair) -> None:
    # given somebody of another pair, an admin, and a stranger
    other, stranger = await world.pair(), await world.person("Eve")
    (first, _), before = await check_ins(pair.mentor, pair.match), await reminders(pair.mentor)
    nowhere = (await of_check_in(other.mentor, "checkin_" + "0" * 32)).payload
    assert (nowhere["count"], nowhere["errors"][0]["code"]) == (0, "NOT_FOUND")
    assert nowhere["errors"][0]["field"] == ["checkInId"]

    # when they name that check-in, or what is none
    for person in (other.mentor, pair.admin, stranger):
        for id in (first["id"], "nonsense", pair.match):
            # then it is as if it were not there
            assert (await of_check_in(person, id)).payload == nowhere
        # and all of their own are none of the pair's
        assert (await person.ask(ALL)).ok()["count"] == 0
    assert await reminders(pair.mentor) == before


async def test_who_follows_is_told_what_falls_due_afterwards_and_nothing_again(pair: Pair) -> None:
    async with running_hub() as hub, Follower(hub, pair.mentor, STREAM) as follower:
        assert len(await follower.rest()) == 4
        (await pair.mentor.ask(ALL)).ok()
        clock.set(moment("2026-09-18 07:00"))
        await tick()

        after = await follower.next()
        assert (after["kind"], after["checkIn"]["week"]) == ("LAST_CALL", 2)
        assert await follower.rest() == []


async def test_each_is_counted_by_one_of_those_who_acknowledge_at_the_same_moment(
    pair: Pair,
) -> None:
    first, _ = await check_ins(pair.mentor, pair.match)
    answers = await asyncio.gather(
        *(pair.mentor.ask(ALL) for _ in range(4)),
        *(of_check_in(pair.mentor, first["id"]) for _ in range(4)),
    )

    assert sum(answer.ok()["count"] for answer in answers) == 4


async def test_an_answer_acknowledges_nothing(pair: Pair) -> None:
    assert await answer_check_in(pair.mentor, pair.match) == []

    assert [each["acknowledgedAt"] for each in await reminders(pair.mentor)] == [None] * 4
