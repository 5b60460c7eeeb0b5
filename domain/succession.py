"""What becomes of groups when somebody is gone for good: none is left with nobody to look after it
while it has members."""

from uuid import UUID

from domain.age import last_today
from domain.audit import record
from domain.clock import clock
from models.database import fetch
from models.ids import global_id


async def leave_all_groups(person: UUID) -> None:
    """Takes a person out of all their groups.

    Where they were the only admin who is not suspended, whoever has been a member for longest
    becomes admin: of age and not suspended, if there is one. A group that nobody is left in stays,
    and its open programs close: there is nobody to decide who takes part.
    """
    await fetch(
        """SELECT g.id FROM groups g JOIN group_members m ON m.group_id = g.id
           WHERE m.user_id = $1 ORDER BY g.id FOR NO KEY UPDATE OF g""",
        person,
    )
    # Read once they are locked: they may have been taken out of one at this moment.
    mine = await fetch(
        "SELECT group_id FROM group_members WHERE user_id = $1 ORDER BY group_id", person
    )
    groups = [row["group_id"] for row in mine]
    await _name_successors(groups, person)
    await fetch(
        "DELETE FROM group_members WHERE user_id = $1 AND group_id = ANY ($2::uuid[])",
        *(person, groups),
    )
    for group in groups:
        await record("group.left", actor=person, group=group)
    await _close_programs_of_empty(groups)


async def _name_successors(groups: list[UUID], person: UUID) -> None:
    named = await fetch(
        """UPDATE group_members SET role = 'ADMIN' WHERE id IN (
               SELECT DISTINCT ON (m.group_id) m.id
               FROM group_members m JOIN users u ON u.id = m.user_id
               WHERE m.group_id = ANY ($1::uuid[]) AND m.user_id <> $2 AND m.role <> 'ADMIN'
                 AND NOT EXISTS (SELECT FROM group_members a JOIN users boss ON boss.id = a.user_id
                                 WHERE a.group_id = m.group_id AND a.user_id <> $2
                                   AND a.role = 'ADMIN'
                                   AND (boss.suspended_at IS NULL OR u.suspended_at IS NOT NULL))
               ORDER BY m.group_id, u.suspended_at IS NOT NULL,
                   NOT (u.age_known AND (u.adult_from IS NULL OR u.adult_from <= $3)),
                   m.joined_at, m.id)
           RETURNING group_id, user_id""",
        *(groups, person, last_today(clock.now())),
    )
    for row in named:
        await record(
            "group.role_set",
            actor=None,
            group=row["group_id"],
            subject=global_id("user", row["user_id"]),
            details={"role": "ADMIN"},
        )


async def _close_programs_of_empty(groups: list[UUID]) -> None:
    closed = await fetch(
        """UPDATE programs p SET status = 'CLOSED'
           WHERE p.group_id = ANY ($1::uuid[]) AND p.status = 'OPEN'
             AND NOT EXISTS (SELECT FROM group_members m WHERE m.group_id = p.group_id)
           RETURNING id, group_id""",
        groups,
    )
    for row in closed:
        await record(
            "program.closed",
            actor=None,
            group=row["group_id"],
            program=row["id"],
            subject=global_id("program", row["id"]),
        )
