"""The 18+ gate: the days it turns on, and that nothing else of a birth date is kept."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.age import adult_from, demand_adult, gate_of, is_adult, last_today
from domain.denials import AgeRestricted, AgeUnknown
from domain.form import Form
from domain.refusals import NotABirthDate

births = st.dates(date(1900, 1, 1), date(2100, 12, 31))
moments = st.integers(1_600_000_000, 7_200_000_000).map(lambda s: datetime.fromtimestamp(s, UTC))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("born", "of_age"),
    [
        ("2000-05-17", "2018-05-17"),
        ("2000-01-01", "2018-01-01"),
        ("2000-12-31", "2018-12-31"),
        ("2008-02-29", "2026-03-01"),  # 2026 has no 29 February
        ("2008-02-28", "2026-02-28"),
        ("2008-03-01", "2026-03-01"),
        ("1882-02-29", None),  # there was no such day
        ("1884-02-29", "1902-03-01"),
        ("2082-02-28", "2100-02-28"),  # 2100 is no leap year
        ("2080-02-29", "2098-03-01"),
        ("1982-02-28", "2000-02-28"),  # 2000 is one, and nobody is older for it
        ("1981-02-28", "1999-02-28"),
    ],
)
def test_the_gate_opens_on_the_eighteenth_birthday(born: str, of_age: str | None) -> None:
    if of_age is None:
        with pytest.raises(ValueError, match="day"):
            date.fromisoformat(born)
        return
    assert adult_from(date.fromisoformat(born)) == date.fromisoformat(of_age)


@pytest.mark.parametrize(
    ("now", "today"),
    [
        ("2026-05-17T11:59:59+00:00", "2026-05-16"),
        ("2026-05-17T12:00:00+00:00", "2026-05-17"),
        ("2026-05-18T11:59:59+00:00", "2026-05-17"),
        ("2026-03-01T11:59:59+00:00", "2026-02-28"),
        ("2028-03-01T11:59:59+00:00", "2028-02-29"),
        ("2026-01-01T00:00:00+00:00", "2025-12-31"),
    ],
)
def test_today_is_the_day_in_the_zone_where_it_comes_last(now: str, today: str) -> None:
    assert last_today(at(now)) == date.fromisoformat(today)


@pytest.mark.parametrize(
    ("now", "adult"),
    [
        ("2026-05-16T10:00:00+00:00", False),  # the day begins in UTC+14
        ("2026-05-17T00:00:00+00:00", False),  # … in UTC
        ("2026-05-17T11:59:59.999999+00:00", False),
        ("2026-05-17T12:00:00+00:00", True),  # … in UTC-12
    ],
)
def test_nobody_is_of_age_before_their_day_has_come_everywhere(now: str, adult: bool) -> None:
    assert is_adult(True, date(2026, 5, 17), at(now)) is adult


def test_an_unknown_age_is_told_apart_from_too_young() -> None:
    now = at("2026-05-17T12:00:00+00:00")
    demand_adult(True, None, now)
    demand_adult(True, date(2026, 5, 17), now)
    with pytest.raises(AgeRestricted):
        demand_adult(True, date(2026, 5, 18), now)
    with pytest.raises(AgeUnknown):
        demand_adult(False, None, now)


@pytest.mark.parametrize(
    "born",
    [
        "2026-05-19",  # tomorrow, even in UTC+14
        "2100-01-01",
        "9999-12-31",  # has no 18th birthday in the calendar
        "1895-12-31",
        "0001-01-01",
    ],
)
def test_a_day_nobody_alive_was_born_on_is_refused(born: str) -> None:
    form = Form()
    assert (
        gate_of(date.fromisoformat(born), at("2026-05-17T12:00:00+00:00"), form, "birthDate")
        is None
    )
    with pytest.raises(NotABirthDate) as refused:
        form.check()
    assert refused.value.field == ("birthDate",)


@pytest.mark.parametrize("born", ["2026-05-18", "2026-05-17", "1896-01-01"])
def test_a_newborn_in_the_first_zone_and_the_very_old_are_not_refused(born: str) -> None:
    form = Form()
    gate_of(date.fromisoformat(born), at("2026-05-17T12:00:00+00:00"), form, "birthDate")
    form.check()


@given(births, moments)
def test_what_is_kept_decides_as_the_birth_date_would(born: date, now: datetime) -> None:
    form = Form()
    kept = gate_of(born, now, form)
    come_of_age = adult_from(born) <= last_today(now)
    assert (kept is None) or (kept == adult_from(born) and not come_of_age)
    try:
        form.check()
    except NotABirthDate:
        return
    assert is_adult(True, kept, now) is come_of_age


@given(births, moments, st.timedeltas(timedelta(0), timedelta(days=40_000)))
def test_the_gate_never_shuts_again(born: date, now: datetime, later: timedelta) -> None:
    gate = adult_from(born)
    assert not is_adult(True, gate, now) or is_adult(True, gate, now + later)


@given(births, births)
def test_the_older_one_is_never_of_age_later(one: date, other: date) -> None:
    assert (one > other) or adult_from(one) <= adult_from(other)


@given(births, moments)
def test_of_age_means_eighteen_whole_years_in_every_zone(born: date, now: datetime) -> None:
    if not is_adult(True, adult_from(born), now):
        return
    for hours in range(-12, 15):
        there = now.astimezone(timezone(timedelta(hours=hours))).date()
        had_birthday = (there.month, there.day) >= (born.month, born.day)
        assert there.year - born.year - (not had_birthday) >= 18
