"""Programs, as anybody 18 or over sees them and as their admins run them."""

from collections.abc import Awaitable, Sequence
from functools import partial
from typing import Protocol
from uuid import UUID

from strawberry import ID

from domain import program_copies, programs
from domain.programs import ProgramChange
from domain.steps import StepDraft
from domain.templates import Template, templates
from domain.transitions import ProgramEvent
from models.audit import AuditEntryRow, count_entries
from models.audit import visible_to as audit_visible_to
from models.enrollments import EnrollmentRow
from models.enrollments import visible_to as enrollments_visible_to
from models.groups import GroupRow
from models.ids import id_of
from models.programs import ProgramRole, ProgramRow, Question, visible_to
from models.results import ProgramResultsRow, results_of_programs
from models.statistics import ProgramStatsRow, stats_of_programs
from models.steps import ProgramStepRow, steps_of_programs
from models.users import Locale
from resolvers import groups
from resolvers.arguments import taking
from resolvers.context import Info, viewer_of
from resolvers.ids import demand_id
from resolvers.loading import loaded, reader
from resolvers.pages import Connection, page_of, window

PROGRAM = "program"


async def by_id(info: Info, id: UUID | None) -> ProgramRow | None:
    return await loaded(info, PROGRAM, visible_to, "p.id", id)


def known_or_read(info: Info, id: UUID) -> ProgramRow | Awaitable[ProgramRow | None] | None:
    """The same, at once if it was read with something else."""
    return info.context.loaders.ask(PROGRAM, reader(info, visible_to, "p.id"), id, lambda row: row)


async def group(root: ProgramRow, info: Info) -> GroupRow | None:
    return await groups.by_id(info, root.group_id)


def template(root: ProgramRow) -> Template:
    return templates()[root.template_key]


async def steps(root: ProgramRow, info: Info) -> list[ProgramStepRow]:
    async def read(ids: Sequence[UUID]) -> dict[UUID, list[ProgramStepRow]]:
        return await steps_of_programs(list(ids))

    return await info.context.loaders.load("program.steps", read, root.id) or []


async def viewer_enrollments(root: ProgramRow, info: Info) -> list[EnrollmentRow]:
    viewer = viewer_of(info)

    async def read(ids: Sequence[UUID]) -> dict[UUID, list[EnrollmentRow]]:
        mine = enrollments_visible_to(viewer.id).where("e.user_id = {0}", viewer.id)
        rows = await mine.where("e.program_id = ANY ({0}::uuid[])", list(ids)).all("e.id")
        return {id: [row for row in rows if row.program_id == id] for id in ids}

    return await info.context.loaders.load("program.viewerEnrollments", read, root.id) or []


async def stats(root: ProgramRow, info: Info) -> ProgramStatsRow | None:
    async def read(ids: Sequence[UUID]) -> dict[UUID, ProgramStatsRow]:
        return await stats_of_programs(list(ids))

    return await info.context.loaders.load("program.stats", read, root.id)


async def results(root: ProgramRow, info: Info) -> ProgramResultsRow | None:
    async def read(ids: Sequence[UUID]) -> dict[UUID, ProgramResultsRow]:
        return await results_of_programs(list(ids))

    return await info.context.loaders.load("program.results", read, root.id)


async def audit_log(
    root: ProgramRow,
    info: Info,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> Connection[AuditEntryRow]:
    """What was done in the program, oldest first."""
    viewer = viewer_of(info).id
    return await page_of(
        info,
        root.id,
        audit_visible_to(viewer),
        column="a.program_id",
        key="a.id",
        wanted=window(first, after, last, before),
        question="program.auditLog",
        counts=partial(count_entries, viewer),
    )


@taking(ProgramChange)
async def create(
    info: Info, group_id: ID, template_key: ID, locale: Locale | None, change: ProgramChange
) -> ProgramRow:
    group = demand_id("group", group_id, "groupId")
    language = locale or info.context.locale
    return await programs.create_program(viewer_of(info), group, template_key, change, language)


async def copy(info: Info, program_id: ID, title: str | None) -> ProgramRow:
    program = demand_id("program", program_id, "programId")
    return await program_copies.copy_program(viewer_of(info), program, title)


@taking(ProgramChange)
async def update(info: Info, program_id: ID, change: ProgramChange) -> ProgramRow:
    program = demand_id("program", program_id, "programId")
    return await programs.update_program(viewer_of(info), program, change)


class StepInput(Protocol):
    id: ID | None
    week: int
    title: str
    prompt: str


async def set_steps(info: Info, program_id: ID, steps: list[StepInput]) -> ProgramRow:
    drafts = [_draft(step) for step in steps]
    program = demand_id("program", program_id, "programId")
    return await programs.set_steps(viewer_of(info), program, drafts)


class QuestionInput(Protocol):
    key: ID
    role: ProgramRole | None
    text: str
    required: bool


async def set_questions(info: Info, program_id: ID, questions: list[QuestionInput]) -> ProgramRow:
    asked = [Question(q.key, q.role or None, q.text, q.required) for q in questions]
    program = demand_id("program", program_id, "programId")
    return await programs.set_questions(viewer_of(info), program, asked)


async def open_program(info: Info, program_id: ID) -> ProgramRow:
    return await _change(info, program_id, ProgramEvent.OPEN)


async def close_program(info: Info, program_id: ID) -> ProgramRow:
    return await _change(info, program_id, ProgramEvent.CLOSE)


async def archive_program(info: Info, program_id: ID) -> ProgramRow:
    return await _change(info, program_id, ProgramEvent.ARCHIVE)


async def _change(info: Info, program_id: ID, event: ProgramEvent) -> ProgramRow:
    program = demand_id("program", program_id, "programId")
    return await programs.change_status(viewer_of(info), program, event)


def _draft(step: StepInput) -> StepDraft | None:
    id = id_of("step", step.id) if step.id else None
    if step.id and id is None:
        return None
    return StepDraft(id, step.week, step.title, step.prompt)
