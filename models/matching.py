"""What matching reads, whole programs at a time: made into JSON by the database and handed on, so
that this process never holds thousands of rows."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from msgspec import Struct

from models.blocks import block_between
from models.database import fetch
from models.programs import ProgramRole
from models.users import TAKES_PART

_MENTOR = """json_build_array(replace({0}.id::text, '-', ''), replace({0}.user_id::text, '-', ''),
    {0}.topics, {0}.languages, {0}.time_zone, greatest({0}.capacity - {0}.places_taken, 0),
    {0}.capacity)"""
_MENTEE = """json_build_array(replace({0}.id::text, '-', ''), replace({0}.user_id::text, '-', ''),
    {0}.topics, {0}.languages, {0}.time_zone, extract(epoch FROM {0}.pool_since)::bigint)"""

_PEOPLE = """json_build_array(replace(one::text, '-', ''), replace(other::text, '-', ''))"""

_AMONG_THEM = "(other IN (SELECT user_id FROM here)) IS TRUE"
"""Written so, it is looked up in a hash table whatever the planner believes; it is no join."""


_OF_THE_GROUP = """m.program_id IN (SELECT p.id FROM programs p JOIN programs this USING (group_id)
                                 WHERE this.id = $1)"""
"""That two were paired in another group is nothing for the admins of this one."""


def _met(one: str, other: str) -> str:
    return f"""EXISTS (SELECT FROM matches m
                       WHERE ((m.mentor_id = {one} AND m.mentee_id = {other})
                           OR (m.mentor_id = {other} AND m.mentee_id = {one}))
                         AND {_OF_THE_GROUP})"""


async def pool(program: UUID, adult_by: date) -> str:
    """Approved mentors and waiting mentees, and who of them was blocked or paired before, as JSON.

    Only people who may take part: of age on `adult_by`, and not suspended. Ids are 32 hex digits.
    Who was blocked or paired is told of two people, in any order: joined to their enrollments here,
    thousands by thousands of them were compared where the planner thought that there are few.
    """
    rows = await fetch(_POOL, program, adult_by)
    text: str = rows[0][0]
    return text


_POOL = f"""
WITH here AS MATERIALIZED (
    SELECT e.id, e.user_id, e.role, e.topics, e.languages, e.time_zone, e.capacity,
           e.places_taken, e.pool_since
    FROM enrollments e JOIN users u ON u.id = e.user_id
    WHERE e.program_id = $1 AND e.status = 'APPROVED'
      AND (e.role = 'MENTOR' OR e.places_taken = 0) AND {TAKES_PART}),
mentors AS MATERIALIZED (SELECT * FROM here WHERE role = 'MENTOR'),
mentees AS MATERIALIZED (SELECT * FROM here WHERE role = 'MENTEE'),
met AS (
    SELECT DISTINCT m.* FROM here, LATERAL (
        SELECT m.mentor_id AS one, m.mentee_id AS other FROM matches m
        WHERE m.mentor_id = here.user_id AND {_OF_THE_GROUP} OFFSET 0) m WHERE {_AMONG_THEM}),
apart AS (
    SELECT DISTINCT b.* FROM here, LATERAL (
        SELECT b.blocker_id AS one, b.blocked_id AS other FROM blocks b
        WHERE b.blocker_id = here.user_id OFFSET 0) b WHERE {_AMONG_THEM})
SELECT json_build_object(
    'mentors', (SELECT coalesce(json_agg({_MENTOR.format("g")}), '[]') FROM mentors g),
    'mentees', (SELECT coalesce(json_agg({_MENTEE.format("w")}), '[]') FROM mentees w),
    'met', (SELECT coalesce(json_agg({_PEOPLE}), '[]') FROM met),
    'blocked', (SELECT coalesce(json_agg({_PEOPLE}), '[]') FROM apart)
)::text"""


async def roles(program: UUID, enrollments: Collection[UUID]) -> dict[UUID | None, ProgramRole]:
    """The roles of those of these enrollments that are of the program."""
    rows: list[Any] = await fetch(
        "SELECT id, role FROM enrollments WHERE program_id = $1 AND id = ANY ($2::uuid[])",
        *(program, list(enrollments)),
    )
    return {id: ProgramRole(role) for id, role in rows}


class PairRow(Struct):
    """Two enrollments of a program that somebody asks about; their facts are JSON, as in the pool.

    `wrong_roles` and `unapproved` are said of the mentor's and of the mentee's; `barred`: one of
    the two people may not take part.
    """

    mentor: UUID
    mentee: UUID
    mentor_user: UUID
    mentee_user: UUID
    wrong_roles: list[bool]
    unapproved: list[bool]
    barred: bool
    places: int
    mentee_is_paired: bool
    met: bool
    blocked: bool
    mentor_languages: list[str]
    mentee_languages: list[str]
    mentor_facts: str
    mentee_facts: str


async def pairs(
    program: UUID, wanted: Sequence[tuple[UUID | None, UUID | None]], adult_by: date
) -> list[PairRow | None]:
    """What there is to know of each pair (mentor, mentee); None where one is not of the program."""
    rows: list[Any] = await fetch(
        _PAIRS, program, adult_by, [mentor for mentor, _ in wanted], [one for _, one in wanted]
    )
    return [PairRow(*row) if row[0] is not None else None for row in rows]


_PAIRS = f"""
SELECT found.* FROM unnest($3::uuid[], $4::uuid[]) WITH ORDINALITY AS pair(mentor, mentee, n)
LEFT JOIN LATERAL (
    SELECT g.id, w.id, g.user_id, w.user_id,
           ARRAY[g.role <> 'MENTOR', w.role <> 'MENTEE'],
           ARRAY[g.status <> 'APPROVED', w.status <> 'APPROVED'],
           EXISTS (SELECT FROM users u
                   WHERE u.id IN (g.user_id, w.user_id) AND NOT ({TAKES_PART})),
           greatest(g.capacity - g.places_taken, 0), w.places_taken > 0,
           {_met("g.user_id", "w.user_id")}, {block_between("g.user_id", "w.user_id")},
           g.languages, w.languages,
           {_MENTOR.format("g")}::text, {_MENTEE.format("w")}::text
    FROM enrollments g JOIN enrollments w ON w.program_id = g.program_id
    WHERE g.id = pair.mentor AND w.id = pair.mentee AND g.program_id = $1
) AS found ON true ORDER BY pair.n"""
