"""Reminders of check-ins: those one was given, and those that will come."""

from datetime import datetime
from typing import Annotated, TypeAlias
from uuid import UUID

import strawberry
from strawberry import ID, Maybe

from domain import check_in_reminders, upcoming_reminders
from domain.check_in_preferences import CheckInPreferences, preferences_of, set_preferences
from domain.denials import BadPage
from domain.upcoming_reminders import UpcomingReminder
from domain.viewer import Viewer
from models.check_in_reminders import CheckInReminderRow, visible_to
from resolvers.context import Info, viewer_of
from resolvers.ids import demand_id
from resolvers.loading import loaded
from resolvers.pages import LARGEST_PAGE, Connection, page, window

Start: TypeAlias = Annotated[datetime | None, strawberry.argument(name="from")]


async def by_id(info: Info, id: UUID | None) -> CheckInReminderRow | None:
    return await loaded(info, "reminder", visible_to, "r.id", id)


async def of_viewer(
    root: Viewer,
    info: Info,
    acknowledged: bool | None = None,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> Connection[CheckInReminderRow]:
    """One's own, oldest first."""
    read = visible_to(root.id)
    if acknowledged is not None:
        read = read.where("(r.acknowledged_at IS NOT NULL) = {0}", acknowledged)
    return await page(read, "r.id", window(first, after, last, before))


async def upcoming(
    root: Viewer, info: Info, start: Start = None, first: int | None = 10
) -> list[UpcomingReminder]:
    """What will be sent from `start` on, which clients call `from`."""
    wanted = 10 if first is None else first
    if wanted < 0:
        raise BadPage
    return await upcoming_reminders.upcoming(root, start, min(wanted, LARGEST_PAGE))


def preferences(root: Viewer) -> CheckInPreferences:
    return preferences_of(root)


async def change_preferences(
    info: Info, local_time: str | None, muted_until: Maybe[datetime | None]
) -> Viewer:
    """`muted_until` left out: as it was; null: no longer."""
    info.context.viewer = changed = await set_preferences(
        viewer_of(info),
        local_time,
        mutes=muted_until is not None,
        muted_until=muted_until.value if muted_until is not None else None,
    )
    return changed


async def acknowledge(info: Info, reminder_id: ID) -> CheckInReminderRow:
    reminder = demand_id("reminder", reminder_id, "reminderId")
    return await check_in_reminders.acknowledge(viewer_of(info), reminder)


async def acknowledge_all(info: Info, check_in_id: ID | None = None) -> int:
    check_in = None if check_in_id is None else demand_id("checkin", check_in_id, "checkInId")
    return await check_in_reminders.acknowledge_all(viewer_of(info), check_in)
