"""What silence leads to, walked through on the clock: every rung, and every way back."""

from datetime import timedelta
from typing import Any

import pytest

from domain.clock import clock
from server.ticking import tick
from tests.integration.cases import report, resolve
from tests.integration.passing_time import answer_check_in, check_ins, moment, reminded, until
from tests.integration.world import Pair, World

MATCH = """
query($id: ID!) { match(id: $id) { status endReason checkInsDone checkInsMissed } }"""
HEALTH = "query($id: ID!) { match(id: $id) { health } }"
RESUME = "mutation($id: ID!) { resumeMatch(matchId: $id) { errors { code } } }"
STEPS = "query($id: ID!) { match(id: $id) { program { steps { id } } } }"
COMPLETE_STEP = """
mutation($match: ID!, $step: ID!) { completeStep(matchId: $match, stepId: $step) {
  errors { code } } }"""
WAITING = """
query($id: ID!) { node(id: $id) { ... on Enrollment { waitingSince openPlaces } } }"""


@pytest.fixture
async def pair(world: World) -> Pair:
    """Paired on a Tuesday at noon; all live in Paris, by summer time two hours ahead of UTC."""
    clock.set(moment("2026-09-01 12:00"))
    return await world.pair()


async def status(pair: Pair) -> Any:
    return (await pair.mentor.ask(MATCH, id=pair.match)).ok()["status"]


async def health(pair: Pair) -> Any:
    return (await pair.admin.ask(HEALTH, id=pair.match)).ok()["health"]


async def silent_weeks(pair: Pair, weeks: int) -> None:
    """Theo says nothing for so many weeks, Mona answers; each week ends on a Sunday at 10:00."""
    for week in range(1, weeks + 1):
        await until(f"2026-09-{7 * week + 1:02} 06:00")
        assert await answer_check_in(pair.mentor, pair.match) == []
    await until(f"2026-09-{7 * weeks + 6} 10:00")


async def complete_step(pair: Pair, who: str) -> None:
    steps = (await pair.mentor.ask(STEPS, id=pair.match)).ok()["program"]["steps"]
    person = getattr(pair, who)
    (await person.ask(COMPLETE_STEP, match=pair.match, step=steps[0]["id"])).ok()


async def test_theo_falls_silent_and_the_match_ends_step_by_step(world: World, pair: Pair) -> None:
    place = world.enrollment(pair.mentor, pair.program, "MENTOR")
    waiting = world.enrollment(pair.mentee, pair.program, "MENTEE")
    assert await health(pair) == "ON_TRACK"

    # The first check-in is Monday, 7 September: the first Monday three days on. It opens when the
    # day begins somewhere, and each is told at nine in the morning.
    await until("2026-09-06 09:59")
    assert await check_ins(pair.mentor, pair.match) == []
    await until("2026-09-06 10:00")
    (first,) = await check_ins(pair.mentor, pair.match)
    assert (first["week"], first["date"], first["status"]) == (1, "2026-09-07", "OPEN")
    assert first["opensAt"] == "2026-09-06T10:00:00+00:00"
    assert first["dueAt"] == "2026-09-13T10:00:00+00:00"
    await until("2026-09-07 07:00")
    opened = ("OPENED", 1, "2026-09-07 07:00")
    assert await reminded(pair.mentor) == await reminded(pair.mentee) == [opened]

    # Mona answers, Theo does not: he alone is called once more, four days later.
    assert await answer_check_in(pair.mentor, pair.match) == []
    await until("2026-09-13 09:59")
    assert await reminded(pair.mentor) == [opened]
    assert await reminded(pair.mentee) == [opened, ("LAST_CALL", 1, "2026-09-11 07:00")]
    assert await health(pair) == "ON_TRACK"

    # Over, one missed: Theo gets a nudge, at his hour. Mona hears nothing of it.
    await until("2026-09-14 07:00")
    assert (await reminded(pair.mentee))[2:] == [
        ("NUDGE", 1, "2026-09-14 07:00"),
        ("OPENED", 2, "2026-09-14 07:00"),
    ]
    assert (await reminded(pair.mentor))[1:] == [("OPENED", 2, "2026-09-14 07:00")]
    assert await health(pair) == "QUIET"

    # The second in a row: now Mona is told, too.
    assert await answer_check_in(pair.mentor, pair.match) == []
    await until("2026-09-21 07:00")
    assert (await reminded(pair.mentee))[4:] == [
        ("LAST_CALL", 2, "2026-09-18 07:00"),
        ("NUDGE", 2, "2026-09-21 07:00"),
        ("OPENED", 3, "2026-09-21 07:00"),
    ]
    assert (await reminded(pair.mentor))[2:] == [
        ("PARTNER_SILENT", 2, "2026-09-21 07:00"),
        ("OPENED", 3, "2026-09-21 07:00"),
    ]
    assert await health(pair) == "AT_RISK"
    assert await status(pair) == "ACTIVE"

    # The third: the match is paused as the check-in is over. No fourth one opens.
    assert await answer_check_in(pair.mentor, pair.match) == []
    await until("2026-09-27 10:00")
    assert await status(pair) == "PAUSED"
    await until("2026-10-11 09:59")
    assert [(c["week"], c["status"]) for c in await check_ins(pair.mentor, pair.match)] == [
        (1, "MISSED"),
        (2, "MISSED"),
        (3, "MISSED"),
    ]
    assert (await reminded(pair.mentee))[7:] == [
        ("LAST_CALL", 3, "2026-09-25 07:00"),
        ("NUDGE", 3, "2026-09-28 07:00"),
    ]
    assert (await reminded(pair.mentor))[4:] == [("PARTNER_SILENT", 3, "2026-09-28 07:00")]
    assert await status(pair) == "PAUSED"

    # Fourteen days later it ends. Mona's place is free, and Theo waits as he did from the start.
    await until("2026-10-11 10:00")
    answer = (await pair.mentee.ask(MATCH, id=pair.match)).ok()
    assert answer == {
        "status": "ENDED",
        "endReason": "INACTIVE",
        "checkInsDone": 0,
        "checkInsMissed": 3,
    }
    assert (await pair.admin.ask(WAITING, id=place)).ok()["openPlaces"] == 2
    since = (await pair.admin.ask(WAITING, id=waiting)).ok()["waitingSince"]
    assert since == "2026-09-01T12:00:00+00:00"


async def test_an_answer_starts_the_ladder_anew(pair: Pair) -> None:
    # given two silent weeks, and a third in which Theo answers
    await silent_weeks(pair, 2)
    assert await answer_check_in(pair.mentee, pair.match) == []

    # when the next one goes by without him, then it is his first, and not his third
    await until("2026-10-04 12:00")
    assert await status(pair) == "ACTIVE"

    # and Mona, who is silent since, is counted for herself
    await until("2026-10-11 12:00")
    assert await status(pair) == "PAUSED"


async def test_a_completed_step_starts_the_ladder_anew(pair: Pair) -> None:
    await silent_weeks(pair, 2)
    await complete_step(pair, "mentee")

    await until("2026-09-27 10:00")
    assert await status(pair) == "ACTIVE"
    assert await health(pair) == "QUIET"


async def test_a_step_that_the_other_one_completes_does_not(pair: Pair) -> None:
    await silent_weeks(pair, 2)
    await complete_step(pair, "mentor")

    await until("2026-09-27 10:00")
    assert await status(pair) == "PAUSED"


async def test_a_step_completed_while_paused_for_silence_keeps_the_match(pair: Pair) -> None:
    # given a match that is paused for silence
    await silent_weeks(pair, 3)
    assert await status(pair) == "PAUSED"

    # when the silent one completes a step, then it stays paused, and does not end
    await complete_step(pair, "mentee")
    await until("2026-11-15 10:00")
    assert await status(pair) == "PAUSED"

    # and goes on where its calendar is, once somebody resumes it
    (await pair.mentor.ask(RESUME, id=pair.match)).ok()
    await until("2026-11-22 10:00")
    assert [c["week"] for c in await check_ins(pair.mentor, pair.match)] == [1, 2, 3, 12]


async def test_resuming_starts_the_ladder_anew(pair: Pair) -> None:
    await silent_weeks(pair, 3)
    (await pair.mentor.ask(RESUME, id=pair.match)).ok()
    assert await health(pair) == "QUIET"

    # two weeks of silence more are two, and three pause it again
    await until("2026-10-18 09:59")
    assert await status(pair) == "ACTIVE"
    await until("2026-10-25 10:00")
    assert await status(pair) == "PAUSED"


async def test_a_pause_that_somebody_chose_never_ends_a_match(pair: Pair) -> None:
    await silent_weeks(pair, 2)
    pause = "mutation($id: ID!) { pauseMatch(matchId: $id) { errors { code } } }"
    (await pair.mentor.ask(pause, id=pair.match)).ok()

    await until("2026-12-01 10:00")
    assert await status(pair) == "PAUSED"
    assert (await pair.mentor.ask(MATCH, id=pair.match)).ok()["checkInsMissed"] == 3


async def test_a_match_that_was_frozen_meanwhile_has_fourteen_days_again(
    world: World, pair: Pair
) -> None:
    # given a match that is paused for silence, and frozen for longer than it would have lasted
    await silent_weeks(pair, 3)
    made = await report(pair.mentor, {"matchId": pair.match})
    mo = await world.person("Mo", is_moderator=True)
    (await resolve(mo, made, "FREEZE_MATCH")).ok()
    clock.set(moment("2026-11-01 10:00"))

    # when it goes on, then the two can resume it for as long as anybody
    (await resolve(mo, made, "UNFREEZE_MATCH")).ok()
    await until("2026-11-15 09:59", step=timedelta(days=14))
    assert await status(pair) == "PAUSED"
    await until("2026-11-15 10:00")
    assert await status(pair) == "ENDED"


async def test_when_both_are_silent_nobody_is_told_of_the_other(pair: Pair) -> None:
    await until("2026-10-11 12:00")

    assert await status(pair) == "ENDED"
    for person in (pair.mentor, pair.mentee):
        kinds = [kind for kind, _, _ in await reminded(person)]
        assert kinds == ["OPENED", "LAST_CALL", "NUDGE"] * 3


async def test_a_match_that_is_resumed_at_the_last_moment_does_not_end(pair: Pair) -> None:
    await silent_weeks(pair, 3)
    await until("2026-10-11 09:59")
    (await pair.admin.ask(RESUME, id=pair.match)).ok()

    clock.set(moment("2026-10-11 10:00"))
    await tick()
    assert await status(pair) == "ACTIVE"
