"""Programs of a group."""

import datetime

import strawberry
from strawberry import ID, UNSET

import resolvers.enrolled
import resolvers.matching
import resolvers.paired
import resolvers.programs
import resolvers.proposals
from permissions import IsProgramAdmin
from resolvers.rows import (
    AuditEntryRow,
    CheckInWeekCount,
    Locale,
    MatchStatus,
    ProgramRole,
    ProgramRow,
    ProgramStatsRow,
    ProgramStatus,
    ProgramTheme,
    StatusCount,
    Weekday,
)
from schema.enrollments import Enrollment, EnrollmentConnection
from schema.errors import UserError
from schema.fields import asked, field
from schema.groups import Group
from schema.matches import MatchConnection
from schema.matching import (
    AssignmentInput,
    AssignmentProposal,
    MatchSuggestion,
    PairExplanation,
    RecruitingAdvice,
)
from schema.nodes import Node, node_id, shown
from schema.pages import Connection, CountedConnection
from schema.results import ProgramResults
from schema.scalars import JSON
from schema.steps import ProgramStep
from schema.templates import EnrollmentQuestion, ProgramTemplate
from schema.users import User


@shown(row=StatusCount, visible_to="the program's admins")
class MatchStatusCount:
    status: MatchStatus
    count: int


@shown(row=CheckInWeekCount, visible_to="the program's admins")
class CheckInWeekStats:
    week: int
    due: int
    completed: int
    missed: int


@shown(row=ProgramStatsRow, visible_to="the program's admins", description="Counts only.")
class ProgramStats:
    mentors: int = strawberry.field(description="Enrolled and approved.")
    mentees: int = strawberry.field(description="Enrolled and approved.")
    pending: int = strawberry.field(description="To be approved or declined.")
    waiting_mentees: int = strawberry.field(
        description="Approved, and without a match that holds a place, be it their first or their "
        "next after one that was completed."
    )
    open_places: int = strawberry.field(description="Of approved mentors.")
    matches_by_status: list[MatchStatusCount]
    check_ins_by_week: list[CheckInWeekStats] = strawberry.field(
        description="Of the check-ins that are decided, how many both answered, by `week`, as each "
        "pair counts its weeks. Those that the end of a match cut off are left out."
    )
    steps_completed_ratio: float = strawberry.field(
        description="Of all steps of the matches that ever started, those that are over included."
    )


@shown(row=AuditEntryRow, visible_to="the program's admins")
class AuditEntry:
    at: datetime.datetime
    actor: User | None
    action: str
    subject: ID | None
    details: JSON


@strawberry.type
class AuditEntryConnection(CountedConnection[AuditEntry]): ...


@shown(row=ProgramRow, visible_to="adults; a draft only the group's admins")
class Program(Node):
    id: ID = node_id("program")
    group: Group = field(resolvers.programs.group)
    template: ProgramTemplate = field(resolvers.programs.template)
    theme: ProgramTheme
    title: str
    description: str
    status: ProgramStatus
    topics: list[str] = strawberry.field(description="What mentors offer and mentees look for.")
    duration_weeks: int
    default_capacity: int = strawberry.field(
        description="Mentees per mentor unless the mentor says otherwise."
    )
    requires_consent: bool = strawberry.field(
        description="True: a match starts PROPOSED and both must accept."
    )
    check_in_weekday: Weekday = strawberry.field(description="Default of its matches.")
    steps: list[ProgramStep] = field(resolvers.programs.steps)
    questions: list[EnrollmentQuestion]
    viewer_enrollments: list[Enrollment] = field(resolvers.programs.viewer_enrollments)
    created_at: datetime.datetime
    enrollments: EnrollmentConnection | None = field(
        resolvers.enrolled.enrollments,
        permissions=[IsProgramAdmin],
        description="In the order they first enrolled. `search`: of people with each of these "
        "words in their name, whatever its case and accents. `unmatched`: true for those without a "
        "match that holds a place, false for those with one, whatever their status. Mentees who "
        "wait are APPROVED and unmatched.",
    )
    matches: MatchConnection | None = field(
        resolvers.paired.matches,
        permissions=[IsProgramAdmin],
        description="Oldest first. `health` and `endReason`: those whose field says one of these "
        "to the viewer. Of an empty list of values, none.",
    )
    match_suggestions: list[MatchSuggestion] | None = field(
        resolvers.matching.match_suggestions,
        permissions=[IsProgramAdmin],
        description="Best first, each pair by itself: for one enrollment, or for all who wait.",
    )
    assignment_proposal: AssignmentProposal | None = asked(
        resolvers.proposals.assignment_proposal, AssignmentInput, permissions=[IsProgramAdmin]
    )
    explain_pair: PairExplanation | None = field(
        resolvers.matching.explain_pair,
        permissions=[IsProgramAdmin],
        description="Why are these two paired, or not: the rule that forbids it, or what pairing "
        "them would cost the others.",
    )
    recruiting_advice: list[RecruitingAdvice] | None = field(
        resolvers.matching.recruiting_advice,
        permissions=[IsProgramAdmin],
        description="Which mentor to look for, the one who would place most waiting mentees first.",
    )
    stats: ProgramStats | None = field(resolvers.programs.stats, permissions=[IsProgramAdmin])
    results: ProgramResults | None = field(resolvers.programs.results, permissions=[IsProgramAdmin])
    audit_log: AuditEntryConnection | None = field(
        resolvers.programs.audit_log, permissions=[IsProgramAdmin], description="Oldest first."
    )


@strawberry.type
class ProgramConnection(Connection[Program]): ...


@strawberry.input
class CreateProgramInput:
    group_id: ID
    template_key: ID
    title: str | None = UNSET
    description: str | None = UNSET
    topics: list[str] | None = UNSET
    duration_weeks: int | None = UNSET
    default_capacity: int | None = UNSET
    requires_consent: bool | None = UNSET
    check_in_weekday: Weekday | None = UNSET
    locale: Locale | None = UNSET


@strawberry.input
class CopyProgramInput:
    program_id: ID
    title: str | None = strawberry.field(
        default=UNSET, description="That of the program copied, unless said otherwise."
    )


@strawberry.input(description="What is left out, or null, stays as it was.")
class UpdateProgramInput:
    program_id: ID
    title: str | None = UNSET
    description: str | None = UNSET
    topics: list[str] | None = UNSET
    duration_weeks: int | None = UNSET
    default_capacity: int | None = UNSET
    requires_consent: bool | None = UNSET
    check_in_weekday: Weekday | None = UNSET


@strawberry.input
class ProgramStepInput:
    id: ID | None = UNSET
    week: int
    title: str
    prompt: str


@strawberry.input
class SetProgramStepsInput:
    program_id: ID
    steps: list[ProgramStepInput]


@strawberry.input
class EnrollmentQuestionInput:
    key: ID
    role: ProgramRole | None = UNSET
    text: str
    required: bool


@strawberry.input
class SetProgramQuestionsInput:
    program_id: ID
    questions: list[EnrollmentQuestionInput]


@strawberry.type
class ProgramPayload:
    program: Program | None
    errors: list[UserError]
