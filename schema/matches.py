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
    from schema.check_ins import CheckInConnection
    from schema.messages import MessageConnection, MessageSearch
    from schema.programs import Program


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
    status: MatchStatus
    created_at: datetime.datetime
    started_at: datetime.datetime | None
    ended_at: datetime.datetime | None
    end_reason: MatchEndReason | None = field(resolvers.matches.end_reason)
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
    steps: list[MatchStep] | None = field(resolvers.matches.match_steps, permissions=[IsPairMember])
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
