"""The reminders that the contract promises, reckoned person by person, to hold the engine to.

Nobody answers, and nobody falls off the ladder: every check-in gives everybody OPENED, LAST_CALL
and NUDGE, each once, at their hour in the zone they live in when it comes.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeAlias
from uuid import UUID

from models.database import fetch
from tests.integration.many_pairs import Couple, Member
from tests.wall_clocks import hours_from, moment_of

WEEKDAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")
AHEAD = timedelta(hours=14)
Entry: TypeAlias = tuple[UUID, UUID, int, str, datetime]
"""Match, person, week, kind, and when."""


@dataclass(slots=True)
class Promise:
    """A reminder that is still to come."""

    couple: Couple
    member: Member
    week: int
    date: date
    kind: str

    @property
    def at(self) -> datetime:
        """By the member's clock as it is now."""
        if self.kind == "OPENED":
            return moment_of(self.date, self.member.minute, self.member.zone)
        if self.kind == "LAST_CALL":
            return moment_of(self.date + timedelta(days=4), self.member.minute, self.member.zone)
        return hours_from(over(self.date), self.member.minute, self.member.zone)

    @property
    def earliest(self) -> datetime:
        """No clock shows the hour before."""
        days = {"OPENED": 0, "LAST_CALL": 4, "NUDGE": 7}[self.kind]
        return datetime.combine(self.date + timedelta(days=days), time(), UTC) - AHEAD


def over(day: date) -> datetime:
    """When a check-in of this date is over."""
    return datetime.combine(day + timedelta(days=7), time(), UTC) - AHEAD


def first_date(couple: Couple) -> date:
    """The first such weekday that is three days or more after the start."""
    day = couple.started_at.astimezone(UTC).date() + timedelta(days=3)
    while WEEKDAYS[day.weekday()] != couple.weekday:
        day += timedelta(days=1)
    return day


class Book:
    """What is promised, and what of it has been kept by the last tick."""

    def __init__(self, couples: Sequence[Couple], until: datetime) -> None:
        self.kept: set[Entry] = set()
        promises = (promise for c in couples for promise in _promises(c, until))
        self._later = sorted(promises, key=lambda promise: promise.earliest, reverse=True)
        self._open: list[Promise] = []

    def tick(self, now: datetime) -> None:
        """Keeps what is due, but for what is more than a day late."""
        while self._later and self._later[-1].earliest <= now:
            self._open.append(self._later.pop())
        due = [promise for promise in self._open if promise.at <= now]
        for p in due:
            if p.at >= now - timedelta(hours=24):
                self.kept.add((p.couple.id, p.member.id, p.week, p.kind, p.at))
        gone = set(map(id, due))
        self._open = [promise for promise in self._open if id(promise) not in gone]


async def recorded() -> list[Entry]:
    """What the engine has written down, to be held against what is kept."""
    rows = await fetch(
        """SELECT c.match_id, r.user_id, c.week, r.kind, r.reminded_at
           FROM check_in_reminders r JOIN check_ins c ON c.id = r.check_in_id"""
    )
    return [(row[0], row[1], row[2], row[3], row[4].astimezone(UTC)) for row in rows]


def _promises(couple: Couple, until: datetime) -> Iterator[Promise]:
    day, week = first_date(couple), 1
    while day <= (until + AHEAD).date():
        for member in couple.members:
            for kind in ("OPENED", "LAST_CALL", "NUDGE"):
                yield Promise(couple, member, week, day, kind)
        day, week = day + timedelta(days=7), week + 1
