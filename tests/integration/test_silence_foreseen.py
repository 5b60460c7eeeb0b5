"""When a match that is paused for silence will end, as it says beforehand."""

from datetime import timedelta

import pytest

from domain.clock import clock
from tests.integration.passing_time import fallen_silent, moment, until
from tests.integration.test_standing import change, complete_step, standing
from tests.integration.world import Pair, World


@pytest.fixture
async def pair(world: World) -> Pair:
    """Paired on a Tuesday at noon, with a check-in every Monday."""
    clock.set(moment("2026-09-01 12:00"))
    return await world.pair()


async def test_a_match_that_is_paused_for_silence_ends_when_it_says(pair: Pair) -> None:
    assert (await standing(pair.mentor, pair))["endsForSilenceAt"] is None
    await fallen_silent(pair, pair.mentee)

    # all who see it read when
    for person in (pair.mentor, pair.mentee, pair.admin):
        answer = await person.ask(
            "query($id: ID!) { match(id: $id) { endsForSilenceAt } }", id=pair.match
        )
        assert answer.ok() == {"endsForSilenceAt": "2026-10-11T10:00:00+00:00"}
    await until("2026-10-11 09:59", step=timedelta(days=14))
    assert (await standing(pair.mentor, pair))["status"] == "PAUSED"

    # and then it does
    await until("2026-10-11 10:00")
    shown = await standing(pair.mentor, pair)
    assert (shown["status"], shown["endsForSilenceAt"]) == ("ENDED", None)


async def test_it_does_not_end_once_it_is_resumed_or_the_silent_one_completes_a_step(
    pair: Pair,
) -> None:
    # given a match that is paused because one of the two is silent
    await fallen_silent(pair, pair.mentee)
    ends = (await standing(pair.mentor, pair))["endsForSilenceAt"]

    # when the other one completes a step, then it ends all the same; when the silent one does, not
    await complete_step(pair.mentor, pair)
    assert (await standing(pair.mentor, pair))["endsForSilenceAt"] == ends
    await complete_step(pair.mentee, pair)
    shown = await standing(pair.mentor, pair)
    assert (shown["status"], shown["endsForSilenceAt"]) == ("PAUSED", None)

    # nor when it goes on
    await change(pair.mentor, "resumeMatch", pair)
    assert (await standing(pair.mentor, pair))["endsForSilenceAt"] is None


async def test_where_both_are_silent_it_ends_until_both_have_completed_a_step(pair: Pair) -> None:
    await fallen_silent(pair, pair.mentor, pair.mentee)
    ends = (await standing(pair.mentor, pair))["endsForSilenceAt"]
    assert ends == "2026-10-11T10:00:00+00:00"

    await complete_step(pair.mentor, pair)
    assert (await standing(pair.mentor, pair))["endsForSilenceAt"] == ends
    await complete_step(pair.mentee, pair)
    assert (await standing(pair.mentor, pair))["endsForSilenceAt"] is None


async def test_a_pause_that_somebody_chose_ends_at_no_moment(pair: Pair) -> None:
    await change(pair.mentor, "pauseMatch", pair)

    assert (await standing(pair.mentor, pair))["endsForSilenceAt"] is None
