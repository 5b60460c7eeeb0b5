"""Matches that end because something around them does: a program, an enrollment, a membership."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from domain.audit import record_all
from domain.locked_matches import lock
from domain.matches import apply
from domain.transitions import MatchEvent
from domain.viewer import Viewer
from models.database import execute, fetch
from models.endings import EndCause
from models.ids import global_id
from models.matches import LIVE


async def end_matches_of_program(viewer: Viewer, program: UUID) -> None:
    """Ends what is left of an archived program."""
    found = await fetch(
        "SELECT id FROM matches WHERE program_id = $1 AND status = ANY ($2)", program, list(LIVE)
    )
    await _end(found, actor=viewer.id, cause=EndCause.PROGRAM_ARCHIVED)


async def end_matches_of_enrollment(enrollment: UUID, person: UUID) -> None:
    """Ends the matches of somebody who withdraws: to the others, their partner ended it."""
    await _end_matches_of([enrollment], person, EndCause.BY_MEMBER)


async def end_matches_of_leaver(group: UUID, person: UUID, *, actor: UUID) -> None:
    """Ends the matches and enrollments of somebody who leaves the group, or is taken out of it."""
    own = await fetch(
        """SELECT e.id FROM enrollments e JOIN programs p ON p.id = e.program_id
           WHERE p.group_id = $1 AND e.user_id = $2""",
        *(group, person),
    )
    await _end_matches_of([row["id"] for row in own], actor, EndCause.LEFT_GROUP)
    await _withdraw([row["id"] for row in own], actor)


async def end_all_of_person(person: UUID) -> None:
    """Ends every match and enrollment of somebody whose account goes: to the others, their partner
    ended it."""
    own = await fetch("SELECT id FROM enrollments WHERE user_id = $1", person)
    await _end_matches_of([row["id"] for row in own], person, EndCause.BY_MEMBER)
    await _withdraw([row["id"] for row in own], person)


async def _withdraw(enrollments: Sequence[UUID], actor: UUID) -> None:
    left = await fetch(
        """UPDATE enrollments SET status = 'WITHDRAWN', pool_since = NULL
           WHERE id = ANY ($1::uuid[]) AND status IN ('PENDING', 'APPROVED')
           RETURNING id, program_id""",
        list(enrollments),
    )
    for program in {row["program_id"] for row in left}:
        await record_all(
            "enrollment.withdrawn",
            actor=actor,
            program=program,
            subjects=[
                (global_id("enrollment", row["id"]), {})
                for row in left
                if row["program_id"] == program
            ],
        )


async def _end_matches_of(enrollments: Sequence[UUID], actor: UUID, cause: EndCause) -> None:
    # With those they are paired with, all in one order: both of a pair may go at once.
    await execute(
        """SELECT id FROM enrollments WHERE id = ANY ($1::uuid[]) OR id IN (
               SELECT unnest(ARRAY[mentor_enrollment_id, mentee_enrollment_id]) FROM matches
               WHERE status = ANY ($2) AND (mentor_enrollment_id = ANY ($1::uuid[])
                                            OR mentee_enrollment_id = ANY ($1::uuid[])))
           ORDER BY id FOR NO KEY UPDATE""",
        *(list(enrollments), list(LIVE)),
    )
    found = await fetch(
        """SELECT id FROM matches WHERE status = ANY ($2)
               AND (mentor_enrollment_id = ANY ($1::uuid[])
                    OR mentee_enrollment_id = ANY ($1::uuid[]))""",
        *(list(enrollments), list(LIVE)),
    )
    await _end(found, actor=actor, cause=cause)


async def _end(found: Sequence[Any], *, actor: UUID, cause: EndCause) -> None:
    rows = [row for row in await lock([row["id"] for row in found]) if row.status in LIVE]
    await apply(rows, MatchEvent.END, actor=actor, cause=cause)
