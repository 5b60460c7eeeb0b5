"""What clocks on walls show: told from UTC alone, by looking at every offset there is around."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from domain.calendar import zones

ZONES = sorted(zones())


@cache
def moment_of(day: date, minute: int, zone: str) -> datetime:
    """The first moment at which the clocks of a zone show this minute of this day; when they skip
    it, the moment they would have shown it, had they not been changed."""
    wanted = datetime.combine(day, time()) + timedelta(minutes=minute)
    noon = datetime.combine(day, time(12), UTC)
    around = [noon + timedelta(hours=hours) for hours in range(-48, 49, 12)]
    offsets = {offset(u, zone) for u in around}
    if len(offsets) == 1:
        return (wanted - offsets.pop()).replace(tzinfo=UTC)
    candidates = [(wanted - offset).replace(tzinfo=UTC) for offset in offsets]
    shown = [u for u in candidates if shows(u, zone) == wanted]
    if shown:
        return min(shown)
    before = max(u for u in around if shows(u, zone) < wanted)
    return (wanted - offset(before, zone)).replace(tzinfo=UTC)


def shows(moment: datetime, zone: str) -> datetime:
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


@cache
def offset(moment: datetime, zone: str) -> timedelta:
    return shows(moment, zone) - moment.replace(tzinfo=None)


def hours_from(moment: datetime, minute: int, zone: str) -> datetime:
    """The first time from then on at which the clocks show this minute."""
    days = [moment.date() + timedelta(days=days) for days in range(-2, 4)]
    return min(u for day in days if (u := moment_of(day, minute, zone)) >= moment)
