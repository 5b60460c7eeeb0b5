"""Who did what in a program or group: states and settings, never what people wrote."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from msgspec import Struct
from tortoise import fields
from tortoise.models import Model

from models.admins import admin_of_group
from models.groups import Group
from models.ids import new_id
from models.programs import Program
from models.reading import Read
from models.users import IS_KNOWN, USER_WIDTH, User, UserRow, columns_if_known
from models.users import build as build_user


class AuditEntry(Model):
    id = fields.UUIDField(primary_key=True, default=new_id)
    at = fields.DatetimeField()
    actor: fields.ForeignKeyNullableRelation[User] = fields.ForeignKeyField(
        "models.User", related_name="audit_entries", on_delete=fields.RESTRICT, null=True
    )
    group: fields.ForeignKeyNullableRelation[Group] = fields.ForeignKeyField(
        "models.Group", related_name="audit_entries", on_delete=fields.RESTRICT, null=True
    )
    program: fields.ForeignKeyNullableRelation[Program] = fields.ForeignKeyField(
        "models.Program", related_name="audit_entries", on_delete=fields.RESTRICT, null=True
    )
    action = fields.TextField()
    subject = fields.TextField(null=True)
    details: fields.Field[dict[str, Any]] = fields.JSONField(default=dict)

    class Meta:
        table = "audit_entries"


class AuditEntryRow(Struct):
    id: UUID
    at: datetime
    action: str
    subject: str | None
    details: dict[str, Any]
    actor: UserRow | None


_OF_PROGRAM = "audit_entries a JOIN programs p ON p.id = a.program_id"
_ANSWER_OF_PARTNER = """a.action = 'match.accepted' AND a.actor_id IS DISTINCT FROM {0}
    AND a.subject = ANY (ARRAY(SELECT 'match_' || replace(own.match_id::text, '-', '')
                               FROM pair_members own WHERE own.user_id = {0}))"""
_SEEN = (admin_of_group("p.group_id"), f"({_ANSWER_OF_PARTNER}) IS NOT TRUE")
"""An admin of the pair is told no more of their partner's answer than whoever is none."""
_WITHOUT_ACTOR = "('match.accepted', 'match.started')"
"""Who declines is not told: it would be the one of the two who did not accept."""


def visible_to(viewer: UUID) -> Read[AuditEntryRow]:
    """The entries of programs in the groups one is admin of; of who did it and is gone from there,
    the name. Who has answered a proposal stands in the entry for their own export alone."""
    return Read(
        _build,
        columns=f"{columns_if_known('u')}, a.id, a.at, a.action, a.subject, a.details",
        source=f"""{_OF_PROGRAM} LEFT JOIN users u
            ON u.id = a.actor_id AND a.action NOT IN {_WITHOUT_ACTOR} {IS_KNOWN}""",
        conditions=_SEEN,
        values=(viewer,),
    )


async def count_entries(viewer: UUID, programs: Sequence[UUID]) -> dict[UUID, int]:
    """How long these lists are: nobody is looked at who did something."""
    every = Read(tuple, columns="1", source=_OF_PROGRAM, conditions=_SEEN, values=(viewer,))
    return await every.counts("a.program_id", programs)


def _build(values: Sequence[Any]) -> AuditEntryRow:
    id, at, action, subject, details = values[USER_WIDTH:]
    actor = build_user(values[:USER_WIDTH]) if values[0] else None
    return AuditEntryRow(id, at, action, subject, orjson.loads(details), actor)
