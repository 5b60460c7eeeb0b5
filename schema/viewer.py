"""The signed-in person."""

import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry
from strawberry import UNSET

import resolvers.blocks
import resolvers.check_in_reminders
import resolvers.notices
import resolvers.reports
import resolvers.sessions
import resolvers.viewer
from permissions import IsAdult
from resolvers.rows import Locale
from resolvers.rows import Viewer as ViewerRow
from schema.check_in_reminders import (
    CheckInPreferences,
    CheckInReminderConnection,
    UpcomingReminder,
)
from schema.enrollments import EnrollmentConnection
from schema.errors import UserError
from schema.fields import attribute, field
from schema.groups import GroupConnection
from schema.matches import MatchConnection
from schema.nodes import shown
from schema.notices import NoticeConnection
from schema.reports import ReportConnection
from schema.users import User

if TYPE_CHECKING:
    from schema.sessions import ViewerSession


@shown(
    row=ViewerRow,
    visible_to="themselves alone",
    description="The signed-in person and what only they may see of themselves.",
)
class Viewer:
    user: User
    email: str
    adult_from: datetime.date | None = attribute(
        "adult_from",
        description="The day the 18+ gate opens; null once it is open. No birth date is kept of "
        "an adult.",
    )
    is_adult: bool = attribute(
        "is_adult",
        description="Today in UTC-12, where today comes last; born on 29 February: from 1 March.",
    )
    is_moderator: bool
    locale: Locale
    check_in_preferences: CheckInPreferences = field(resolvers.check_in_reminders.preferences)
    groups: GroupConnection = field(resolvers.viewer.groups)
    enrollments: EnrollmentConnection | None = field(
        resolvers.viewer.enrollments, permissions=[IsAdult]
    )
    matches: MatchConnection | None = field(
        resolvers.viewer.matches,
        permissions=[IsAdult],
        description="Oldest first unless `orderBy` says otherwise.",
    )
    unread_count: int | None = field(
        resolvers.viewer.unread_count,
        permissions=[IsAdult],
        description="Of all the viewer's matches together, whatever their status.",
    )
    check_in_reminders: CheckInReminderConnection | None = field(
        resolvers.check_in_reminders.of_viewer, permissions=[IsAdult], description="Oldest first."
    )
    upcoming_reminders: list[UpcomingReminder] | None = field(
        resolvers.check_in_reminders.upcoming,
        permissions=[IsAdult],
        description="A dry run of what will be sent, soonest first, from `from` on (default: now).",
    )
    blocked_users: list[User] = field(resolvers.blocks.blocked_users)
    reports: ReportConnection = field(
        resolvers.reports.own, description="Those the viewer has made, oldest first."
    )
    notices: NoticeConnection = field(
        resolvers.notices.own,
        description="What moderators have decided about the viewer, oldest first.",
    )
    sessions: list[Annotated["ViewerSession", strawberry.lazy("schema.sessions")]] = field(
        resolvers.sessions.own,
        description="Where the viewer is signed in, newest first; 100 at the most.",
    )


@strawberry.input(
    description="What is left out, or null, stays as it was. An empty text empties `bio`."
)
class UpdateProfileInput:
    display_name: str | None = UNSET
    bio: str | None = UNSET
    languages: list[str] | None = UNSET
    time_zone: str | None = UNSET
    locale: Locale | None = UNSET


@strawberry.type
class ViewerPayload:
    viewer: Viewer | None
    errors: list[UserError]
