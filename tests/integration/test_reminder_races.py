"""Reminders that are sent at the very moment at which they are not wanted any more."""

import pytest

from domain import erasure
from domain.check_in_reminders import send_reminders
from domain.check_in_rounds import open_check_ins
from domain.clock import clock
from domain.viewer import of_session
from models.database import fetch
from tests.integration.passing_time import moment, reminded
from tests.integration.races import overtaken
from tests.integration.world import Pair, World

PAUSE = "mutation($id: ID!) { pauseMatch(matchId: $id) { errors { code } } }"
RESUME = "mutation($id: ID!) { resumeMatch(matchId: $id) { errors { code } } }"
END = "mutation($id: ID!) { endMatch(matchId: $id) { errors { code } } }"
OPEN_ONES = "{ viewer { checkInReminders(acknowledged: false) { nodes { kind } } } }"


@pytest.fixture
async def pair(world: World) -> Pair:
    """A pair with an open check-in, of which both are to be reminded now."""
    clock.set(moment("2026-09-01 12:00"))
    pair = await world.pair()
    clock.set(moment("2026-09-07 00:00"))
    await open_check_ins()
    clock.set(moment("2026-09-07 08:00"))
    return pair


async def test_who_ends_the_match_while_a_reminder_is_sent_has_nothing_to_acknowledge(
    pair: Pair,
) -> None:
    (await overtaken(send_reminders(), pair.mentor.ask(END, id=pair.match))).ok()

    for person in (pair.mentor, pair.mentee):
        assert (await person.ask(OPEN_ONES)).ok() == {"checkInReminders": {"nodes": []}}
    # and of a match that is over there is nothing to come, either
    assert await fetch("SELECT 1 FROM due_reminders") == []


async def test_who_is_erased_while_they_are_reminded_leaves_no_reminder(pair: Pair) -> None:
    viewer = await of_session(pair.mentor.session)
    assert viewer is not None

    await overtaken(send_reminders(), erasure.delete_account(viewer, None))

    left = "SELECT 1 FROM check_in_reminders WHERE user_id = $1"
    assert await fetch(left, pair.mentor.key) == []


async def test_who_resumes_the_match_while_its_reminders_are_passed_over_is_called_last(
    pair: Pair,
) -> None:
    # given reminders that fall into a pause, and are being passed over for that
    (await pair.mentor.ask(PAUSE, id=pair.match)).ok()

    # when the match is resumed before that is done
    (await overtaken(send_reminders(), pair.mentor.ask(RESUME, id=pair.match))).ok()

    # then the last calls are still to come
    assert await reminded(pair.mentor) == []
    clock.set(moment("2026-09-11 08:00"))
    await send_reminders()
    assert await reminded(pair.mentor) == [("LAST_CALL", 1, "2026-09-11 07:00")]
