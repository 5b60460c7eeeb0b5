"""The signs of life that stand on a match: what its two people missed and completed last."""

from importlib import import_module

import pytest

from domain.clock import clock
from models.database import execute, fetch
from tests.integration.passing_time import answer_check_in, moment, until
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
