"""Enrollments: one's own, and those an admin decides on."""

from typing import Protocol
from uuid import UUID

from strawberry import ID

from domain import enrollment_decisions, enrollments
from domain.enrollment_form import EnrollmentForm, GivenAnswer
from domain.transitions import EnrollmentEvent
from models.enrollments import EnrollmentRow, visible_to
from models.ids import id_of
from models.programs import ProgramRole, ProgramRow
from resolvers import programs
from resolvers.arguments import taking
from resolvers.context import Info, viewer_of
from resolvers.ids import demand_id
from resolvers.loading import loaded


class AnswerInput(Protocol):
    question_key: ID
    text: str


async def by_id(info: Info, id: UUID | None) -> EnrollmentRow | None:
    return await loaded(info, "enrollment", visible_to, "e.id", id)


async def program(root: EnrollmentRow, info: Info) -> ProgramRow | None:
    return await programs.by_id(info, root.program_id)


def form_of(
    topics: list[str] | None,
    goal: str | None,
    answers: list[AnswerInput] | None,
    capacity: int | None,
    languages: list[str] | None,
    time_zone: str | None,
) -> EnrollmentForm:
    """What somebody says of themselves, as the rules have it."""
    given = None if answers is None else [GivenAnswer(a.question_key, a.text) for a in answers]
    return EnrollmentForm(topics, goal, given, capacity, languages, time_zone)


@taking(form_of)
async def enroll(
    info: Info, program_id: ID, role: ProgramRole, form: EnrollmentForm
) -> EnrollmentRow:
    program = demand_id("program", program_id, "programId")
    return await enrollments.enroll(viewer_of(info), program, role, form)


@taking(form_of)
async def update(info: Info, enrollment_id: ID, form: EnrollmentForm) -> EnrollmentRow:
    enrollment = demand_id("enrollment", enrollment_id, "enrollmentId")
    return await enrollments.update(viewer_of(info), enrollment, form)


async def withdraw(info: Info, enrollment_id: ID) -> EnrollmentRow:
    enrollment = demand_id("enrollment", enrollment_id, "enrollmentId")
    return await enrollments.withdraw(viewer_of(info), enrollment)


async def approve(info: Info, enrollment_ids: list[ID]) -> list[EnrollmentRow]:
    return await _decide(info, enrollment_ids, EnrollmentEvent.APPROVE)


async def decline(info: Info, enrollment_ids: list[ID]) -> list[EnrollmentRow]:
    return await _decide(info, enrollment_ids, EnrollmentEvent.DECLINE)


async def reconsider(info: Info, enrollment_ids: list[ID]) -> list[EnrollmentRow]:
    return await _decide(info, enrollment_ids, EnrollmentEvent.RECONSIDER)


async def _decide(
    info: Info, enrollment_ids: list[ID], event: EnrollmentEvent
) -> list[EnrollmentRow]:
    ids = [id_of("enrollment", id) for id in enrollment_ids]
    return await enrollment_decisions.decide(viewer_of(info), ids, event)
