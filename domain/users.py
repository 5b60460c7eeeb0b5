"""What people say of themselves."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from domain.age import last_today
from domain.audit import record
from domain.check_in_reminders import hold_calendar, reckon_anew
from domain.clock import clock
from domain.form import Form
from domain.viewer import Viewer
from models.database import execute, fetch
from models.ids import global_id
from models.transactions import transactional
from models.users import Locale


@dataclass(frozen=True, slots=True)
class ProfileChange:
    """What is to change; None: leave it. An empty bio removes it."""

    display_name: str | None = None
    bio: str | None = None
    languages: list[str] | None = None
    time_zone: str | None = None
    locale: Locale | None = None


@transactional
async def update_profile(viewer: Viewer, change: ProfileChange) -> Viewer:
    """Changes one's own profile; the birth date is not part of it, so that the gate stays shut."""
    form = Form()
    name, bio, tags, zone = change.display_name, change.bio, change.languages, change.time_zone
    if name is not None:
        name = form.display_name(name, "displayName")
    if bio is not None:
        bio = form.text(bio, "bio", longest=2000, shortest=0)
    if tags is not None:
        tags = form.languages(tags, "languages")
    if zone is not None:
        zone = form.time_zone(zone, "timeZone")
    form.check()
    if zone is not None:
        await hold_calendar(viewer.id)
    await execute(
        """UPDATE users SET display_name = coalesce($2, display_name),
               bio = CASE WHEN $3::text IS NULL THEN bio ELSE nullif($3, '') END,
               languages = coalesce($4, languages), time_zone = coalesce($5, time_zone),
               locale = coalesce($6, locale)
           WHERE id = $1 AND deleted_at IS NULL""",
        *(viewer.id, name, bio, tags, zone, change.locale),
    )
    if zone is not None:
        await reckon_anew(viewer.id)
    await record("user.updated", actor=viewer.id, subject=global_id("user", viewer.id))
    return await viewer.read_anew()


@transactional
async def set_moderator(email: str, is_moderator: bool) -> bool:
    """Makes somebody a moderator of the platform, or no longer; False without such an account."""
    rows = await fetch(
        "UPDATE users SET is_moderator = $2 WHERE lower(email) = lower($1) RETURNING id",
        *(email, is_moderator),
    )
    for row in rows:
        await record(
            "user.moderator_set",
            actor=None,
            subject=global_id("user", row["id"]),
            details={"is_moderator": is_moderator},
        )
    return bool(rows)


@transactional
async def lift_suspension(email: str) -> bool:
    """Lets somebody suspended take part again; False without such an account."""
    rows = await fetch(
        """UPDATE users SET suspended_at = NULL
           WHERE lower(email) = lower($1) AND suspended_at IS NOT NULL RETURNING id""",
        email,
    )
    for row in rows:
        await record("user.unsuspended", actor=None, subject=global_id("user", row["id"]))
    return bool(rows)


@transactional
async def open_gates() -> list[UUID]:
    """Forgets the day the gate opens of everybody for whom it has come."""
    day: date = last_today(clock.now())
    rows = await fetch(
        "UPDATE users SET adult_from = NULL WHERE adult_from <= $1 RETURNING id", day
    )
    return [row["id"] for row in rows]
