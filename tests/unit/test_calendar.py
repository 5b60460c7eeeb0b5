"""The calendar of check-ins against clocks on walls, in every zone of the world."""

import os
import random
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.calendar import (
    dates_from,
    due_at,
    first_hour_from,
    first_today,
    hour_on,
    last_call_on,
    opens_at,
    wall_clock,
    zone_of,
)
from tests.wall_clocks import ZONES, hours_from, moment_of

EVERY = 1 if os.environ.get("TESTS_AT_LENGTH") else 6
"""So many days apart, from another day on in every zone."""
zones = st.sampled_from(ZONES)
minutes = st.integers(0, 1439)
days = st.dates(date(1975, 1, 1), date(2060, 12, 31))
moments = st.integers(0, 2_800_000_000).map(lambda second: datetime.fromtimestamp(second, UTC))

PUBLISHED = [
    ("America/New_York", "2026-03-08", "02:30", "2026-03-08 07:30", "03:30"),
    ("America/New_York", "2026-11-01", "01:30", "2026-11-01 05:30", "01:30"),
    ("Europe/Paris", "2026-03-29", "02:30", "2026-03-29 01:30", "03:30"),
    ("Australia/Lord_Howe", "2026-10-04", "02:15", "2026-10-03 15:45", "02:45"),
    ("Africa/Casablanca", "2026-02-15", "02:30", "2026-02-15 01:30", "02:30"),
    ("America/Havana", "2026-03-08", "00:30", "2026-03-08 05:30", "01:30"),
    ("Asia/Beirut", "2026-03-29", "00:30", "2026-03-28 22:30", "01:30"),
    ("America/Santiago", "2026-09-06", "00:30", "2026-09-06 04:30", "01:30"),
    ("Pacific/Apia", "2011-12-30", "09:00", "2011-12-30 19:00", "09:00"),
]
"""Zone, local date and time, the moment by UTC, and what the clock on the wall shows then."""


@pytest.mark.parametrize(("zone", "day", "local", "utc", "shown"), PUBLISHED)
def test_gaps_folds_and_days_that_do_not_exist(
    zone: str, day: str, local: str, utc: str, shown: str
) -> None:
    hour, minute = map(int, local.split(":"))

    moment = hour_on(date.fromisoformat(day), hour * 60 + minute, zone)

    assert moment == datetime.fromisoformat(utc).replace(tzinfo=UTC)
    assert wall_clock(moment, zone) == shown


def test_nine_in_the_morning_stays_nine_across_a_clock_change() -> None:
    week = [date(2026, 3, 4), date(2026, 3, 11)]

    assert [hour_on(day, 540, "America/New_York").hour for day in week] == [14, 13]


def test_every_zone_shows_the_hour_on_days_of_400() -> None:
    some = random.Random(14)
    for zone in ZONES:
        for ahead in range(some.randrange(EVERY), 400, EVERY):
            day = date(2026, 1, 1) + timedelta(days=ahead)
            minute = some.choice((0, 30, 90, 135, 150, 540, some.randrange(1440)))
            moment = hour_on(day, minute, zone)
            assert moment == moment_of(day, minute, zone), (zone, day, minute)


@given(days, minutes, zones)
def test_a_last_call_is_four_dates_later_by_the_same_clock(
    day: date, minute: int, zone: str
) -> None:
    four_on = day + timedelta(days=4)

    assert last_call_on(day, minute, zone) == moment_of(four_on, minute, zone)
    assert opens_at(day) <= hour_on(day, minute, zone)
    assert last_call_on(day, minute, zone) < due_at(day)


@given(moments, minutes, zones)
def test_the_first_hour_from_a_moment_on(moment: datetime, minute: int, zone: str) -> None:
    assert first_hour_from(moment, minute, zone) == hours_from(moment, minute, zone)


@given(days)
def test_a_check_in_is_due_as_the_next_one_opens(day: date) -> None:
    assert due_at(day) == opens_at(day + timedelta(days=7))
    assert first_today(opens_at(day)) == day
    assert first_today(opens_at(day) - timedelta(seconds=1)) == day - timedelta(days=1)


@given(days, st.integers(-100, 1000))
def test_dates_come_by_the_week_and_not_before_the_earliest(start: date, ahead: int) -> None:
    earliest = start + timedelta(days=ahead)

    first, second = islice(dates_from(start, earliest), 2)

    assert first >= max(start, earliest)
    assert first < max(start, earliest) + timedelta(days=7)
    assert (first - start).days % 7 == 0
    assert second == first + timedelta(days=7)


def test_the_calendar_ends_with_the_calendar() -> None:
    assert list(dates_from(date(2026, 1, 1), date(9999, 12, 31))) == []
    assert len(list(dates_from(date(2026, 1, 1), date(9999, 11, 18)))) == 2


def test_a_zone_that_is_known_no_longer_is_taken_for_utc() -> None:
    for name in ("Mars/Olympus_Mons", "America", "x" * 300, ""):
        assert zone_of(name) is UTC
    assert hour_on(date(2026, 1, 1), 540, "../etc/passwd") == datetime(2026, 1, 1, 9, tzinfo=UTC)


def test_the_rules_are_those_that_came_with_us_whatever_a_machine_has_of_its_own(
    tmp_path: Path,
) -> None:
    # given a machine whose Paris is at the hour of nowhere, and who knows one zone more
    (tmp_path / "Europe").mkdir()
    nowhere = b"TZif2" + bytes(15)
    counts = b"".join(n.to_bytes(4, "big") for n in (0, 0, 0, 0, 1, 4))
    content = nowhere + counts + (7 * 3600).to_bytes(4, "big") + b"\0\0NOW\0"
    for name in ("Paris", "Nowhere"):
        (tmp_path / "Europe" / name).write_bytes(content + content + b"\nNOW-7\n")

    # when it reckons
    asked = """from datetime import date
from domain.calendar import hour_on
from domain.form import Form
from domain.matching.zones import minutes_apart
print(hour_on(date(2027, 1, 4), 540, "Europe/Paris"), minutes_apart("Europe/Paris", "UTC", 2027))
form = Form()
form.time_zone("Europe/Nowhere", "timeZone")
print(form.has_complaints)"""
    told = subprocess.run(
        [sys.executable, "-c", asked],
        env=os.environ | {"PYTHONTZPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )

    # then Paris is where it is, and nowhere is no zone
    assert told.stdout.splitlines() == ["2027-01-04 08:00:00+00:00 90", "True"]
