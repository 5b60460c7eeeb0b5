"""Cases: made by anybody, decided by the platform's moderators."""

import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry
from strawberry import ID, UNSET

import resolvers.reports
from permissions import IsModerator, IsSelfOrModerator
from resolvers.rows import (
    EvidenceRow,
    ModerationAction,
    ReportReason,
    ReportRow,
    ReportStatus,
    ReportSubjectKind,
    ResolutionRow,
    Viewer,
    global_id,
)
from schema.errors import UserError
from schema.fields import attribute, field
from schema.nodes import Node, node_id, shown
from schema.pages import CountedConnection
from schema.users import User

if TYPE_CHECKING:
    from schema.programs import Program

OF_CASE = "who made the report, and the moderators who are no part of the case"


def message_id(root: EvidenceRow) -> ID:
    return ID(global_id("message", root.message_id))


@shown(row=EvidenceRow, visible_to=OF_CASE)
class ReportEvidence:
    sender: User
    body: str
    sent_at: datetime.datetime
    message_id: ID = field(message_id)


@shown(row=ResolutionRow, visible_to="the moderators who are no part of the case")
class ReportResolution:
    action: ModerationAction
    note: str
    moderator: User


@shown(row=ReportRow, visible_to=OF_CASE)
class Report(Node):
    id: ID = node_id("report")
    reason: ReportReason
    details: str
    status: ReportStatus
    created_at: datetime.datetime
    resolved_at: datetime.datetime | None
    reporter: User | None = attribute("reporter", permissions=[IsSelfOrModerator])
    reported_user: User | None = attribute(
        "reported_user",
        permissions=[IsSelfOrModerator],
        description="Null for a program: those reported are the admins of its group.",
    )
    program: Annotated["Program", strawberry.lazy("schema.programs")] | None = field(
        resolvers.reports.program,
        permissions=[IsSelfOrModerator],
        description="Null unless a program was reported; and for who may not see it.",
    )
    evidence: list[ReportEvidence] | None = field(
        resolvers.reports.evidence,
        permissions=[IsSelfOrModerator],
        description="Copies the reporter chose to disclose, oldest first; survives edits and "
        "deletion. That it was looked at is written down.",
    )
    resolution: ReportResolution | None = attribute("resolution", permissions=[IsModerator])
    about: ReportSubjectKind = attribute(
        "about",
        description="What was reported: which of the fields of `ReportSubject` was given.",
    )
    open_actions: list[ModerationAction] | None = field(
        resolvers.reports.open_actions,
        permissions=[IsModerator],
        description="What `resolveReport` would not refuse just now: neither what the status of "
        "the report is closed to, nor what would change nothing.",
    )


@strawberry.type
class ReportConnection(CountedConnection[Report]): ...


@shown(
    row=Viewer,
    visible_to="the platform's moderators",
    description="For the platform's moderators. Group admins do not moderate: they may be the one "
    "reported. A case that the viewer is part of is not there: as reporter or reported, as one of "
    "the pair, by a block either way, as an admin of a group it is about; nor one they were once "
    "kept out of in this way.",
)
class Moderation:
    reports: ReportConnection = field(resolvers.reports.queue, description="Oldest first.")
    report: Report | None = field(resolvers.reports.one)


@strawberry.input(one_of=True, description="What is reported: exactly one of these.")
class ReportSubject:
    message_id: ID | None = UNSET
    match_id: ID | None = UNSET
    user_id: ID | None = UNSET
    program_id: ID | None = UNSET


@strawberry.input
class ReportInput:
    subject: ReportSubject
    reason: ReportReason
    details: str
    evidence_message_ids: list[ID] | None = UNSET


@strawberry.type
class ReportPayload:
    report: Report | None
    errors: list[UserError]


@strawberry.input
class ResolveReportInput:
    report_id: ID
    action: ModerationAction
    note: str
