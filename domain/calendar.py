"""The calendar of check-ins: local dates and hours, and the moments that they are.

Wall-clock arithmetic throughout: a week is seven dates, never so many hours. A time that a clock
change skips moves forward by the gap; one that occurs twice counts the first time (PEP 495,
`fold=0`).
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import cache, lru_cache
from itertools import count
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones, reset_tzpath

# The rules of the package tzdata alone, whatever the machine has of its own: all workers, on all
# machines, reckon the same, and what is installed with us is not outvoted by what is older.
reset_tzpath(())

EARLIEST = timedelta(hours=14)
"""How far ahead of UTC the zone is where days come first."""
WEEK = timedelta(days=7)
LAST_CALL_AFTER = timedelta(days=4)
LATE = timedelta(hours=24)
"""What is later than this is not sent any more."""
_LAST_DATE = date(9999, 12, 1)


def first_today(now: datetime) -> date:
    """Today where the day comes first, in UTC+14: check-ins of this date are open."""
    return (now + EARLIEST).date()


def opens_at(day: date) -> datetime:
    """When a check-in of this date opens: as it begins in UTC+14."""
    return datetime.combine(day, time(), UTC) - EARLIEST


def due_at(day: date) -> datetime:
    """When a check-in of this date is over: 7 x 24 h after it opened, as the next one opens."""
    return opens_at(day) + WEEK


@lru_cache(maxsize=20_000)
def hour_on(day: date, minute: int, zone: str) -> datetime:
    """The moment, in UTC, at which the clocks of `zone` show this minute of this day."""
    local = datetime.combine(day, time(minute // 60, minute % 60), zone_of(zone))
    return local.astimezone(UTC)


def last_call_on(day: date, minute: int, zone: str) -> datetime:
    """The same, four days after the check-in's date."""
    return hour_on(day + LAST_CALL_AFTER, minute, zone)


def first_hour_from(moment: datetime, minute: int, zone: str) -> datetime:
    """The first time from `moment` on at which the clocks of `zone` show this minute."""
    day = moment.astimezone(zone_of(zone)).date() - timedelta(days=1)
    return next(
        hour
        for days in count()
        if (hour := hour_on(day + timedelta(days=days), minute, zone)) >= moment
    )


def dates_from(next_date: date, earliest: date) -> Iterator[date]:
    """The dates of a match's coming check-ins, week by week, from the first one that is not before
    `earliest`, to the end of time."""
    if earliest > _LAST_DATE:
        return
    day = next_date + max(0, -((next_date - earliest) // WEEK)) * WEEK
    while day <= _LAST_DATE:
        yield day
        day += WEEK


def wall_clock(moment: datetime, zone: str) -> str:
    """What the clocks of `zone` show then: HH:MM."""
    return moment.astimezone(zone_of(zone)).strftime("%H:%M")


def zones() -> frozenset[str]:
    """The names of all zones."""
    return frozenset(available_timezones() - {"Factory", "localtime", "posixrules"})


def zone_named(name: str) -> str | None:
    """The zone of this name, in its own letter case; None where there is none."""
    return _named().get(name.casefold())


@lru_cache(maxsize=1000)
def zone_of(name: str) -> tzinfo:
    """The zone; UTC for one that the time zone database no longer knows, rather than nothing."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # a folder's name, one too long
        return UTC


@cache
def _named() -> dict[str, str]:
    return {name.casefold(): name for name in zones()}
