"""Time and people at once: whoever is first, each check-in comes once, after the last one."""

import asyncio
from contextvars import Context
from typing import Any

import pytest

from domain.check_in_preferences import set_preferences
from domain.check_in_reminders import hold_calendar
from domain.check_in_rounds import close_check_ins, end_silent_matches, open_check_ins
from domain.clock import clock
from domain.users import ProfileChange, update_profile
from domain.viewer import of_session
from models.database import execute, fetch
from models.transactions import transactional
from server.ticking import tick
from tests.integration.passing_time import (
    answer_check_in,
    check_ins,
    moment,
    paired_with_a_check_in,
    reminded,
    until,
)
from tests.integration.races import overtaken, somebody_waits
from tests.integration.world import Pair, World

WEEKDAY = """
mutation($id: ID!, $day: Weekday!) { setCheckInWeekday(matchId: $id, weekday: $day) {
  errors { code field } } }"""
PAUSE = "mutation($id: ID!) { pauseMatch(matchId: $id) { errors { code } } }"
RESUME = "mutation($id: ID!) { resumeMatch(matchId: $id) { errors { code } } }"
END = "mutation($id: ID!) { endMatch(matchId: $id) { errors { code } } }"


@pytest.fixture
async def pair(world: World) -> Pair:
    return await paired_with_a_check_in(world)


async def elsewhere(work: Any) -> Any:
    """As another process would do it, whatever this one holds."""
    return await asyncio.create_task(work, context=Context())


async def test_no_check_in_opens_while_another_process_closes_the_last_one(pair: Pair) -> None:
    # given the third week without an answer, being closed by a process that is not done yet
    await execute("UPDATE pair_members SET missed_in_a_row = 2")
    clock.set(moment("2026-09-13 10:00"))
    found: list[int] = []

    @transactional
    async def close() -> None:
        await close_check_ins()
        # when another one looks what there is to close, and to open
        found.append(await elsewhere(close_check_ins()))
        found.append(await elsewhere(open_check_ins()))

    await close()

    # then it finds nothing, and neither does anybody later: the match has fallen silent
    found.append(await open_check_ins())
    assert found == [0, 0, 0]
    assert [c["status"] for c in await check_ins(pair.mentor, pair.match)] == ["MISSED"]


async def test_somebody_who_moves_while_a_check_in_opens_is_reminded_where_they_live_now(
    pair: Pair,
) -> None:
    for person in (pair.mentor, pair.mentee):
        assert await answer_check_in(person, pair.match) == []
    clock.set(moment("2026-09-13 10:00"))

    move = 'mutation { updateProfile(input: {timeZone: "America/Lima"}) { errors { code } } }'
    assert (await overtaken(open_check_ins(), pair.mentee.ask(move))).ok()

    await until("2026-09-14 15:00")
    assert (await reminded(pair.mentee))[-1] == ("OPENED", 2, "2026-09-14 14:00")
    assert (await reminded(pair.mentor))[-1] == ("OPENED", 2, "2026-09-14 07:00")


async def test_one_silent_match_that_somebody_holds_does_not_keep_the_others(
    world: World, pair: Pair
) -> None:
    # given two matches that have been silent for long, one of them held by another process
    other = await world.person("Una")
    await world.enroll(other, pair.program, "MENTEE")
    await world.match(pair.admin, pair.program, pair.mentor, other)
    await execute(
        """UPDATE matches SET status = 'PAUSED', silent_since = $1""", moment("2026-08-01 12:00")
    )
    ended: list[int] = []

    @transactional
    async def hold() -> None:
        waiting = world.enrollment(other, pair.program, "MENTEE").removeprefix("enrollment_")
        await fetch("SELECT 1 FROM enrollments WHERE id = $1 FOR UPDATE", waiting)
        ended.append(await elsewhere(end_silent_matches()))

    await hold()
    ended.append(await end_silent_matches())

    assert ended == [1, 1]


async def test_a_weekday_that_moves_while_a_check_in_opens_counts_from_the_next_on(
    pair: Pair,
) -> None:
    clock.set(moment("2026-09-13 10:00"))
    await close_check_ins()

    moved = await overtaken(
        open_check_ins(), pair.mentor.ask(WEEKDAY, id=pair.match, day="TUESDAY")
    )

    assert moved.ok()
    for person in (pair.mentor, pair.mentee):
        assert await answer_check_in(person, pair.match) == []
    await until("2026-09-22 12:00")
    found = [(c["week"], c["date"]) for c in await check_ins(pair.mentor, pair.match)]
    assert found == [(1, "2026-09-07"), (2, "2026-09-14"), (3, "2026-09-22")]


async def test_a_check_in_whose_date_has_begun_opens_on_it_whatever_the_weekday_is_now(
    pair: Pair,
) -> None:
    # given a date that has begun, and nobody who has looked yet
    clock.set(moment("2026-09-13 11:00"))
    (await pair.mentor.ask(WEEKDAY, id=pair.match, day="THURSDAY")).ok()

    await tick()
    for person in (pair.mentor, pair.mentee):
        assert await answer_check_in(person, pair.match) == []
    await until("2026-09-24 12:00")

    found = [(c["week"], c["date"]) for c in await check_ins(pair.mentor, pair.match)]
    assert found == [(1, "2026-09-07"), (2, "2026-09-14"), (3, "2026-09-24")]


async def test_an_hour_or_zone_set_back_by_somebody_who_did_not_know_it_had_changed_counts(
    pair: Pair,
) -> None:
    # given the same person on two devices
    stale = await of_session(pair.mentor.session)
    assert stale is not None
    await set_preferences(stale, "10:00", mutes=False, muted_until=None)
    await update_profile(stale, ProfileChange(time_zone="Asia/Tokyo"))

    # when the second sets what the first has changed meanwhile
    await set_preferences(stale, "09:00", mutes=False, muted_until=None)
    await update_profile(stale, ProfileChange(time_zone="Europe/Paris"))

    await until("2026-09-12 12:00")
    assert ("LAST_CALL", 1, "2026-09-11 07:00") in await reminded(pair.mentor)


async def test_what_was_over_during_a_pause_is_not_held_against_anybody_afterwards(
    pair: Pair,
) -> None:
    # given a check-in that was over while its match was paused, before anybody looked
    clock.set(moment("2026-09-12 12:00"))
    (await pair.mentor.ask(PAUSE, id=pair.match)).ok()
    clock.set(moment("2026-09-14 12:00"))
    (await pair.mentor.ask(RESUME, id=pair.match)).ok()
    assert [c["status"] for c in await check_ins(pair.mentor, pair.match)] == ["MISSED"]

    await until("2026-09-16 12:00")
    assert await fetch("SELECT 1 FROM pair_members WHERE missed_in_a_row > 0") == []
    assert [kind for kind, _, _ in await reminded(pair.mentee)] == ["OPENED"]


async def test_what_the_end_of_a_match_cuts_off_stays_sealed_and_counts_for_nothing(
    pair: Pair,
) -> None:
    assert await answer_check_in(pair.mentor, pair.match, note="Between us") == []
    (await pair.mentor.ask(END, id=pair.match)).ok()

    await until("2026-09-20 12:00")
    (last,) = await check_ins(pair.mentee, pair.match)
    assert (last["status"], last["partners"]) == ("MISSED", None)
    counts = """query($id: ID!) { match(id: $id) { checkInsMissed program { id } } }"""
    assert (await pair.mentee.ask(counts, id=pair.match)).ok()["checkInsMissed"] == 0
    stats = """query($id: ID!) { program(id: $id) { stats { checkInsByWeek { week } } } }"""
    weeks = (await pair.admin.ask(stats, id=pair.program)).ok()["stats"]["checkInsByWeek"]
    assert weeks == []


async def test_who_moves_while_somebody_blocks_them_does_not_stand_in_their_way(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given a database whose deadlocks nobody tries to get out of
    monkeypatch.setattr("models.transactions._ATTEMPTS", 1)
    viewer = await of_session(pair.mentee.session)
    assert viewer is not None

    # when one moves and has just begun to, and the other one blocks them
    holds, waits = asyncio.Event(), asyncio.Event()

    @transactional
    async def move() -> None:
        await hold_calendar(viewer.id)
        holds.set()
        await waits.wait()
        await update_profile(viewer, ProfileChange(time_zone="America/Lima"))

    moving = asyncio.ensure_future(move())
    await holds.wait()
    block = "mutation($id: ID!) { blockUser(userId: $id) { errors { code } } }"
    blocking = asyncio.create_task(pair.mentor.ask(block, id=pair.mentee.id))
    await somebody_waits()
    waits.set()

    # then both are done, one after the other
    await moving
    (await blocking).ok()
