"""Reminders of check-ins, and how people want to be reminded."""

import datetime

import strawberry
from strawberry import ID, UNSET

from resolvers.rows import (
    CheckInPreferences as Preferences,
)
from resolvers.rows import (
    CheckInReminderKind,
    CheckInReminderRow,
)
from resolvers.rows import (
    UpcomingReminder as Upcoming,
)
from schema.check_ins import CheckIn
from schema.errors import UserError
from schema.matches import Match
from schema.nodes import Node, node_id, shown
from schema.pages import Connection

THEMSELVES = "the person reminded"


@shown(row=CheckInReminderRow, visible_to=THEMSELVES)
class CheckInReminder(Node):
    id: ID = node_id("reminder")
    check_in: CheckIn
    kind: CheckInReminderKind
    reminded_at: datetime.datetime = strawberry.field(
        description="When it fell due by the person's own clock."
    )
    acknowledged_at: datetime.datetime | None


@shown(
    row=Upcoming,
    visible_to=THEMSELVES,
    description="OPENED and LAST_CALL, as if nothing were answered.",
)
class UpcomingReminder:
    match: Match
    kind: CheckInReminderKind
    at: datetime.datetime
    local_time: str = strawberry.field(description="What the wall clock shows then: HH:MM.")


@shown(row=Preferences, visible_to="themselves alone")
class CheckInPreferences:
    local_time: str = strawberry.field(
        description="HH:MM. A time skipped by a clock change moves forward by the gap; one that "
        "occurs twice counts the first time."
    )
    time_zone: str = strawberry.field(description="The profile's.")
    muted_until: datetime.datetime | None = strawberry.field(
        description="Nothing is recorded or sent for a time before it."
    )


@strawberry.type
class CheckInReminderConnection(Connection[CheckInReminder]): ...


@strawberry.input(
    description="What is left out stays as it was. Null ends the silence of `mutedUntil`, and "
    "leaves `localTime` as it was. The zone is the profile's."
)
class CheckInPreferencesInput:
    local_time: str | None = UNSET
    muted_until: strawberry.Maybe[datetime.datetime | None]


@strawberry.type
class CheckInReminderPayload:
    reminder: CheckInReminder | None
    errors: list[UserError]


@strawberry.type
class AcknowledgeRemindersPayload:
    count: int = strawberry.field(
        description="How many this has acknowledged: none that had been before."
    )
    errors: list[UserError]
