"""People enrolled in programs."""

import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry
from strawberry import ID, UNSET

import resolvers.enrollments
import resolvers.paired
from permissions import IsAdult, IsSelfOrProgramAdmin, IsSelfOrProgramAdminOrPartner
from resolvers.rows import Answer, EnrollmentRow, EnrollmentStatus, ProgramRole
from schema.errors import UserError
from schema.fields import attribute, field
from schema.nodes import Node, node_id, shown
from schema.pages import CountedConnection
from schema.templates import EnrollmentQuestion
from schema.users import User

if TYPE_CHECKING:
    from schema.matches import MatchConnection
    from schema.programs import Program


@shown(row=Answer, visible_to="who enrolled, and the program's admins")
class EnrollmentAnswer:
    question: EnrollmentQuestion
    text: str


@shown(row=EnrollmentRow, visible_to="who enrolled, the program's admins, partners of its matches")
class Enrollment(Node):
    id: ID = node_id("enrollment")
    program: Annotated["Program", strawberry.lazy("schema.programs")] = field(
        resolvers.enrollments.program
    )
    user: User
    role: ProgramRole
    status: EnrollmentStatus
    topics: list[str]
    languages: list[str]
    time_zone: str
    capacity: int = strawberry.field(description="Mentor: mentees at once; mentee: always 1.")
    open_places: int = attribute(
        "open_places",
        description="Capacity less the matches that hold a place (PROPOSED, ACTIVE, PAUSED, "
        "FROZEN); never below 0.",
    )
    waiting_since: datetime.datetime | None = attribute(
        "waiting_since",
        description="Mentee in the pool; kept when a match ends through no wish of theirs.",
    )
    goal: str | None = attribute("goal", permissions=[IsSelfOrProgramAdminOrPartner])
    answers: list[EnrollmentAnswer] | None = attribute(
        "answers", permissions=[IsSelfOrProgramAdmin]
    )
    enrolled_at: datetime.datetime
    matches: Annotated["MatchConnection", strawberry.lazy("schema.matches")] | None = field(
        resolvers.paired.of_enrollment,
        permissions=[IsAdult, IsSelfOrProgramAdmin],
        description="Those that came of it, oldest first, also those that are over.",
    )


@strawberry.type
class EnrollmentConnection(CountedConnection[Enrollment]): ...


@strawberry.input
class EnrollmentAnswerInput:
    question_key: ID
    text: str


@strawberry.input
class EnrollInput:
    program_id: ID
    role: ProgramRole
    topics: list[str]
    goal: str | None = UNSET
    answers: list[EnrollmentAnswerInput] | None = UNSET
    capacity: int | None = UNSET
    languages: list[str] | None = UNSET
    time_zone: str | None = UNSET


@strawberry.input(
    description="What is left out, or null, stays as it was. An empty text empties `goal`, an "
    "empty list `answers` and `topics`."
)
class UpdateEnrollmentInput:
    enrollment_id: ID
    topics: list[str] | None = UNSET
    goal: str | None = UNSET
    answers: list[EnrollmentAnswerInput] | None = UNSET
    capacity: int | None = UNSET
    languages: list[str] | None = UNSET
    time_zone: str | None = UNSET


@strawberry.type
class EnrollmentPayload:
    enrollment: Enrollment | None
    errors: list[UserError]


@strawberry.type
class EnrollmentsPayload:
    enrollments: list[Enrollment]
    errors: list[UserError]
