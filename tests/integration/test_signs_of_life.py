"""The signs of life that stand on a match: what its two people missed and completed last."""

import asyncio
from datetime import timedelta
from importlib import import_module

import pytest

from domain.check_in_rounds import close_check_ins
from domain.clock import clock
from models.database import execute, fetch
from server.ticking import tick
from tests.integration.passing_time import answer_check_in, moment, until
from tests.integration.test_check_in_races import RESUME, elsewhere
from tests.integration.test_ladder import COMPLETE_STEP, STEPS, complete_step, health
from tests.integration.world import Pair, World


@pytest.fixture
async def pair(world: World) -> Pair:
    """Paired on a Tuesday at noon; all live in Paris, by summer time two hours ahead of UTC."""
    clock.set(moment("2026-09-01 12:00"))
    return await world.pair()


async def test_a_step_that_is_taken_back_was_no_sign_of_life(pair: Pair) -> None:
    # given a pair that is paused, and has done nothing for more than three weeks
    pause = "mutation($id: ID!) { pauseMatch(matchId: $id) { errors { code } } }"
    (await pair.mentor.ask(pause, id=pair.match)).ok()
    await until("2026-09-24 12:00")
    assert await health(pair) == "QUIET"

    # when they complete a step, and take it back
    await complete_step(pair, "mentee")
    assert await health(pair) == "ON_TRACK"
    steps = (await pair.mentor.ask(STEPS, id=pair.match)).ok()["program"]["steps"]
    reopen = COMPLETE_STEP.replace("completeStep", "reopenStep")
    (await pair.mentee.ask(reopen, match=pair.match, step=steps[0]["id"])).ok()

    # then it is as if they had not
    assert await health(pair) == "QUIET"


async def test_what_did_not_stand_on_a_match_before_the_upgrade_is_found_out_by_it(
    pair: Pair,
) -> None:
    # given a pair that has answered one check-in, and one of whom has missed the next two
    await until("2026-09-08 06:00")
    for person in (pair.mentor, pair.mentee):
        assert await answer_check_in(person, pair.match) == []
    await until("2026-09-27 10:00")
    stands = "SELECT missed_in_a_row, last_completed_at FROM matches"
    before = await fetch(stands)
    assert before[0]["missed_in_a_row"] == 2
    # when it stands nowhere but in what they did, and the migration looks there
    await execute("UPDATE matches SET missed_in_a_row = 0, last_completed_at = NULL")
    await execute(import_module("models.migrations.0021_signs_found").FOUND)
    # then it is the same
    assert await fetch(stands) == before


async def test_whatever_is_done_while_a_check_in_is_closed_it_stands_on_the_match(
    pair: Pair,
) -> None:
    # given weeks that are over, one after another
    steps = (await pair.mentor.ask(STEPS, id=pair.match)).ok()["program"]["steps"]
    reopen = COMPLETE_STEP.replace("completeStep", "reopenStep")
    await until("2026-09-07 12:00")
    for week in range(6):
        step = steps[week // 2]
        clock.set(moment("2026-09-13 10:00") + timedelta(days=7 * week))
        act = reopen if week % 2 else COMPLETE_STEP
        # when several close it at once, while the two answer, do and undo a step, and resume
        await asyncio.gather(
            elsewhere(close_check_ins()),
            elsewhere(pair.mentee.ask(act, match=pair.match, step=step["id"])),
            elsewhere(answer_check_in(pair.mentor, pair.match)),
            elsewhere(close_check_ins()),
            elsewhere(pair.mentor.ask(RESUME, id=pair.match)),
            elsewhere(answer_check_in(pair.mentee, pair.match)),
        )
        await tick()
        # then the match says what the two have done
        (row,) = await fetch(
            """SELECT m.missed_in_a_row, m.last_completed_at,
                   (SELECT max(missed_in_a_row) FROM pair_members p WHERE p.match_id = m.id),
                   greatest((SELECT max(completed_at) FROM step_completions s
                             WHERE s.match_id = m.id),
                            (SELECT max(a.answered_at) FROM check_ins c
                             JOIN check_in_answers a ON a.check_in_id = c.id
                             WHERE c.match_id = m.id AND c.status = 'COMPLETED'))
               FROM matches m"""
        )
        assert tuple(row[:2]) == tuple(row[2:])
