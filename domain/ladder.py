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
from datetime import datetime, timedelta
from uuid import UUID

from domain.calendar import first_today
from domain.clock import clock
from models.database import execute
from models.matches import MatchRow, MatchStatus

PARTNER_TOLD_FROM = 2
PAUSED_FROM = 3
ENDED_AFTER = timedelta(days=14)
NOTHING_MISSED = (
    """UPDATE pair_members SET missed_in_a_row = 0
       WHERE match_id = ANY ($1::uuid[]) AND missed_in_a_row > 0""",
    """UPDATE matches SET missed_in_a_row = 0
       WHERE id = ANY ($1::uuid[]) AND missed_in_a_row > 0""",
)
"""A match has the misses of whoever of the two has more."""


async def step_off(match: UUID, people: Sequence[UUID]) -> None:
    """These of the pair have shown that they are there, by what was completed just now; while the
    other one has not for too long, the match stays paused for silence."""
    await execute(
        """UPDATE pair_members SET missed_in_a_row = 0
           WHERE match_id = $1 AND user_id = ANY ($2::uuid[]) AND missed_in_a_row > 0""",
        *(match, list(people)),
    )
    await execute(
        """UPDATE matches SET missed_in_a_row = pair.missed,
               last_completed_at = greatest(last_completed_at, $3::timestamptz),
               silent_since = CASE WHEN pair.missed >= $2 THEN silent_since END
           FROM (SELECT max(missed_in_a_row) AS missed FROM pair_members
                 WHERE match_id = $1) AS pair
           WHERE id = $1""",
        *(match, PAUSED_FROM, clock.now()),
    )


async def take_back(match: UUID) -> None:
    """A step of this match is done no more: what was completed before it is the last thing now."""
    await execute(
        """UPDATE matches SET last_completed_at = greatest(
               (SELECT max(completed_at) FROM step_completions WHERE match_id = $1),
               (SELECT max(a.answered_at) FROM check_ins c
                JOIN check_in_answers a ON a.check_in_id = c.id
                WHERE c.match_id = $1 AND c.status = 'COMPLETED'))
           WHERE id = $1""",
        match,
    )


async def begin_anew(matches: Sequence[UUID]) -> None:
    """Matches that are active again: nothing is held against anybody, nothing is caught up with.

    The check-ins whose dates began meanwhile are skipped, those that were over are closed, and
    reminders that fell due are dropped.
    """
    ids = list(matches)
    # Locked first: check-ins may be opening at this moment, for others of the same date.
    await execute(
        """SELECT 1 FROM check_in_schedules WHERE match_id = ANY ($1::uuid[])
           ORDER BY match_id FOR UPDATE""",
        ids,
    )
    today = first_today(clock.now())
    await execute(
        """UPDATE check_in_schedules SET next_week = next_week + skipped,
               next_date = next_weekday(next_date + 7 * skipped, weekday)
           FROM (SELECT s.match_id AS match, ($2 - next_date) / 7 + 1 AS skipped,
                        m.check_in_weekday AS weekday
                 FROM check_in_schedules s JOIN matches m ON m.id = s.match_id
                 WHERE s.match_id = ANY ($1::uuid[]) AND next_date <= $2) AS behind
           WHERE match_id = match""",
        *(ids, today),
    )
    await execute(
        """WITH over AS (
               UPDATE check_ins SET status = 'MISSED'
               WHERE match_id = ANY ($1::uuid[]) AND status = 'OPEN' AND date <= $2::date - 7
               RETURNING match_id)
           UPDATE matches SET check_ins_missed = check_ins_missed + 1
           FROM over WHERE id = match_id""",
        *(ids, today),
    )
    for statement in NOTHING_MISSED:
        await execute(statement, ids)
    await execute(
        """WITH passed AS (
               SELECT d.id, d.last_call_at > $2 AS goes_on
               FROM due_reminders d JOIN check_ins c ON c.id = d.check_in_id
               WHERE c.match_id = ANY ($1::uuid[]) AND d.at <= $2 FOR UPDATE OF d),
           dropped AS (
               DELETE FROM due_reminders d USING passed
               WHERE d.id = passed.id AND passed.goes_on IS NOT TRUE)
           UPDATE due_reminders d SET kind = 'LAST_CALL', at = last_call_at, last_call_at = NULL
           FROM passed WHERE d.id = passed.id AND passed.goes_on""",
        *(ids, clock.now()),
    )


async def let_go(matches: Sequence[UUID]) -> None:
    """Matches that are over: nobody is reminded of them any more."""
    # First what is to come: a reminder that is being sent at this moment is acknowledged, too.
    await execute(
        """DELETE FROM due_reminders WHERE check_in_id IN (
               SELECT id FROM check_ins WHERE match_id = ANY ($1::uuid[]))""",
        list(matches),
    )
    await execute(
        """UPDATE check_in_reminders SET acknowledged_at = $2 WHERE acknowledged_at IS NULL
               AND check_in_id IN (SELECT id FROM check_ins WHERE match_id = ANY ($1::uuid[]))""",
        *(list(matches), clock.now()),
    )


def ends_for_silence_at(match: MatchRow) -> datetime | None:
    """When a match that is paused for silence ends by itself; None of any other, a frozen one
    too: it has all of this time again once it is paused as before."""
    if match.silent_since is None or match.status is not MatchStatus.PAUSED:
        return None
    return match.silent_since + ENDED_AFTER
