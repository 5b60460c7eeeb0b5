"""The 18+ gate. Of a birth date only the day the gate opens is kept, and only until then."""

from datetime import date, datetime, timedelta

from domain.denials import AgeRestricted, AgeUnknown
from domain.form import Form
from domain.refusals import NotABirthDate

_YEARS = 18
_OLDEST = 130


def adult_from(birth: date) -> date:
    """The 18th birthday; whoever was born on 29 February comes of age on 1 March."""
    try:
        return birth.replace(year=birth.year + _YEARS)
    except ValueError:
        return date(birth.year + _YEARS, 3, 1)


def last_today(now: datetime) -> date:
    """Today where the day comes last, in UTC-12: nobody is let in before their day is there."""
    return (now - timedelta(hours=12)).date()


def is_adult(age_known: bool, adult_from: date | None, now: datetime) -> bool:
    """Whether the gate is open."""
    return age_known and (adult_from is None or adult_from <= last_today(now))


def demand_adult(age_known: bool, adult_from: date | None, now: datetime) -> None:
    """AGE_UNKNOWN or AGE_RESTRICTED unless the gate is open."""
    if not age_known:
        raise AgeUnknown
    if not is_adult(age_known, adult_from, now):
        raise AgeRestricted


def gate_of(birth: date, now: datetime, form: Form, *field: str) -> date | None:
    """What is stored for somebody born then: the day the gate opens, None if it is open."""
    latest_today = (now + timedelta(hours=14)).date()
    if birth > latest_today or birth.year < latest_today.year - _OLDEST:
        form.refuse(NotABirthDate(*field))
        return None
    opens = adult_from(birth)
    return None if opens <= last_today(now) else opens
