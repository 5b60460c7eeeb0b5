"""Mentorship programs of a group."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import orjson
from msgspec import Struct
from tortoise import fields
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.models import Model

from models.admins import admin_of_group
from models.groups import Group
from models.ids import new_id
from models.reading import Part, Read


class ProgramTheme(StrEnum):
    CAREER_ADVANCEMENT = "CAREER_ADVANCEMENT"
    SKILL_BUILDING = "SKILL_BUILDING"
    ENCOURAGEMENT_AND_SUPPORT = "ENCOURAGEMENT_AND_SUPPORT"


class ProgramStatus(StrEnum):
    DRAFT = "DRAFT"
    OPEN = "OPEN"
    CLOSED = "CLOSED"
    ARCHIVED = "ARCHIVED"


class ProgramRole(StrEnum):
    MENTOR = "MENTOR"
    MENTEE = "MENTEE"


class Weekday(StrEnum):
    MONDAY = "MONDAY"
    TUESDAY = "TUESDAY"
    WEDNESDAY = "WEDNESDAY"
    THURSDAY = "THURSDAY"
    FRIDAY = "FRIDAY"
    SATURDAY = "SATURDAY"
    SUNDAY = "SUNDAY"


class Program(Model):
    id = fields.UUIDField(primary_key=True, default=new_id)
    group: fields.ForeignKeyRelation[Group] = fields.ForeignKeyField(
        "models.Group", related_name="programs", on_delete=fields.RESTRICT
    )
    template_key = fields.TextField()
    theme = fields.CharEnumField(ProgramTheme, description="ProgramTheme", max_length=40)
    title = fields.TextField()
    description = fields.TextField()
    status = fields.CharEnumField(
        ProgramStatus, description="ProgramStatus", max_length=20, default=ProgramStatus.DRAFT
    )
    topics: fields.Field[list[str]] = ArrayField("text", default=list)
    duration_weeks = fields.SmallIntField()
    default_capacity = fields.SmallIntField()
    requires_consent = fields.BooleanField()
    check_in_weekday = fields.CharEnumField(
        Weekday, description="Weekday", max_length=20, default=Weekday.MONDAY
    )
    questions: fields.Field[list[dict[str, Any]]] = fields.JSONField(default=list)
    created_at = fields.DatetimeField()

    class Meta:
        table = "programs"


@dataclass(slots=True)
class Question:
    """What an enrollment form asks; role None: asked of both."""

    key: str
    role: ProgramRole | None
    text: str
    required: bool

    @classmethod
    def of(cls, stored: dict[str, Any]) -> "Question":
        role = stored["role"]
        return cls(
            stored["key"], ProgramRole(role) if role else None, stored["text"], stored["required"]
        )

    def stored(self) -> dict[str, Any]:
        return {
            "key": self.key,
            "role": self.role,
            "text": self.text,
            "required": self.required,
        }


class ProgramRow(Struct):
    id: UUID
    group_id: UUID
    template_key: str
    theme: ProgramTheme
    title: str
    description: str
    status: ProgramStatus
    topics: list[str]
    duration_weeks: int
    default_capacity: int
    requires_consent: bool
    check_in_weekday: Weekday
    questions: list[Question]
    created_at: datetime
    viewer_is_admin: bool


_ADMIN = admin_of_group("p.group_id")
_COLUMNS = f"""p.id, p.group_id, p.template_key, p.theme, p.title, p.description, p.status,
    p.topics, p.duration_weeks, p.default_capacity, p.requires_consent, p.check_in_weekday,
    p.questions, p.created_at, {_ADMIN}"""
_VISIBLE = (f"(p.status <> 'DRAFT' OR {_ADMIN})",)
WIDTH = 15
"""How many columns a ProgramRow has."""


def visible_to(viewer: UUID) -> Read[ProgramRow]:
    """Every program that is no draft, and the drafts of the groups one is admin of."""
    return Read(build, _COLUMNS, "programs p", _VISIBLE, (viewer,))


def program_part(viewer: UUID) -> Part[Any]:
    """The program of what is read as `m`; None when the viewer may not see it."""
    read = visible_to(viewer)
    return Part(
        columns="program.*",
        width=WIDTH,
        build=lambda _, values: None if values[0] is None else build(values),
        source=f"""LEFT JOIN LATERAL (SELECT {read.columns} FROM {read.source}
            WHERE p.id = m.program_id AND {" AND ".join(read.conditions)}
            LIMIT 1) AS program ON true""",  # one there is: without it, all are read beforehand
        values=read.values,
    )


def build(values: Sequence[Any]) -> ProgramRow:
    row = ProgramRow(*values)
    row.theme = ProgramTheme(row.theme)
    row.status = ProgramStatus(row.status)
    row.check_in_weekday = Weekday(row.check_in_weekday)
    row.questions = [Question.of(q) for q in orjson.loads(values[12])]
    return row
