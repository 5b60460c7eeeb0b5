"""Cases: those one has made, and those one may decide."""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from strawberry import ID

from domain import moderation as decisions
from domain import reports as rules
from domain.open_actions import open_actions as open_to
from domain.subjects import Subject
from domain.viewer import Viewer
from models.evidence import EvidenceRow
from models.ids import id_of
from models.programs import ProgramRow
from models.reports import (
    ModerationAction,
    ReportReason,
    ReportRow,
    ReportStatus,
    handled_by,
    visible_to,
)
from resolvers import programs
from resolvers.context import Info, viewer_of
from resolvers.ids import demand_id
from resolvers.loading import loaded
from resolvers.pages import Connection, page, window


class SubjectInput(Protocol):
    message_id: ID | None
    match_id: ID | None
    user_id: ID | None
    program_id: ID | None


def moderation(info: Info) -> Viewer:
    return viewer_of(info)


async def own(
    root: Viewer,
    info: Info,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> Connection[ReportRow]:
    """The reports one has made."""
    read = visible_to(root.id).where("r.reporter_id = {0}", root.id)
    return await page(read, "r.id", window(first, after, last, before))


async def queue(
    info: Info,
    status: list[ReportStatus] | None = None,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> Connection[ReportRow]:
    """Oldest first."""
    read = handled_by(viewer_of(info).id)
    if status is not None:
        read = read.where("r.status = ANY ({0})", list(status))
    return await page(read, "r.id", window(first, after, last, before))


async def one(info: Info, id: ID) -> ReportRow | None:
    return await loaded(info, "moderation.report", handled_by, "r.id", id_of("report", id))


async def by_id(info: Info, id: UUID | None) -> ReportRow | None:
    return await loaded(info, "report", visible_to, "r.id", id)


async def program(root: ReportRow, info: Info) -> ProgramRow | None:
    """What was reported, for adults: to others programs are not shown anywhere."""
    return await programs.by_id(info, root.program_id) if viewer_of(info).is_adult else None


async def evidence(root: ReportRow, info: Info) -> list[EvidenceRow]:
    viewer = viewer_of(info)

    async def read(reports: Sequence[UUID]) -> dict[UUID, list[EvidenceRow]]:
        return await rules.disclosed(viewer, list(reports))

    return await info.context.loaders.load("report.evidence", read, root.id) or []


async def open_actions(root: ReportRow, info: Info) -> list[ModerationAction]:
    found = await info.context.loaders.load("report.openActions", open_to, root.id)
    return found or []


async def report(
    info: Info,
    subject: SubjectInput,
    reason: ReportReason,
    details: str,
    evidence_message_ids: list[ID] | None,
) -> ReportRow:
    chosen = [id_of("message", id) for id in evidence_message_ids or ()]
    return await rules.report(viewer_of(info), _subject(subject), reason, details, chosen)


async def resolve(info: Info, report_id: ID, action: ModerationAction, note: str) -> ReportRow:
    report = demand_id("report", report_id, "reportId")
    return await decisions.resolve(viewer_of(info), report, action, note)


def _subject(given: SubjectInput) -> Subject:
    if given.message_id is not None:
        return Subject(message=demand_id("message", given.message_id, "subject", "messageId"))
    if given.match_id is not None:
        return Subject(match=demand_id("match", given.match_id, "subject", "matchId"))
    if given.user_id is not None:
        return Subject(user=demand_id("user", given.user_id, "subject", "userId"))
    program = demand_id("program", given.program_id or "", "subject", "programId")
    return Subject(program=program)
