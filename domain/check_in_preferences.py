"""At which hour of their own day check-ins remind somebody, and until when not at all."""

import re
from dataclasses import dataclass
from datetime import datetime

from domain.audit import record
from domain.check_in_reminders import hold_calendar, reckon_anew
from domain.form import Form
from domain.refusals import Invalid, NotATime
from domain.viewer import Viewer
from models.database import execute
from models.ids import global_id
from models.transactions import transactional

_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])\Z")


@dataclass(frozen=True, slots=True)
class CheckInPreferences:
    """`local_time` is HH:MM by the clocks of `time_zone`, the zone of the profile."""

    local_time: str
    time_zone: str
    muted_until: datetime | None


def preferences_of(viewer: Viewer) -> CheckInPreferences:
    """Their hour and their silence, 09:00 and none unless they said otherwise."""
    hour, minute = divmod(viewer.check_in_minute, 60)
    return CheckInPreferences(f"{hour:02}:{minute:02}", viewer.user.time_zone, viewer.muted_until)


@transactional
async def set_preferences(
    viewer: Viewer, local_time: str | None, *, mutes: bool, muted_until: datetime | None
) -> Viewer:
    """Changes them. `local_time` None: leave it; `muted_until` counts only where one `mutes`, and
    None ends the silence. Nothing is recorded or sent for a time before it."""
    form = Form()
    minute = None if local_time is None else _minute(local_time, form)
    if muted_until is not None and not 1 < muted_until.year < 9999:
        form.refuse(Invalid("mutedUntil"))  # the ends of time are no moments to the database
    form.check()
    if minute is not None:
        await hold_calendar(viewer.id)
    await execute(
        """UPDATE users SET check_in_minute = coalesce($2, check_in_minute),
               muted_until = CASE WHEN $3 THEN $4::timestamptz ELSE muted_until END
           WHERE id = $1""",
        *(viewer.id, minute, mutes, muted_until),
    )
    if minute is not None:
        await reckon_anew(viewer.id)
    await record("user.reminders_set", actor=viewer.id, subject=global_id("user", viewer.id))
    return await viewer.read_anew()


def _minute(local_time: str, form: Form) -> int | None:
    found = _TIME.match(local_time)
    if found is None:
        form.refuse(NotATime("localTime"))
    return found and int(found[1]) * 60 + int(found[2])
