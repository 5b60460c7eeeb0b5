"""Enrolling in a program, as mentor or as mentee."""

from collections.abc import Sequence
from uuid import UUID

import asyncpg

from domain.audit import record_all
from domain.clock import clock
from domain.denials import Forbidden
from domain.enrollment_form import EnrollmentForm, sealed_fields
from domain.groups import demand_mentorship
from domain.parting import end_matches_of_enrollment
from domain.refusals import (
    AlreadyEnrolled,
    EnrollmentClosed,
    NotAMember,
    NotFound,
    NotFromHere,
)
from domain.seeing import demand
from domain.transitions import ENROLLMENT, EnrollmentEvent, follow
from domain.viewer import Viewer
from models import programs
from models.database import execute, fetch, fetch_one
from models.encryption import new_data_key
from models.enrollments import EnrollmentRow, EnrollmentStatus, visible_to
from models.groups import GroupCategory
from models.ids import global_id, new_id
from models.programs import ProgramRole, ProgramRow, ProgramStatus
from models.transactions import transactional


@transactional
async def enroll(
    viewer: Viewer, program: UUID, role: ProgramRole, said: EnrollmentForm
) -> EnrollmentRow:
    """Enrolls a member in an open program, once per role; after withdrawing, the same enrollment
    takes up again. An admin approves or declines it."""
    row = await _lock_open(viewer, program)
    before = await fetch_one(
        """SELECT id, status, data_key FROM enrollments
           WHERE program_id = $1 AND user_id = $2 AND role = $3 FOR NO KEY UPDATE""",
        *(program, viewer.id, role),
    )
    if before is not None:
        status = EnrollmentStatus(before["status"])
        if status in (EnrollmentStatus.PENDING, EnrollmentStatus.APPROVED):
            raise AlreadyEnrolled("programId")
        follow(ENROLLMENT, status, EnrollmentEvent.ENROLL_AGAIN, "programId")
    enrollment = before["id"] if before else new_id()
    data_key = before["data_key"] if before else new_data_key(enrollment)
    fields = sealed_fields(row, role, said, enrollment, data_key, complete=True)
    try:
        await execute(
            """INSERT INTO enrollments (id, program_id, user_id, role, status, topics, languages,
                   time_zone, capacity, places_taken, data_key, goal, answers, enrolled_at)
               VALUES ($1, $2, $3, $4, 'PENDING', $5, $6, $7, $8, 0, $9, $10, $11, $12)
               ON CONFLICT (id) DO UPDATE SET status = 'PENDING', topics = excluded.topics,
                   languages = excluded.languages, time_zone = excluded.time_zone,
                   capacity = excluded.capacity, goal = excluded.goal,
                   answers = excluded.answers, enrolled_at = excluded.enrolled_at""",
            *(enrollment, program, viewer.id, role, fields.topics or []),
            fields.languages or viewer.user.languages or [viewer.locale.lower()],
            fields.time_zone or viewer.user.time_zone,
            fields.capacity or (row.default_capacity if role is ProgramRole.MENTOR else 1),
            *(data_key, fields.goal, fields.answers, clock.now()),
        )
    except asyncpg.UniqueViolationError:
        raise AlreadyEnrolled("programId") from None
    await _record(viewer, f"enrollment.{EnrollmentEvent.ENROLL_AGAIN}", row.id, [enrollment])
    return await _seen(viewer, enrollment)


@transactional
async def update(viewer: Viewer, enrollment: UUID, said: EnrollmentForm) -> EnrollmentRow:
    """Changes one's own enrollment. A lower capacity ends no match, it only stops new ones."""
    row = await _lock_own(viewer, enrollment)
    if row.status not in (EnrollmentStatus.PENDING, EnrollmentStatus.APPROVED):
        raise NotFromHere("enrollmentId", state=row.status)
    program = await programs.visible_to(viewer.id).where("p.id = {0}", row.program_id).first()
    if program is None or program.status is ProgramStatus.ARCHIVED:
        raise NotFromHere("enrollmentId", state=ProgramStatus.ARCHIVED)
    fields = sealed_fields(program, row.role, said, row.id, row.data_key, complete=False)
    await execute(
        """UPDATE enrollments SET topics = coalesce($2, topics),
               languages = coalesce($3, languages),
               time_zone = coalesce($4, time_zone), capacity = coalesce($5, capacity),
               goal = CASE WHEN $8 THEN $6 ELSE goal END, answers = coalesce($7, answers)
           WHERE id = $1""",
        *(row.id, fields.topics, fields.languages, fields.time_zone, fields.capacity),
        *(fields.goal, fields.answers, said.goal is not None),
    )
    await _record(viewer, "enrollment.updated", row.program_id, [row.id])
    return await _seen(viewer, enrollment)


@transactional
async def withdraw(viewer: Viewer, enrollment: UUID) -> EnrollmentRow:
    """Leaves the program in this role and ends the matches that came of it."""
    await _own(viewer, enrollment)
    await end_matches_of_enrollment(enrollment, viewer.id)
    row = await _lock_own(viewer, enrollment)
    status = follow(ENROLLMENT, row.status, EnrollmentEvent.WITHDRAW, "enrollmentId")
    await execute(
        "UPDATE enrollments SET status = $2, pool_since = NULL WHERE id = $1", enrollment, status
    )
    await _record(viewer, "enrollment.withdrawn", row.program_id, [enrollment])
    return await _seen(viewer, enrollment)


async def _lock_open(viewer: Viewer, program: UUID) -> ProgramRow:
    """The program, if the viewer may enroll in it now, and as long as this transaction takes.

    Locked before it is read: who leaves the group at this moment must not get in behind it.
    """
    await execute(
        """SELECT 1 FROM programs p JOIN groups g ON g.id = p.group_id WHERE p.id = $1
           FOR SHARE OF p, g""",
        program,
    )
    row = await programs.visible_to(viewer.id).where("p.id = {0}", program).first()
    facts = await fetch_one(
        """SELECT g.category, EXISTS (SELECT FROM group_members m
                                      WHERE m.group_id = g.id AND m.user_id = $2) AS is_member
           FROM groups g JOIN programs p ON p.group_id = g.id WHERE p.id = $1""",
        *(program, viewer.id),
    )
    if row is None or facts is None:
        raise NotFound("programId")
    if not facts["is_member"]:
        raise NotAMember("programId")
    if row.status is not ProgramStatus.OPEN:
        raise EnrollmentClosed("programId")
    demand_mentorship(GroupCategory(facts["category"]), "programId")
    return row


async def _lock_own(viewer: Viewer, enrollment: UUID) -> EnrollmentRow:
    await fetch("SELECT id FROM enrollments WHERE id = $1 FOR NO KEY UPDATE", enrollment)
    return await _own(viewer, enrollment)


async def _own(viewer: Viewer, enrollment: UUID) -> EnrollmentRow:
    row = await _seen(viewer, enrollment)
    if row.user.id != viewer.id:
        raise Forbidden
    return row


async def _seen(viewer: Viewer, enrollment: UUID) -> EnrollmentRow:
    return await demand(visible_to(viewer.id).where("e.id = {0}", enrollment), "enrollmentId")


async def _record(viewer: Viewer, action: str, program: UUID, enrollments: Sequence[UUID]) -> None:
    subjects: list[tuple[str | None, dict[str, object]]] = [
        (global_id("enrollment", id), {}) for id in enrollments
    ]
    await record_all(action, actor=viewer.id, program=program, subjects=subjects)  # type: ignore[arg-type]
