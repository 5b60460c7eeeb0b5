"""The ladder of silence: check-ins missed in a row, counted for each of the two.

| missed in a row | what follows                                                            |
|-----------------|-------------------------------------------------------------------------|
| 1               | a NUDGE to the silent one                                               |
| 2               | and PARTNER_SILENT to the other one, unless silent too                  |
| 3               | and the match is paused                                                 |
| 14 days later   | still paused for silence: it ends, INACTIVE                             |

Their next answer, a step they complete, or resuming the match starts it anew. An answer counts
when its check-in is decided: until then nobody could tell from the ladder that there is one.
"""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from domain.calendar import first_today
from domain.clock import clock
from models.database import execute

PARTNER_TOLD_FROM = 2
PAUSED_FROM = 3
ENDED_AFTER = timedelta(days=14)


async def step_off(match: UUID, people: Sequence[UUID]) -> None:
    """These of the pair have shown that they are there; while the other one has not for too long,
    the match stays paused for silence."""
    await execute(
        """UPDATE pair_members SET missed_in_a_row = 0
           WHERE match_id = $1 AND user_id = ANY ($2::uuid[]) AND missed_in_a_row > 0""",
        *(match, list(people)),
    )
    await execute(
        """UPDATE matches SET silent_since = NULL
           WHERE id = $1 AND silent_since IS NOT NULL AND NOT EXISTS (
               SELECT FROM pair_members WHERE match_id = $1 AND missed_in_a_row >= $2)""",
        *(match, PAUSED_FROM),
    )


async def begin_anew(matches: Sequence[UUID]) -> None:
    """Matches that are active again: nothing is held against anybody, nothing is caught up with.

    The check-ins whose dates began meanwhile are skipped, and so are reminders that fell due.
    """
    ids = list(matches)
    # Locked first: check-ins may be opening at this moment, for others of the same date.
    await execute(
        """SELECT 1 FROM check_in_schedules WHERE match_id = ANY ($1::uuid[])
           ORDER BY match_id FOR UPDATE""",
        ids,
    )
    await execute(
        """UPDATE check_in_schedules SET next_date = next_date + 7 * skipped,
               next_week = next_week + skipped
           FROM (SELECT match_id AS match, ($2 - next_date) / 7 + 1 AS skipped
                 FROM check_in_schedules
                 WHERE match_id = ANY ($1::uuid[]) AND next_date <= $2) AS behind
           WHERE match_id = match""",
        *(ids, first_today(clock.now())),
    )
    await execute(
        """UPDATE pair_members SET missed_in_a_row = 0
           WHERE match_id = ANY ($1::uuid[]) AND missed_in_a_row > 0""",
        ids,
    )
    await execute(
        """WITH passed AS (
               SELECT d.id, d.last_call_at > $2 AS goes_on
               FROM due_reminders d JOIN check_ins c ON c.id = d.check_in_id
               WHERE c.match_id = ANY ($1::uuid[]) AND d.at <= $2),
           dropped AS (
               DELETE FROM due_reminders d USING passed
               WHERE d.id = passed.id AND passed.goes_on IS NOT TRUE)
           UPDATE due_reminders d SET kind = 'LAST_CALL', at = last_call_at, last_call_at = NULL
           FROM passed WHERE d.id = passed.id AND passed.goes_on""",
        *(ids, clock.now()),
    )
