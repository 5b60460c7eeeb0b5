"""What time does to check-ins: they open, they are over, silence has its consequences.

Done in batches: what is due is claimed with SKIP LOCKED, so that any number of processes share
the work, and written in one statement. One that dies takes nothing with it but its own batch.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import date
from typing import TypeAlias

from domain.calendar import (
    WEEK,
    due_at,
    first_hour_from,
    first_today,
    hour_on,
    last_call_on,
)
from domain.clock import clock
from domain.ladder import ENDED_AFTER, PARTNER_TOLD_FROM, PAUSED_FROM
from domain.locked_matches import lock, lock_without_places
from domain.matches import apply
from domain.transitions import MatchEvent
from models.database import execute, fetch, fetch_one
from models.endings import EndCause
from models.matches import WRITABLE, listed
from models.transactions import transactional

OPENED_AT_ONCE = 5000
CLOSED_AT_ONCE = ENDED_AT_ONCE = 1000
"""Fewer: for as long as it takes, these pairs cannot send a message."""

Hour: TypeAlias = tuple[date, str, int]
"""A date, a time zone, and the minute of the day at which people of that zone are reminded."""

CLAIM_DUE = """
    SELECT match_id AS id FROM check_in_schedules s
    WHERE next_date <= $1::date AND NOT EXISTS (
        SELECT FROM check_ins c WHERE c.match_id = s.match_id AND c.status = 'OPEN')
    ORDER BY next_date LIMIT $2 FOR UPDATE SKIP LOCKED"""
"""The last one first: while it is not closed, by whoever holds it, nobody knows what follows."""

HOURS_OF_DUE = """
    SELECT DISTINCT $2::date - mod($2::date - s.next_date, 7), u.time_zone, u.check_in_minute
    FROM check_in_schedules s JOIN matches m ON m.id = s.match_id AND m.status = 'ACTIVE'
    CROSS JOIN LATERAL unnest(ARRAY[m.mentor_id, m.mentee_id]) AS person(id)
    JOIN users u ON u.id = person.id
    WHERE s.match_id = ANY ($1::uuid[])"""
"""What moments these are is worked out here, not there. Read once the claim holds: whoever changes
their hour waits for it, and so this is what they are reminded by."""

OPEN = """
    WITH due AS MATERIALIZED (
        SELECT s.match_id, m.mentor_id, m.mentee_id, m.status = 'ACTIVE' AS opens,
               next_week + ($2::date - next_date) / 7 AS week,
               $2::date - mod($2::date - next_date, 7) AS date, m.check_in_weekday
        FROM check_in_schedules s JOIN matches m ON m.id = s.match_id
        WHERE s.match_id = ANY ($1::uuid[])),
    advanced AS (
        UPDATE check_in_schedules s SET next_week = due.week + 1,
            next_date = next_weekday(due.date + 7, due.check_in_weekday)
        FROM due WHERE s.match_id = due.match_id),
    opened AS (
        INSERT INTO check_ins (id, match_id, week, date, status)
        SELECT uuidv7(), match_id, week, date, 'OPEN' FROM due WHERE opens
        RETURNING id, match_id),
    person AS MATERIALIZED (
        SELECT opened.id AS check_in, due.date, u.id, u.time_zone, u.check_in_minute
        FROM opened JOIN due USING (match_id)
        CROSS JOIN LATERAL unnest(ARRAY[due.mentor_id, due.mentee_id]) AS member(id)
        JOIN users u ON u.id = member.id),
    hour AS (
        SELECT * FROM unnest($3::date[], $4::text[], $5::int[], $6::timestamptz[],
                             $7::timestamptz[]) AS hour(date, zone, minute, at, last_call_at)),
    reminded AS (
        INSERT INTO due_reminders (id, check_in_id, user_id, kind, at, last_call_at)
        SELECT uuidv7(), check_in, id, 'OPENED', at, last_call_at
        FROM person LEFT JOIN hour ON (hour.date, hour.zone, hour.minute)
            = (person.date, person.time_zone, person.check_in_minute))
    SELECT count(*) FROM opened"""
"""Whose hour is not known has no `at`, which the database refuses: nobody is left out unseen."""

CLAIM_OVER = """
    SELECT c.id FROM check_ins c JOIN matches m ON m.id = c.match_id
    WHERE c.status = 'OPEN' AND c.date <= $1::date
    ORDER BY c.date LIMIT $2 FOR NO KEY UPDATE OF m, c SKIP LOCKED"""

HOURS_OF_OVER = """
    SELECT DISTINCT c.date, u.time_zone, u.check_in_minute
    FROM check_ins c JOIN matches m ON m.id = c.match_id AND m.status = 'ACTIVE'
    CROSS JOIN LATERAL unnest(ARRAY[m.mentor_id, m.mentee_id]) AS person(id)
    JOIN users u ON u.id = person.id
    WHERE c.id = ANY ($1::uuid[])"""

CLOSE = f"""
    WITH over AS MATERIALIZED (
        SELECT c.id, c.match_id, c.date, m.status = 'ACTIVE' AS counts,
               m.status IN {listed(WRITABLE)} AS could_be_answered
        FROM check_ins c JOIN matches m ON m.id = c.match_id WHERE c.id = ANY ($1::uuid[])),
    closed AS (
        UPDATE check_ins SET status = 'MISSED' WHERE id = ANY ($1::uuid[])),
    member AS (
        UPDATE pair_members p SET missed_in_a_row = CASE
            WHEN EXISTS (SELECT FROM check_in_answers a
                         WHERE a.check_in_id = over.id AND a.user_id = p.user_id) THEN 0
            WHEN over.counts THEN p.missed_in_a_row + 1
            ELSE p.missed_in_a_row END
        FROM over WHERE p.match_id = over.match_id
        RETURNING over.id, over.match_id, over.date, over.counts, p.user_id,
                  p.missed_in_a_row AS missed),
    counted AS (
        UPDATE matches m SET check_ins_missed = check_ins_missed + over.could_be_answered::int,
               missed_in_a_row = pair.missed
        FROM over JOIN (SELECT id, max(missed) AS missed FROM member GROUP BY id) AS pair USING (id)
        WHERE m.id = over.match_id),
    person AS MATERIALIZED (
        SELECT one.*, other.missed AS others, u.time_zone, u.check_in_minute
        FROM member one
        JOIN member other ON other.id = one.id AND other.user_id <> one.user_id
        JOIN users u ON u.id = one.user_id
        WHERE one.counts AND (one.missed > 0 OR other.missed >= $2)),
    hour AS (
        SELECT * FROM unnest($4::date[], $5::text[], $6::int[], $7::timestamptz[])
            AS hour(date, zone, minute, at)),
    reminded AS (
        INSERT INTO due_reminders (id, check_in_id, user_id, kind, at)
        SELECT uuidv7(), id, user_id,
               CASE WHEN missed > 0 THEN 'NUDGE' ELSE 'PARTNER_SILENT' END, at
        FROM person LEFT JOIN hour ON (hour.date, hour.zone, hour.minute)
            = (person.date, person.time_zone, person.check_in_minute))
    SELECT DISTINCT match_id FROM member WHERE counts AND missed >= $3"""


async def open_check_ins() -> int:
    """Opens the check-ins whose date has begun in UTC+14; returns how many.

    Those that were over before anybody looked are left out, like those of a match that is paused.
    """
    return await _all_batches(_open_some)


async def close_check_ins() -> int:
    """Closes the check-ins that are due without both answers; returns how many."""
    return await _all_batches(_close_some)


async def end_silent_matches() -> int:
    """Ends the matches that have been paused for silence for 14 days; returns how many."""
    return await _all_batches(_end_some)


async def _all_batches(some: Callable[[], Awaitable[tuple[int, int]]]) -> int:
    """Calls until nothing more is claimed; adds up what was done."""
    total = 0
    while True:
        claimed, done = await some()
        if not claimed:
            return total
        total += done


@transactional
async def _open_some() -> tuple[int, int]:
    today = first_today(clock.now())
    ids = [row["id"] for row in await fetch(CLAIM_DUE, today, OPENED_AT_ONCE)]
    if not ids:
        return 0, 0
    hours: list[Hour] = [tuple(row) for row in await fetch(HOURS_OF_DUE, ids, today)]
    opened = await fetch_one(
        OPEN,
        *(ids, today, *_columns(hours)),
        [hour_on(day, minute, zone) for day, zone, minute in hours],
        [last_call_on(day, minute, zone) for day, zone, minute in hours],
    )
    return len(ids), opened["count"] if opened else 0


@transactional
async def _close_some() -> tuple[int, int]:
    last_week = first_today(clock.now()) - WEEK
    ids = [row["id"] for row in await fetch(CLAIM_OVER, last_week, CLOSED_AT_ONCE)]
    if not ids:
        return 0, 0
    hours: list[Hour] = [tuple(row) for row in await fetch(HOURS_OF_OVER, ids)]
    await execute("DELETE FROM due_reminders WHERE check_in_id = ANY ($1::uuid[])", ids)
    silent = await fetch(
        CLOSE,
        *(ids, PARTNER_TOLD_FROM, PAUSED_FROM, *_columns(hours)),
        [first_hour_from(due_at(day), minute, zone) for day, zone, minute in hours],
    )
    rows = await lock_without_places([row["match_id"] for row in silent])
    await apply(rows, MatchEvent.FALL_SILENT, actor=None)
    return len(ids), len(ids)


@transactional
async def _end_some() -> tuple[int, int]:
    long_ago = clock.now() - ENDED_AFTER
    found = await fetch(
        """SELECT id FROM matches WHERE silent_since <= $1 AND status = 'PAUSED'
           ORDER BY silent_since LIMIT $2""",
        *(long_ago, ENDED_AT_ONCE),
    )
    rows = await lock([row["id"] for row in found], passing_over=True)
    still = await fetch(
        """SELECT id FROM matches WHERE id = ANY ($1::uuid[]) AND silent_since <= $2
               AND status = 'PAUSED'""",
        *([row.id for row in rows], long_ago),
    )
    silent = {row["id"] for row in still}
    ended = [row for row in rows if row.id in silent]
    await apply(ended, MatchEvent.END, actor=None, cause=EndCause.INACTIVE)
    return len(ended), len(ended)


def _columns(hours: Sequence[Hour]) -> tuple[list[date], list[str], list[int]]:
    return (
        [day for day, _, _ in hours],
        [zone for _, zone, _ in hours],
        [minute for _, _, minute in hours],
    )
