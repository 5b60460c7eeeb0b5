"""How far apart two time zones are, by what clocks show there."""

from datetime import UTC, datetime
from functools import cache

from domain.calendar import zone_of

_DAY = 24 * 60


@cache
def minutes_apart(one: str, other: str, year: int) -> int:
    """How many minutes the clocks differ, at most 12 hours: the mean of January and July.

    The mean, because an answer must not depend on the week in which it was asked for.
    """
    differences = (
        abs(here - there)
        for here, there in zip(_offsets(one, year), _offsets(other, year), strict=True)
    )
    return sum(min(d, _DAY - d) for d in (difference % _DAY for difference in differences)) // 2


@cache
def _offsets(zone: str, year: int) -> tuple[int, int]:
    january, july = (_offset(zone, datetime(year, month, 15, tzinfo=UTC)) for month in (1, 7))
    return january, july


def _offset(zone: str, at: datetime) -> int:
    offset = at.astimezone(zone_of(zone)).utcoffset()
    return int(offset.total_seconds()) // 60 if offset is not None else 0
