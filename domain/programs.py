"""Programs: opened by a group's admins from a template, changed as they like."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

import orjson

from domain.audit import record
from domain.clock import clock
from domain.denials import Forbidden
from domain.form import Form
from domain.groups import demand_mentorship, is_admin
from domain.parting import end_matches_of_program
from domain.refusals import NoSteps, NotFound, NotFromHere
from domain.seeing import demand
from domain.steps import StepDraft, copy_steps, pace_steps, replace_steps
from domain.templates import templates
from domain.transitions import PROGRAM, ProgramEvent, follow
from domain.viewer import Viewer
from models.database import execute, fetch_one
from models.groups import GroupCategory
from models.ids import global_id, new_id
from models.programs import (
    ProgramRole,
    ProgramRow,
    ProgramStatus,
    Question,
    Weekday,
    visible_to,
)
from models.transactions import transactional
from models.users import Locale

_QUESTIONS_AT_MOST = 20


@dataclass(frozen=True, slots=True)
class ProgramChange:
    """What an admin sets of a program; None: leave it, or as the template says."""

    title: str | None = None
    description: str | None = None
    topics: list[str] | None = None
    duration_weeks: int | None = None
    default_capacity: int | None = None
    requires_consent: bool | None = None
    check_in_weekday: Weekday | None = None

    def checked(self) -> "ProgramChange":
        """The same, cleaned; raises what is wrong."""
        form = Form()
        title, description, topics = self.title, self.description, self.topics
        if title is not None:
            title = form.text(title, "title", longest=120)
        if description is not None:
            description = form.text(description, "description", longest=5000, shortest=0)
        if topics is not None:
            topics = form.topics(topics, "topics")
        if self.duration_weeks is not None:
            form.number(self.duration_weeks, "durationWeeks", low=1, high=52)
        if self.default_capacity is not None:
            form.number(self.default_capacity, "defaultCapacity", low=1, high=100)
        form.check()
        return replace(self, title=title, description=description, topics=topics)


@transactional
async def create_program(
    viewer: Viewer, group: UUID, template_key: str, change: ProgramChange, locale: Locale
) -> ProgramRow:
    """A draft with the template's steps and questions in one language. Only in eligible groups."""
    found = await fetch_one("SELECT category FROM groups WHERE id = $1 FOR SHARE", group)
    if found is None:
        raise NotFound("groupId")
    if not await is_admin(group, viewer.id):
        raise Forbidden
    demand_mentorship(GroupCategory(found["category"]), "groupId")
    template = templates().get(template_key)
    if template is None:
        raise NotFound("templateKey")
    said = change.checked()
    duration = said.duration_weeks or template.duration_weeks
    topics = [t.in_(locale) for t in template.topics] if said.topics is None else said.topics
    questions = [
        Question(q.key, q.role, q.text.in_(locale), q.required) for q in template.questions
    ]
    description = template.description.in_(locale) if said.description is None else said.description
    program = new_id()
    await execute(
        """INSERT INTO programs (id, group_id, template_key, theme, title, description, status,
               topics, duration_weeks, default_capacity, requires_consent, check_in_weekday,
               questions, created_at)
           VALUES ($1, $2, $3, $4, $5, $6, 'DRAFT', $7, $8, $9, $10, $11, $12, $13)""",
        *(program, group, template.key, template.theme),
        *(said.title or template.title.in_(locale), description, topics, duration),
        *(said.default_capacity or 1, said.requires_consent or False),
        *(said.check_in_weekday or Weekday.MONDAY, _stored(questions), clock.now()),
    )
    await copy_steps(template, program, duration, locale)
    await _record(viewer, "program.created", program, group, template=template.key)
    return await _seen(viewer, program)


@transactional
async def update_program(viewer: Viewer, program: UUID, change: ProgramChange) -> ProgramRow:
    """Changes an unarchived program. Another duration paces the steps anew."""
    row = await _lock_unarchived(viewer, program)
    said = change.checked()
    await execute(
        """UPDATE programs SET title = coalesce($2, title), description = coalesce($3, description),
               topics = coalesce($4, topics), duration_weeks = coalesce($5, duration_weeks),
               default_capacity = coalesce($6, default_capacity),
               requires_consent = coalesce($7, requires_consent),
               check_in_weekday = coalesce($8, check_in_weekday)
           WHERE id = $1""",
        *(program, said.title, said.description, said.topics, said.duration_weeks),
        *(said.default_capacity, said.requires_consent, said.check_in_weekday),
    )
    if said.duration_weeks and said.duration_weeks != row.duration_weeks:
        await pace_steps(program, row.duration_weeks, said.duration_weeks)
    await _record(viewer, "program.updated", program, row.group_id)
    return await _seen(viewer, program)


@transactional
async def set_questions(viewer: Viewer, program: UUID, questions: Sequence[Question]) -> ProgramRow:
    """Replaces what enrolling asks. Answers given before stay with the question as it was asked."""
    row = await _lock_unarchived(viewer, program)
    form = Form()
    form.count(questions, "questions", most=_QUESTIONS_AT_MOST)
    form.check()
    keys: set[str] = set()
    for i, question in enumerate(questions):
        form.key(question.key, keys, "questions", str(i), "key")
        question.text = form.text(question.text, "questions", str(i), "text", longest=500)
    form.check()
    await execute("UPDATE programs SET questions = $2 WHERE id = $1", program, _stored(questions))
    await _record(viewer, "program.questions_set", program, row.group_id, count=len(questions))
    return await _seen(viewer, program)


@transactional
async def set_steps(
    viewer: Viewer, program: UUID, drafts: Sequence[StepDraft | None]
) -> ProgramRow:
    """Replaces the program's steps; its pairs go on from what they have done."""
    row = await _lock_unarchived(viewer, program)
    await replace_steps(program, row.duration_weeks, drafts)
    await _record(viewer, "program.steps_set", program, row.group_id, count=len(drafts))
    return await _seen(viewer, program)


@transactional
async def change_status(viewer: Viewer, program: UUID, event: ProgramEvent) -> ProgramRow:
    """Opens, closes or archives. Opening needs a step and an eligible group; archiving ends every
    match that is left."""
    row = await lock_as_admin(viewer, program)
    status = follow(PROGRAM, row.status, event, "programId")
    if event is ProgramEvent.OPEN:
        facts = await fetch_one(
            """SELECT category,
                      EXISTS (SELECT FROM program_steps WHERE program_id = $2) AS has_steps
               FROM groups WHERE id = $1 FOR SHARE""",
            *(row.group_id, program),
        )
        if facts is None or not facts["has_steps"]:
            raise NoSteps("programId")
        demand_mentorship(GroupCategory(facts["category"]), "programId")
    await execute("UPDATE programs SET status = $2 WHERE id = $1", program, status)
    if event is ProgramEvent.ARCHIVE:
        await end_matches_of_program(viewer, program)
    await _record(viewer, f"program.{event}", program, row.group_id)
    return await _seen(viewer, program)


async def lock_as_admin(viewer: Viewer, program: UUID) -> ProgramRow:
    """The program, locked against other changes of it; NOT_FOUND or FORBIDDEN for others.

    Locked before it is read: what is decided on must be what the change before this one left.
    """
    await execute("SELECT 1 FROM programs WHERE id = $1 FOR NO KEY UPDATE", program)
    row = await _seen(viewer, program)
    if not row.viewer_is_admin:
        raise Forbidden
    return row


def questions_for(program: ProgramRow, role: ProgramRole) -> list[Question]:
    """What enrolling in this role asks."""
    return [q for q in program.questions if q.role in (None, role)]


async def _lock_unarchived(viewer: Viewer, program: UUID) -> ProgramRow:
    row = await lock_as_admin(viewer, program)
    if row.status is ProgramStatus.ARCHIVED:
        raise NotFromHere("programId", state=row.status)
    return row


def _stored(questions: Sequence[Question]) -> str:
    return orjson.dumps([q.stored() for q in questions]).decode()


async def _record(
    viewer: Viewer, action: str, program: UUID, group: UUID, **details: object
) -> None:
    await record(
        action,
        actor=viewer.id,
        group=group,
        program=program,
        subject=global_id("program", program),
        details=details,
    )


async def _seen(viewer: Viewer, program: UUID) -> ProgramRow:
    return await demand(visible_to(viewer.id).where("p.id = {0}", program), "programId")
