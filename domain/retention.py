"""What has been kept for long enough is forgotten: how long, a deployment says."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import TypeAlias

from domain.clock import clock
from domain.configuration import configuration
from models.data_keys import put
from models.database import execute, fetch
from models.encryption import new_data_key
from models.transactions import transactional

BATCHES = 50
"""How much is done in one go: the rest is for the next time."""
PAIRS, CASES, MESSAGES, ROWS = 20, 200, 1000, 2000
"""What one transaction locks at the most."""
SETTLED_AFTER = timedelta(days=1)
"""After a case was closed: no erasure is under way any more that has seen it open."""

# Found as an array, rows are changed by their keys, and OFFSET 0 looks each one up in the log: else
# the whole table is read for the few, as long as the planner thinks that it is not much larger.

Forget: TypeAlias = Callable[[datetime], Awaitable[int]]
"""Forgets some of what is older than this moment; returns how much, 0 when nothing is left."""

OF_PAIRS = (
    """DELETE FROM check_in_answers WHERE check_in_id IN (
           SELECT id FROM check_ins WHERE match_id = ANY ($1::uuid[]))""",
)
"""What else of these pairs (`$1`) is forgotten with their messages, one statement each."""


async def forget_old_data() -> int:
    """Forgets all whose time is over by the settings; returns how many rows that were."""
    keeping = configuration()
    rules: list[tuple[int, Forget]] = [
        (keeping.keep_conversations_months, _forget_conversations),
        (keeping.keep_applications_months, _forget_applications),
        (keeping.keep_audit_months, _forget_audit_entries),
        (keeping.keep_evidence_months, _forget_evidence),
    ]
    forgotten = await _forget_cases_of_erased()
    for months, forget in rules:
        for _ in range(BATCHES if months else 0):
            done = await forget(months_before(clock.now(), months))
            forgotten += done
            if not done:
                break
    return forgotten


def months_before(moment: datetime, months: int) -> datetime:
    """The same day and time so many months ago, or the last day of that month."""
    year, month = divmod(moment.year * 12 + moment.month - 1 - months, 12)
    for day in range(moment.day, 27, -1):
        try:
            return moment.replace(year=year, month=month + 1, day=day)
        except ValueError:
            continue
    return moment.replace(year=year, month=month + 1)


@transactional
async def _forget_conversations(before: datetime) -> int:
    """What the two of a pair wrote, once their match has been over for so long. Nobody follows it
    any more, so nobody is told of each message."""
    pairs = await fetch(
        """SELECT id FROM matches WHERE ended_at < $1 AND forgotten_at IS NULL
           ORDER BY ended_at LIMIT $2 FOR NO KEY UPDATE SKIP LOCKED""",
        *(before, PAIRS),
    )
    ids = [row["id"] for row in pairs]
    deleted = await fetch(
        """UPDATE messages SET body = NULL, fingerprint = NULL, deleted_at = $2
           WHERE id = ANY (ARRAY(
               SELECT id FROM messages
               WHERE match_id = ANY ($1::uuid[]) AND deleted_at IS NULL LIMIT $3))
           RETURNING 1""",
        *(ids, clock.now(), MESSAGES),
    )
    if len(deleted) < MESSAGES:
        for statement in OF_PAIRS:
            await execute(statement, ids)
        await put("matches", [(id, new_data_key(id)) for id in ids])
        await execute(
            "UPDATE matches SET forgotten_at = $2 WHERE id = ANY ($1::uuid[])", ids, clock.now()
        )
    return len(deleted) + len(ids)


@transactional
async def _forget_applications(before: datetime) -> int:
    """Goal and answers of whoever was declined or has withdrawn, once nothing has happened to the
    enrollment for so long: the log tells."""
    forgotten = await fetch(
        """UPDATE enrollments SET goal = NULL, answers = NULL WHERE id = ANY (ARRAY(
               SELECT e.id FROM enrollments e
               WHERE e.status IN ('DECLINED', 'WITHDRAWN') AND e.enrolled_at < $1
                 AND (e.goal IS NOT NULL OR e.answers IS NOT NULL)
                 AND NOT EXISTS (SELECT FROM audit_entries a
                                 WHERE a.subject = 'enrollment_' || replace(e.id::text, '-', '')
                                   AND a.at >= $1 OFFSET 0)
               ORDER BY e.id LIMIT $2 FOR NO KEY UPDATE SKIP LOCKED))
           RETURNING id""",
        *(before, ROWS),
    )
    await put("enrollments", [(row["id"], new_data_key(row["id"])) for row in forgotten])
    return len(forgotten)


@transactional
async def _forget_evidence(before: datetime) -> int:
    """The copies of messages in a case that has been closed for so long."""
    cases = await fetch(
        """SELECT id FROM reports WHERE resolved_at < $1 AND forgotten_at IS NULL
           ORDER BY resolved_at LIMIT $2 FOR NO KEY UPDATE SKIP LOCKED""",
        *(before, CASES),
    )
    ids = [row["id"] for row in cases]
    deleted = await fetch(
        """DELETE FROM report_evidence WHERE id = ANY (ARRAY(
               SELECT id FROM report_evidence WHERE report_id = ANY ($1::uuid[])
               ORDER BY id LIMIT $2 FOR UPDATE SKIP LOCKED))
           RETURNING 1""",
        *(ids, ROWS),
    )
    done = await fetch(
        """UPDATE reports r SET forgotten_at = $2 WHERE id = ANY ($1::uuid[])
               AND NOT EXISTS (SELECT FROM report_evidence e WHERE e.report_id = r.id)
           RETURNING 1""",
        *(ids, clock.now()),
    )
    return len(deleted) + len(done)


@transactional
async def _forget_cases_of_erased() -> int:
    """What people who are gone wrote in cases that were open then, and are closed now.

    What was closed went with them. So a case is looked at from its end on, and once it is settled
    no more.
    """
    due = "r.resolved_at IS NOT NULL AND r.settled_at IS NULL AND u.deleted_at IS NOT NULL"
    copies = await fetch(
        f"""DELETE FROM report_evidence e USING reports r, users u
            WHERE r.id = e.report_id AND u.id = e.sender_id AND {due} RETURNING 1"""
    )
    reports = await fetch(
        f"DELETE FROM reports r USING users u WHERE u.id = r.reporter_id AND {due} RETURNING 1"
    )
    now = clock.now()
    await execute(
        "UPDATE reports SET settled_at = $1 WHERE resolved_at <= $2 AND settled_at IS NULL",
        *(now, now - SETTLED_AFTER),
    )
    return len(copies) + len(reports)


@transactional
async def _forget_audit_entries(before: datetime) -> int:
    """Not yet who has looked at the evidence of a case that is open."""
    forgotten = await fetch(
        """DELETE FROM audit_entries WHERE id = ANY (ARRAY(
               SELECT a.id FROM audit_entries a
               WHERE a.at < $1 AND NOT EXISTS (
                   SELECT FROM reports r WHERE r.status = 'OPEN'
                     AND a.subject = 'report_' || replace(r.id::text, '-', ''))
               LIMIT $2 FOR UPDATE SKIP LOCKED))
           RETURNING 1""",
        *(before, ROWS),
    )
    return len(forgotten)
