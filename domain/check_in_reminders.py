"""Reminders of check-ins, each to one person at their own hour, once."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from uuid import UUID

from domain.calendar import LATE, due_at, first_hour_from, first_today, hour_on, last_call_on
from domain.clock import clock
from domain.seeing import demand
from domain.viewer import Viewer
from models.check_in_reminders import CheckInReminderKind, CheckInReminderRow, visible_to
from models.check_ins import visible_to as check_ins_visible_to
from models.database import execute, fetch, fetch_one
from models.matches import LIVE
from models.transactions import after_commit, transactional
from realtime import flush, topics, wake

SENT_AT_ONCE = 5000
"""As many topics as there are people go out together; the outbox holds twice as many."""

SEND = """
    WITH due AS (
        SELECT id, check_in_id, user_id, kind, at, last_call_at FROM due_reminders
        WHERE at <= $1::timestamptz ORDER BY at LIMIT $2 FOR UPDATE SKIP LOCKED),
    checked AS (
        SELECT due.*, c.match_id, due.at >= $3::timestamptz
            AND (u.muted_until IS NULL OR u.muted_until <= due.at)
            AND u.suspended_at IS NULL AND u.deleted_at IS NULL
            AND CASE kind
                WHEN 'OPENED' THEN m.status = 'ACTIVE' AND c.status <> 'MISSED'
                WHEN 'LAST_CALL' THEN m.status = 'ACTIVE' AND c.status = 'OPEN'
                    AND NOT EXISTS (SELECT FROM check_in_answers a
                                    WHERE a.check_in_id = c.id AND a.user_id = due.user_id)
                ELSE m.status = 'ACTIVE' OR (m.status = 'PAUSED' AND m.silent_since IS NOT NULL)
                END AS is_sent
        FROM due JOIN check_ins c ON c.id = due.check_in_id JOIN matches m ON m.id = c.match_id
        JOIN users u ON u.id = due.user_id),
    called_last AS (
        UPDATE due_reminders d SET kind = 'LAST_CALL', at = d.last_call_at, last_call_at = NULL
        FROM due WHERE d.id = due.id AND due.kind = 'OPENED'),
    gone AS (
        DELETE FROM due_reminders d USING due WHERE d.id = due.id AND due.kind <> 'OPENED'),
    sent AS (
        INSERT INTO check_in_reminders (id, match_id, check_in_id, user_id, kind, reminded_at)
        SELECT uuidv7(), match_id, check_in_id, user_id, kind, at FROM checked WHERE is_sent
        ORDER BY at, id ON CONFLICT DO NOTHING RETURNING user_id)
    SELECT (SELECT count(*) FROM due) AS claimed, (SELECT count(*) FROM sent) AS sent,
           (SELECT array_agg(DISTINCT user_id) FROM sent) AS people"""


async def send_reminders() -> int:
    """Records what has fallen due and wakes those it is for; returns how many reminders.

    Not sent: what is more than 24 h late, what falls into a pause or before the end of a mute,
    and a last call to somebody who has answered.
    """
    total = 0
    while True:
        claimed, sent = await _send_some()
        await flush()
        if not claimed:
            return total
        total += sent


@transactional
async def acknowledge(viewer: Viewer, reminder: UUID) -> CheckInReminderRow:
    """The person has seen it: it is not streamed again. Twice changes nothing."""
    await execute(
        """UPDATE check_in_reminders SET acknowledged_at = $3
           WHERE id = $1 AND user_id = $2 AND acknowledged_at IS NULL""",
        *(reminder, viewer.id, clock.now()),
    )
    return await demand(visible_to(viewer.id).where("r.id = {0}", reminder), "reminderId")


@transactional
async def acknowledge_all(viewer: Viewer, check_in: UUID | None) -> int:
    """The person has seen all of theirs, or those of one check-in; returns how many they had not
    acknowledged before."""
    if check_in is not None:
        await demand(check_ins_visible_to(viewer.id).where("c.id = {0}", check_in), "checkInId")
    done = await fetch(
        """WITH mine AS (
               SELECT id FROM check_in_reminders
               WHERE user_id = $1 AND acknowledged_at IS NULL
                   AND ($2::uuid IS NULL OR check_in_id = $2) ORDER BY id FOR UPDATE)
           UPDATE check_in_reminders r SET acknowledged_at = $3 FROM mine WHERE r.id = mine.id
           RETURNING r.id""",
        *(viewer.id, check_in, clock.now()),
    )
    return len(done)


async def hold_calendar(person: UUID) -> None:
    """Keeps time from opening or closing check-ins of this person until the transaction is over:
    to be called before their zone or hour changes, so that none is still reckoned by the old one.

    The person is locked first, as by whoever blocks them or stops them, and then their matches.
    """
    await execute("SELECT 1 FROM users WHERE id = $1 FOR NO KEY UPDATE", person)
    await execute(
        """SELECT 1 FROM matches WHERE (mentor_id = $1 OR mentee_id = $1) AND status = ANY ($2)
           ORDER BY id FOR NO KEY UPDATE""",
        *(person, list(LIVE)),
    )
    await execute(
        """SELECT 1 FROM check_in_schedules WHERE match_id IN (
               SELECT id FROM matches WHERE mentor_id = $1 OR mentee_id = $1)
           ORDER BY match_id FOR UPDATE""",
        person,
    )


async def reckon_anew(person: UUID) -> None:
    """Moves the reminders still to come to the person's present hour and zone."""
    rows = await fetch(
        """SELECT d.id, d.kind, c.date, u.check_in_minute, u.time_zone
           FROM matches m JOIN check_ins c ON c.match_id = m.id AND c.date > $2::date - 21
           JOIN due_reminders d ON d.check_in_id = c.id AND d.user_id = $1
           JOIN users u ON u.id = d.user_id
           WHERE m.mentor_id = $1 OR m.mentee_id = $1 FOR UPDATE OF d""",
        *(person, first_today(clock.now())),
    )
    await execute(
        """UPDATE due_reminders d SET at = moved.at, last_call_at =
               CASE WHEN d.last_call_at IS NOT NULL THEN moved.last_call_at END
           FROM unnest($1::uuid[], $2::timestamptz[], $3::timestamptz[])
               AS moved(id, at, last_call_at) WHERE d.id = moved.id""",
        [row["id"] for row in rows],
        [_MOMENTS[row["kind"]](*row[2:]) for row in rows],
        [last_call_on(*row[2:]) for row in rows],
    )


@transactional
async def _send_some() -> tuple[int, int]:
    batch = await fetch_one(SEND, clock.now(), SENT_AT_ONCE, clock.now() - LATE)
    if batch is None:
        return 0, 0
    people = batch["people"] or ()
    after_commit(lambda: wake(*map(topics.reminders, people)))
    return batch["claimed"], batch["sent"]


def _after_it_was_over(day: date, minute: int, zone: str) -> datetime:
    return first_hour_from(due_at(day), minute, zone)


_MOMENTS: Mapping[str, Callable[[date, int, str], datetime]] = {
    CheckInReminderKind.OPENED: hour_on,
    CheckInReminderKind.LAST_CALL: last_call_on,
    CheckInReminderKind.NUDGE: _after_it_was_over,
    CheckInReminderKind.PARTNER_SILENT: _after_it_was_over,
}
"""When each kind falls due: of the check-in's date, somebody's hour and their zone."""
