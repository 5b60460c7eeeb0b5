"""Finds what the tour's operations are about, as the database holds it at the moment."""

from dataclasses import dataclass

from models.database import fetch_one
from models.groups import GroupCategory
from models.ids import global_id
from resolvers.cursors import place_cursor


@dataclass(frozen=True, slots=True)
class Conversation:
    """A pair that may write: its match, the step it is at, and how far it has come."""

    match: str
    step: str | None
    last_number: int
    shortly_before: str
    """A cursor behind which the last three things happened."""


async def conversation(mentor: str, mentee: str) -> Conversation | None:
    """That of these two, by their addresses, unless it is over."""
    row = await fetch_one(
        """SELECT m.id,
                  (SELECT s.id FROM program_steps s WHERE s.program_id = m.program_id
                       AND NOT EXISTS (SELECT FROM step_completions c
                                       WHERE c.match_id = m.id AND c.step_id = s.id)
                   ORDER BY s.position LIMIT 1),
                  m.last_number, m.last_seq
           FROM matches m JOIN users a ON a.id = m.mentor_id JOIN users b ON b.id = m.mentee_id
           WHERE a.email = $1 AND b.email = $2 AND m.status IN ('ACTIVE', 'PAUSED')
           ORDER BY m.id DESC LIMIT 1""",
        *(mentor, mentee),
    )
    if row is None:
        return None
    match, step, last_number, last_seq = row
    return Conversation(
        global_id("match", match),
        global_id("step", step) if step else None,
        last_number,
        place_cursor(match, max(last_seq - 3, 0)),
    )


async def check_in(person: str) -> str | None:
    """An open check-in that this person may answer."""
    return await _id(
        "checkin",
        """SELECT c.id FROM check_ins c JOIN matches m ON m.id = c.match_id
           JOIN users u ON u.id IN (m.mentor_id, m.mentee_id)
           WHERE u.email = $1 AND c.status = 'OPEN' AND m.status IN ('ACTIVE', 'PAUSED')
           ORDER BY c.id LIMIT 1""",
        person,
    )


async def proposal(person: str) -> str | None:
    """A match that waits for this person's answer."""
    return await _id(
        "match",
        """SELECT m.id FROM matches m JOIN pair_members p ON p.match_id = m.id
           JOIN users u ON u.id = p.user_id
           WHERE u.email = $1 AND m.status = 'PROPOSED' AND p.accepted_at IS NULL
           ORDER BY m.id LIMIT 1""",
        person,
    )


async def group(admin: str, category: GroupCategory) -> str | None:
    """The group of this kind that this person looks after."""
    return await _id(
        "group",
        """SELECT g.id FROM groups g JOIN group_members m ON m.group_id = g.id
           JOIN users u ON u.id = m.user_id
           WHERE u.email = $1 AND m.role = 'ADMIN' AND g.category = $2 ORDER BY g.id LIMIT 1""",
        *(admin, category),
    )


async def program(admin: str) -> str | None:
    """The open program of this person's group."""
    return await _id(
        "program",
        """SELECT p.id FROM programs p JOIN group_members m ON m.group_id = p.group_id
           JOIN users u ON u.id = m.user_id
           WHERE u.email = $1 AND m.role = 'ADMIN' AND p.status = 'OPEN' ORDER BY p.id LIMIT 1""",
        admin,
    )


async def pending_enrollment(admin: str) -> str | None:
    """The one that has waited longest for this person's decision."""
    return await _id(
        "enrollment",
        """SELECT e.id FROM enrollments e JOIN programs p ON p.id = e.program_id
           JOIN group_members m ON m.group_id = p.group_id JOIN users u ON u.id = m.user_id
           WHERE u.email = $1 AND m.role = 'ADMIN' AND e.status = 'PENDING'
           ORDER BY e.enrolled_at LIMIT 1""",
        admin,
    )


async def pairing(admin: str) -> dict[str, object] | None:
    """The input that pairs who has waited longest with the mentor who has most places open."""
    row = await fetch_one(
        """SELECT p.id, mentor.id, mentee.id
           FROM programs p
           JOIN group_members m ON m.group_id = p.group_id JOIN users u ON u.id = m.user_id
           JOIN enrollments mentor ON mentor.program_id = p.id
           JOIN enrollments mentee ON mentee.program_id = p.id
           WHERE u.email = $1 AND m.role = 'ADMIN' AND p.status IN ('OPEN', 'CLOSED')
             AND mentor.role = 'MENTOR' AND mentor.status = 'APPROVED'
             AND mentor.places_taken < mentor.capacity
             AND mentee.role = 'MENTEE' AND mentee.status = 'APPROVED' AND mentee.places_taken = 0
             AND mentor.user_id <> mentee.user_id AND u.id NOT IN (mentor.user_id, mentee.user_id)
             AND mentor.languages && mentee.languages
             AND NOT EXISTS (SELECT FROM matches before WHERE before.mentor_id = mentor.user_id
                                                         AND before.mentee_id = mentee.user_id)
           ORDER BY p.status DESC, mentee.pool_since, mentor.capacity - mentor.places_taken DESC,
                    mentor.id LIMIT 1""",
        admin,
    )
    if row is None:
        return None
    ids = ("mentorEnrollmentId", row[1]), ("menteeEnrollmentId", row[2])
    pair = {name: global_id("enrollment", id) for name, id in ids}
    return {"programId": global_id("program", row[0]), "pairs": [pair]}


async def _id(noun: str, sql: str, *values: object) -> str | None:
    row = await fetch_one(sql, *values)
    return global_id(noun, row[0]) if row else None
