"""Who did what: one row for every change, written in its transaction."""

from collections.abc import Mapping
from uuid import UUID

import orjson

from domain.clock import clock
from models.database import execute
from models.ids import new_id


async def record(
    action: str,
    *,
    actor: UUID | None,
    group: UUID | None = None,
    program: UUID | None = None,
    subject: str | None = None,
    details: Mapping[str, object] | None = None,
) -> None:
    """Writes down that `actor` (None: time itself) did `action`; details hold states and settings,
    never what people wrote."""
    await record_all(
        action, actor=actor, group=group, program=program, subjects=[(subject, details or {})]
    )


async def record_all(
    action: str,
    *,
    actor: UUID | None,
    group: UUID | None = None,
    program: UUID | None = None,
    subjects: list[tuple[str | None, Mapping[str, object]]],
) -> None:
    """The same, for one action on many subjects, in one statement."""
    await execute(
        """INSERT INTO audit_entries (id, at, actor_id, group_id, program_id, action, subject,
                                      details)
           SELECT unnest($1::uuid[]), $2, $3, $4, $5, $6, unnest($7::text[]),
               unnest($8::jsonb[])""",
        [new_id() for _ in subjects],
        clock.now(),
        actor,
        group,
        program,
        action,
        [subject for subject, _ in subjects],
        [orjson.dumps(details).decode() for _, details in subjects],
    )
