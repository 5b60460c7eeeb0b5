"""What will be sent to somebody, said beforehand."""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any
from uuid import UUID

from domain.calendar import (
    LATE,
    dates_from,
    first_today,
    hour_on,
    last_call_on,
    wall_clock,
)
from domain.clock import clock
from domain.viewer import Viewer
from models.check_in_reminders import CheckInReminderKind
from models.database import fetch
from models.matches import MatchRow, of_pair

OPENED, LAST_CALL = CheckInReminderKind.OPENED, CheckInReminderKind.LAST_CALL


@dataclass(frozen=True, slots=True)
class UpcomingReminder:
    match: MatchRow
    kind: CheckInReminderKind
    at: datetime
    local_time: str


async def upcoming(viewer: Viewer, start: datetime | None, first: int) -> list[UpcomingReminder]:
    """OPENED and LAST_CALL of the viewer's active matches, soonest first, from `start` on (None:
    now), as if nothing were answered and nobody changed anything."""
    begin = max(start or clock.now(), clock.now() - LATE)
    if viewer.muted_until is not None:
        begin = max(begin, viewer.muted_until)
    calendars = await fetch(
        """SELECT s.match_id, s.next_date, d.kind, d.at, d.last_call_at
           FROM matches m JOIN check_in_schedules s ON s.match_id = m.id
           LEFT JOIN check_ins c ON c.match_id = m.id AND c.week = s.next_week - 1
           LEFT JOIN due_reminders d ON d.check_in_id = c.id AND d.user_id = $1
           WHERE $1 IN (m.mentor_id, m.mentee_id) AND m.status = 'ACTIVE'""",
        viewer.id,
    )
    sent = heapq.merge(*(_sent(viewer, row, begin) for row in calendars))
    soonest = list(islice((one for one in sent if one[0] >= begin), first))
    seen = of_pair(viewer.id).where("m.id = ANY ({0}::uuid[])", [id for _, id, _ in soonest])
    matches = {match.id: match for match in await seen.all()} if soonest else {}
    return [
        UpcomingReminder(matches[id], kind, at, wall_clock(at, viewer.user.time_zone))
        for at, id, kind in soonest
    ]


def _sent(
    viewer: Viewer, calendar: Any, begin: datetime
) -> Iterator[tuple[datetime, UUID, CheckInReminderKind]]:
    """The reminders of one match in their order: what is left of its last check-in, then of those
    to come, from a week before `begin` on."""
    match, next_date, kind, at, last_call_at = calendar
    if kind in (OPENED, LAST_CALL):
        yield at, match, CheckInReminderKind(kind)
    if last_call_at is not None:
        yield last_call_at, match, LAST_CALL
    today = first_today(clock.now())
    present = today - (today - next_date) % timedelta(days=7) if next_date <= today else next_date
    for day in dates_from(present, (begin - timedelta(days=7)).date()):
        person = viewer.check_in_minute, viewer.user.time_zone
        yield hour_on(day, *person), match, OPENED
        yield last_call_on(day, *person), match, LAST_CALL
