"""Who is kept out of a case for what they are to its people, and stays out when that is over."""

from uuid import UUID

from models.database import execute
from models.reports import GROUPS_OF_CASE

OF_BLOCKS = """INSERT INTO report_parties (id, report_id, user_id, is_bystander)
    SELECT uuidv7(), party.report_id, kept.out, true
    FROM blocks b CROSS JOIN LATERAL (
        VALUES (b.blocker_id, b.blocked_id), (b.blocked_id, b.blocker_id)) AS kept(out, apart_from)
    JOIN report_parties party ON party.user_id = kept.apart_from AND NOT party.is_bystander
    WHERE {0} ORDER BY party.report_id, kept.out ON CONFLICT (report_id, user_id) DO NOTHING"""
"""Keeps the two of these blocks (`b`) out of each other's cases. To be run before they go: while
they are there, they do it by themselves."""


async def keep_out_of_cases(one: UUID, other: UUID) -> None:
    """Each of the two out of the cases that the other is part of, as their block does until now."""
    await execute(
        OF_BLOCKS.format("(b.blocker_id, b.blocked_id) IN (($1, $2), ($2, $1))"), one, other
    )


async def keep_blocked_out(report: UUID) -> None:
    """Out of this new case whoever a block keeps out, even one that is being lifted right now."""
    await execute(OF_BLOCKS.format("party.report_id = $1"), report)


async def keep_admins_out(report: UUID) -> None:
    """Out of this case whoever runs a group that it is about, even once they no longer do."""
    await execute(
        f"""INSERT INTO report_parties (id, report_id, user_id, is_bystander)
            SELECT DISTINCT ON (a.user_id) uuidv7(), r.id, a.user_id, true
            FROM reports r JOIN group_members a ON a.role = 'ADMIN'
                AND a.group_id IN ({GROUPS_OF_CASE})
            WHERE r.id = $1 ORDER BY a.user_id ON CONFLICT (report_id, user_id) DO NOTHING""",
        report,
    )
