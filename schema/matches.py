"""Pairs."""

import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry
from strawberry import ID

import resolvers.check_ins
import resolvers.matches
import resolvers.message_search
import resolvers.messages
from permissions import IsPairMember, IsProgramAdmin
from resolvers.rows import MatchEndReason, MatchHealth, MatchRow, MatchStatus, Weekday
from schema.errors import UserError
from schema.fields import field
from schema.nodes import Node, node_id, shown
from schema.pages import CountedConnection
from schema.steps import MatchStep
from schema.users import User

if TYPE_CHECKING:
    from schema.check_ins import CheckIn, CheckInConnection
    from schema.enrollments import Enrollment
    from schema.messages import MessageConnection, MessageSearch
    from schema.programs import Program

_ENROLLMENT = (
    "What they enrolled with, for the program's admins and the person; for the partner while the "
    "match lasts, else null."
)


@shown(
    row=MatchRow,
    visible_to="the two people of it; of the fields not guarded, the program's admins too",
    description="A mentor and a mentee, paired by an admin. Only the two, and for the fields not "
    "guarded the program's admins, can see it.",
)
class Match(Node):
    id: ID = node_id("match")
    program: Annotated["Program", strawberry.lazy("schema.programs")] = field(
        resolvers.matches.program
    )
    mentor: User
    mentee: User
    partner: User | None = field(
        resolvers.matches.partner,
        description="The other one; null for an admin who is not of the pair.",
    )
    mentor_enrollment: Annotated["Enrollment", strawberry.lazy("schema.enrollments")] | None = (
        field(resolvers.matches.mentor_enrollment, description=_ENROLLMENT)
    )
    mentee_enrollment: Annotated["Enrollment", strawberry.lazy("schema.enrollments")] | None = (
        field(resolvers.matches.mentee_enrollment, description=_ENROLLMENT)
    )
    status: MatchStatus
    created_at: datetime.datetime
    started_at: datetime.datetime | None
    ended_at: datetime.datetime | None
    end_reason: MatchEndReason | None = field(resolvers.matches.end_reason)
    respond_by: datetime.datetime | None = field(
        resolvers.matches.respond_by,
        description="PROPOSED: until when both may answer; then it expires. Else null.",
    )
    viewer_accepted_at: datetime.datetime | None = field(
        resolvers.matches.viewer_accepted_at,
        permissions=[IsPairMember],
        description="When the viewer accepted the proposal; null until then, and where nobody was "
        "asked. Of the partner's answer no more is told than the status says.",
    )
    ends_for_silence_at: datetime.datetime | None = field(
        resolvers.matches.ends_for_silence_at,
        description="PAUSED for silence: when it will end, unless it is resumed, or whoever has "
        "fallen silent completes a step. Else null, also while FROZEN.",
    )
    check_in_weekday: Weekday = strawberry.field(
        description="The pair may move it: from the next check-in on."
    )
    steps_done: int
    steps_total: int
    check_ins_done: int
    check_ins_missed: int
    health: MatchHealth | None = field(
        resolvers.matches.health,
        permissions=[IsProgramAdmin],
        description="From check-ins and steps alone, never from messages; of a match that is "
        "active or paused.",
    )
    check_ins: Annotated["CheckInConnection", strawberry.lazy("schema.check_ins")] | None = field(
        resolvers.check_ins.page, permissions=[IsPairMember], description="Oldest first."
    )
    open_check_in: Annotated["CheckIn", strawberry.lazy("schema.check_ins")] | None = field(
        resolvers.check_ins.open_one,
        permissions=[IsPairMember],
        description="The check-in that can be answered now, also where the viewer has answered "
        "already: `mine` says so.",
    )
    steps: list[MatchStep] | None = field(resolvers.matches.match_steps, permissions=[IsPairMember])
    current_step: MatchStep | None = field(
        resolvers.matches.current_step,
        permissions=[IsPairMember],
        description="The first step that is not DONE; null once all are.",
    )
    messages: Annotated["MessageConnection", strawberry.lazy("schema.messages")] | None = field(
        resolvers.messages.page, permissions=[IsPairMember], description="Oldest first."
    )
    search_messages: Annotated["MessageSearch", strawberry.lazy("schema.messages")] | None = field(
        resolvers.message_search.search,
        permissions=[IsPairMember],
        description="The messages that hold this text, whatever its case and accents. They are "
        "kept sealed, so each is opened to look: 5000 at the most, newest first, from `before` on.",
    )
    unread_count: int | None = field(resolvers.messages.unread_count, permissions=[IsPairMember])


@strawberry.type
class MatchConnection(CountedConnection[Match]): ...


@strawberry.input
class PairInput:
    mentor_enrollment_id: ID
    mentee_enrollment_id: ID


@strawberry.input
class CreateMatchesInput:
    program_id: ID
    pairs: list[PairInput]


@strawberry.type
class MatchesPayload:
    matches: list[Match]
    errors: list[UserError]


@strawberry.type
class MatchPayload:
    match: Match | None
    errors: list[UserError]
