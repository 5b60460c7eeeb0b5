"""On which dates check-ins come, and which numbers their weeks have."""

from typing import Any

import pytest

from domain.clock import clock
from server.ticking import tick
from tests.integration.passing_time import (
    answer_check_in,
    check_ins,
    moment,
    paired_with_a_check_in,
    until,
)
from tests.integration.world import Pair, Person, World

PAUSE = "mutation($id: ID!) { pauseMatch(matchId: $id) { errors { code } } }"
RESUME = "mutation($id: ID!) { resumeMatch(matchId: $id) { errors { code } } }"
WEEKDAY = """
mutation($id: ID!, $day: Weekday!) { setCheckInWeekday(matchId: $id, weekday: $day) {
  match { checkInWeekday } errors { code field } } }"""


@pytest.fixture
async def pair(world: World) -> Pair:
    return await paired_with_a_check_in(world)


async def last(person: Person, match: str) -> dict[str, Any]:
    return (await check_ins(person, match))[-1]


async def test_a_pause_skips_check_ins_and_leaves_a_gap(pair: Pair) -> None:
    # given a match that is paused for two weeks and a half
    (await pair.mentor.ask(PAUSE, id=pair.match)).ok()
    await until("2026-09-24 12:00")
    (await pair.mentor.ask(RESUME, id=pair.match)).ok()

    # then it goes on with the next date of its calendar, and nothing is made up for
    await until("2026-10-05 12:00")
    opened = await check_ins(pair.mentor, pair.match)
    assert [(c["week"], c["date"]) for c in opened] == [
        (1, "2026-09-07"),
        (4, "2026-09-28"),
        (5, "2026-10-05"),
    ]


async def test_a_date_that_began_during_a_pause_is_skipped_even_before_anybody_looked(
    pair: Pair,
) -> None:
    (await pair.mentor.ask(PAUSE, id=pair.match)).ok()
    clock.set(moment("2026-09-13 10:30"))
    (await pair.mentor.ask(RESUME, id=pair.match)).ok()
    await tick()

    assert [c["week"] for c in await check_ins(pair.mentor, pair.match)] == [1]
    await until("2026-09-20 10:00")
    assert [c["week"] for c in await check_ins(pair.mentor, pair.match)] == [1, 3]


async def test_after_an_outage_only_the_present_check_in_opens(pair: Pair) -> None:
    clock.set(moment("2026-10-01 12:00"))
    await tick()

    found = [(c["week"], c["date"], c["status"]) for c in await check_ins(pair.mentor, pair.match)]
    assert found == [(1, "2026-09-07", "MISSED"), (4, "2026-09-28", "OPEN")]


async def test_a_new_weekday_counts_from_the_next_check_in_on(pair: Pair) -> None:
    # given a check-in of Monday, 7 September, that is open
    moved = await pair.mentee.ask(WEEKDAY, id=pair.match, day="THURSDAY")
    assert moved.ok()["match"]["checkInWeekday"] == "THURSDAY"

    # then it stays as it is, and the next one is on the first Thursday after it is over
    await until("2026-09-24 12:00")
    found = [(c["week"], c["date"]) for c in await check_ins(pair.mentor, pair.match)]
    assert found == [(1, "2026-09-07"), (2, "2026-09-17"), (3, "2026-09-24")]

    # and back to Monday: again not before the last one is over
    for person in (pair.mentor, pair.mentee):
        assert await answer_check_in(person, pair.match) == []
    (await pair.mentee.ask(WEEKDAY, id=pair.match, day="MONDAY")).ok()
    await until("2026-10-05 12:00")
    assert (await last(pair.mentor, pair.match))["date"] == "2026-10-05"


async def test_before_the_first_check_in_the_weekday_may_move_it_to_an_earlier_date(
    world: World,
) -> None:
    # given a match of Tuesday, whose first Monday is the 7th; a Friday would be the 4th
    clock.set(moment("2026-09-01 12:00"))
    pair = await world.pair()
    (await pair.mentor.ask(WEEKDAY, id=pair.match, day="FRIDAY")).ok()
    (await pair.mentor.ask(WEEKDAY, id=pair.match, day="FRIDAY")).ok()

    await until("2026-09-04 12:00")
    assert (await last(pair.mentor, pair.match))["date"] == "2026-09-04"


@pytest.mark.parametrize(
    ("weekday", "first"),
    [("FRIDAY", "2026-09-04"), ("THURSDAY", "2026-09-10"), ("TUESDAY", "2026-09-08")],
)
async def test_the_first_is_three_days_or_more_after_the_match_started(
    world: World, weekday: str, first: str
) -> None:
    clock.set(moment("2026-09-01 23:59"))
    admin, mentor, mentee = await world.people("Ada", "Mona", "Theo")
    group = await world.group(admin)
    program = await world.open_program(admin, group, checkInWeekday=weekday)
    await world.enroll(mentor, program, "MENTOR")
    await world.enroll(mentee, program, "MENTEE")
    match = await world.match(admin, program, mentor, mentee)

    await until("2026-09-12 12:00")
    assert (await check_ins(mentor, match))[0]["date"] == first


async def test_a_match_that_needs_consent_counts_from_when_both_accepted(world: World) -> None:
    clock.set(moment("2026-09-01 12:00"))
    pair = await world.pair(consent=True)
    await until("2026-09-08 12:00")
    assert await check_ins(pair.mentor, pair.match) == []
    for person in (pair.mentor, pair.mentee):
        accept = (
            "mutation($id: ID!) { respondToMatch(matchId: $id, accept: true) { errors {code} } }"
        )
        (await person.ask(accept, id=pair.match)).ok()

    await until("2026-09-20 12:00")
    assert [c["date"] for c in await check_ins(pair.mentor, pair.match)] == [
        "2026-09-14",
        "2026-09-21",
    ]
