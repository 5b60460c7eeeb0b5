"""Matches that nobody else changes until the transaction is over.

Locks are always taken in the same order: people, groups, enrollments, matches, each by id.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.refusals import NotFound
from domain.viewer import Viewer
from models.database import fetch
from models.matches import MatchStatus


@dataclass(slots=True)
class LockedMatch:
    """A match nobody else changes until the transaction is over."""

    id: UUID
    program_id: UUID
    mentor_id: UUID
    mentee_id: UUID
    mentee_enrollment_id: UUID
    status: MatchStatus
    created_at: datetime
    frozen_from: str | None

    @property
    def told_status(self) -> str:
        """As a program's log has it: that the match was frozen stands in none."""
        return self.frozen_from or self.status

    def has(self, person: UUID) -> bool:
        """Whether this person is one of the two."""
        return person in (self.mentor_id, self.mentee_id)


async def lock_of_pair(viewer: Viewer, match: UUID) -> LockedMatch:
    """The match, locked; NOT_FOUND for whoever is not one of the two."""
    rows = await lock([match])
    if not rows or not rows[0].has(viewer.id):
        raise NotFound("matchId")
    return rows[0]


async def lock(matches: Sequence[UUID], *, passing_over: bool = False) -> list[LockedMatch]:
    """These matches, locked, and before them the enrollments whose places they hold; `passing_over`
    those that somebody else holds."""
    if not matches:  # as mostly, when time has brought nothing
        return []
    held = await fetch(
        f"""SELECT id FROM enrollments WHERE id IN (
               SELECT mentor_enrollment_id FROM matches WHERE id = ANY ($1::uuid[])
               UNION ALL
               SELECT mentee_enrollment_id FROM matches WHERE id = ANY ($1::uuid[]))
           ORDER BY id FOR NO KEY UPDATE {"SKIP LOCKED" if passing_over else ""}""",
        list(matches),
    )
    if passing_over:
        free = await fetch(
            """SELECT id FROM matches WHERE id = ANY ($1::uuid[])
                   AND mentor_enrollment_id = ANY ($2) AND mentee_enrollment_id = ANY ($2)""",
            *(list(matches), [row["id"] for row in held]),
        )
        matches = [row["id"] for row in free]
    return await lock_without_places(matches, passing_over=passing_over)


async def lock_without_places(
    matches: Sequence[UUID], *, passing_over: bool = False
) -> list[LockedMatch]:
    """These matches, locked, for changes that neither take a place nor free one."""
    rows = await fetch(
        f"""SELECT id, program_id, mentor_id, mentee_id, mentee_enrollment_id, status, created_at,
                  frozen_from
           FROM matches WHERE id = ANY ($1::uuid[])
           ORDER BY id FOR NO KEY UPDATE {"SKIP LOCKED" if passing_over else ""}""",
        list(matches),
    )
    locked = [LockedMatch(*row) for row in rows]
    for row in locked:
        row.status = MatchStatus(row.status)
    return locked
