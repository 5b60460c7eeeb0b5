"""What moderation tells the person it acted on: the rule and the action, never who reported."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import Struct
from tortoise import fields
from tortoise.models import Model

from models.ids import new_id
from models.reading import Read
from models.reports import ModerationAction, ReportReason
from models.users import User


class Notice(Model):
    """It names no report: from a notice nothing leads back to the case."""

    id = fields.UUIDField(primary_key=True, default=new_id)
    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "models.User", related_name="notices", on_delete=fields.RESTRICT
    )
    action = fields.CharEnumField(ModerationAction, description="ModerationAction", max_length=30)
    reason = fields.CharEnumField(ReportReason, description="ReportReason", max_length=30)
    at = fields.DatetimeField()

    class Meta:
        table = "notices"


class NoticeRow(Struct):
    id: UUID
    action: ModerationAction
    reason: ReportReason
    at: datetime


def visible_to(viewer: UUID) -> Read[NoticeRow]:
    """One's own, and nobody else's."""
    return Read(
        _build,
        columns="n.id, n.action, n.reason, n.at",
        source="notices n",
        conditions=("n.user_id = {0}",),
        values=(viewer,),
    )


def _build(values: Sequence[Any]) -> NoticeRow:
    id, action, reason, at = values
    return NoticeRow(id, ModerationAction(action), ReportReason(reason), at)
