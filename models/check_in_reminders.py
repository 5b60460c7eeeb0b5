"""Reminders of check-ins: those still to come, and those that people were given."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from msgspec import Struct
from tortoise import fields
from tortoise.models import Model

from models.check_ins import (
    CHECK_IN_COLUMNS,
    CHECK_IN_SOURCE,
    CHECK_IN_WIDTH,
    CheckIn,
    CheckInRow,
)
from models.check_ins import build as build_check_in
from models.ids import new_id
from models.matches import OF_PAIR, Match
from models.reading import Read
from models.users import User


class CheckInReminderKind(StrEnum):
    OPENED = "OPENED"
    LAST_CALL = "LAST_CALL"
    NUDGE = "NUDGE"
    PARTNER_SILENT = "PARTNER_SILENT"


class CheckInReminder(Model):
    """What one of the two was reminded of, at the moment it fell due by their own clock."""

    id = fields.UUIDField(primary_key=True, default=new_id)
    match: fields.ForeignKeyRelation[Match] = fields.ForeignKeyField(
        "models.Match",
        related_name="check_in_reminders",
        on_delete=fields.NO_ACTION,
        db_constraint=False,
    )
    check_in: fields.ForeignKeyRelation[CheckIn] = fields.ForeignKeyField(
        "models.CheckIn",
        related_name="reminders",
        on_delete=fields.NO_ACTION,
        db_constraint=False,
    )
    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "models.User",
        related_name="check_in_reminders",
        on_delete=fields.NO_ACTION,
        db_constraint=False,
    )
    kind = fields.CharEnumField(
        CheckInReminderKind, description="CheckInReminderKind", max_length=20
    )
    reminded_at = fields.DatetimeField()
    acknowledged_at = fields.DatetimeField(null=True)

    class Meta:
        table = "check_in_reminders"


class DueReminder(Model):
    """The next reminder of one person in one check-in, with the last call behind the first."""

    id = fields.UUIDField(primary_key=True, default=new_id)
    check_in: fields.ForeignKeyRelation[CheckIn] = fields.ForeignKeyField(
        "models.CheckIn", related_name="due_reminders", on_delete=fields.RESTRICT
    )
    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "models.User",
        related_name="due_reminders",
        on_delete=fields.NO_ACTION,
        db_constraint=False,
    )
    kind = fields.CharEnumField(
        CheckInReminderKind, description="CheckInReminderKind", max_length=20
    )
    at = fields.DatetimeField()
    last_call_at = fields.DatetimeField(null=True)

    class Meta:
        table = "due_reminders"


class CheckInReminderRow(Struct):
    check_in: CheckInRow
    id: UUID
    kind: CheckInReminderKind
    reminded_at: datetime
    acknowledged_at: datetime | None


def visible_to(viewer: UUID) -> Read[CheckInReminderRow]:
    """One's own."""
    return Read(
        build,
        columns=f"{CHECK_IN_COLUMNS}, r.id, r.kind, r.reminded_at, r.acknowledged_at",
        source=f"check_in_reminders r JOIN ({CHECK_IN_SOURCE}) ON c.id = r.check_in_id",
        conditions=("r.user_id = {0}", OF_PAIR),
        values=(viewer,),
    )


def build(values: Sequence[Any]) -> CheckInReminderRow:
    row = CheckInReminderRow(build_check_in(values), *values[CHECK_IN_WIDTH:])
    row.kind = CheckInReminderKind(row.kind)
    return row
