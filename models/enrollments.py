"""People enrolled in programs, as mentor or mentee."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import repeat
from typing import Any
from uuid import UUID

import orjson
from msgspec import Struct
from tortoise import fields
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.models import Model

from models.admins import admin_of_group, admin_of_program
from models.database import fetch
from models.encryption import Sealed, opened
from models.ids import new_id
from models.lists import Lists
from models.programs import Program, ProgramRole, ProgramRow, Question
from models.reading import Part, Read, Window
from models.users import USER_WIDTH, User, UserRow, each_user_column


class EnrollmentStatus(StrEnum):
    PENDING = "PENDING"
    APPROVED = "APPROVED"
    DECLINED = "DECLINED"
    WITHDRAWN = "WITHDRAWN"


class Enrollment(Model):
    """One person in one program in one role. The database keeps `places_taken` from the matches."""

    id = fields.UUIDField(primary_key=True, default=new_id)
    program: fields.ForeignKeyRelation[Program] = fields.ForeignKeyField(
        "models.Program", related_name="enrollments", on_delete=fields.RESTRICT
    )
    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "models.User", related_name="enrollments", on_delete=fields.RESTRICT
    )
    role = fields.CharEnumField(ProgramRole, description="ProgramRole", max_length=20)
    status = fields.CharEnumField(EnrollmentStatus, description="EnrollmentStatus", max_length=20)
    topics: fields.Field[list[str]] = ArrayField("text", default=list)
    languages: fields.Field[list[str]] = ArrayField("text", default=list)
    time_zone = fields.TextField()
    capacity = fields.SmallIntField()
    places_taken = fields.SmallIntField(default=0)
    pool_since = fields.DatetimeField(null=True)
    data_key = fields.BinaryField()
    goal = fields.BinaryField(null=True)
    answers = fields.BinaryField(null=True)
    enrolled_at = fields.DatetimeField()

    class Meta:
        table = "enrollments"


@dataclass(slots=True)
class Answer:
    question: Question
    text: str


class EnrollmentRow(Struct):
    user: UserRow
    id: UUID
    program_id: UUID
    role: ProgramRole
    status: EnrollmentStatus
    topics: list[str]
    languages: list[str]
    time_zone: str
    capacity: int
    places_taken: int
    pool_since: datetime | None
    data_key: bytes
    sealed_goal: bytes | None
    sealed_answers: bytes | None
    enrolled_at: datetime
    viewer_is_admin: bool
    viewer_is_partner: bool
    """Of an admin, who may know as much, it is not asked."""

    @property
    def open_places(self) -> int:
        return max(0, self.capacity - self.places_taken)

    @property
    def waiting_since(self) -> datetime | None:
        """Since when a mentee is in the pool; the stored date outlives a match."""
        return None if self.places_taken else self.pool_since

    @property
    def goal(self) -> str | None:
        sealed = self.sealed_goal
        return None if sealed is None else opened(sealed, self.data_key, self.id, b"goal")

    @property
    def answers(self) -> list[Answer]:
        text = _secret(self).open_text(self.sealed_answers, b"answers")
        stored = orjson.loads(text) if text else []
        return [Answer(Question.of(a["question"]), a["text"]) for a in stored]


_STORED = (
    *each_user_column("u"),
    *("e.id", "e.program_id", "e.role", "e.status", "e.topics", "e.languages", "e.time_zone"),
    *("e.capacity", "e.places_taken", "e.pool_since", "e.data_key", "e.goal", "e.answers"),
    "e.enrolled_at",
)
"""In the order of a UserRow and an EnrollmentRow; what is not named below is read as it comes."""
_MEMBERS: dict[str, Callable[[str], StrEnum]] = {
    "e.role": {role.value: role for role in ProgramRole}.__getitem__,
    "e.status": {status.value: status for status in EnrollmentStatus}.__getitem__,
}
"""A dictionary finds a member in half the time that its class takes."""
_LISTS = frozenset(("u.languages", "e.topics", "e.languages"))
"""Column by column they come as texts: arrays of arrays would have to be of the same length."""

_ADMIN = admin_of_program("e.program_id")
_PARTNER = """EXISTS (SELECT FROM matches m
                     WHERE m.status IN ('PROPOSED', 'ACTIVE', 'PAUSED', 'FROZEN')
                       AND ((m.mentor_enrollment_id = e.id AND m.mentee_id = {0})
                            OR (m.mentee_enrollment_id = e.id AND m.mentor_id = {0})))"""
_IS_PARTNER = f"CASE WHEN {_ADMIN} THEN false ELSE {_PARTNER} END"
_COLUMNS = ", ".join((*_STORED, _ADMIN, _IS_PARTNER))
_VISIBLE = (f"(e.user_id = {{0}} OR {_ADMIN} OR {_PARTNER})",)


def visible_to(viewer: UUID) -> Read[EnrollmentRow]:
    """One's own, those in programs one is admin of, and a partner's while the match lasts: what
    somebody writes there afterwards is not for a former partner."""
    source = "enrollments e JOIN users u ON u.id = e.user_id"
    return Read(_build, _COLUMNS, source, _VISIBLE, (viewer,))


async def of_matches(matches: Sequence[UUID]) -> dict[UUID, tuple[UUID, UUID]]:
    """The ids of the mentor's and of the mentee's enrollment of each."""
    rows = await fetch(
        "SELECT id, mentor_enrollment_id, mentee_enrollment_id FROM matches "
        "WHERE id = ANY ($1::uuid[])",
        list(matches),
    )
    return {id: (mentor, mentee) for id, mentor, mentee in rows}


def page_part(read: Read[EnrollmentRow], window: Window) -> Part[ProgramRow]:
    """One page of this list for each program (`p`) that the viewer is admin of."""
    own = admin_of_group("p.group_id")  # asked first: for nobody else the list is looked through
    of_admin = read.where(own, *read.values[:1])
    lists = Lists(of_admin, "e.program_id", "e.id", window)
    return lists.part(_COLUMN_BY_COLUMN, "p.id", _build_all)


_COLUMN_BY_COLUMN = tuple(
    [f"array_to_json({each})::text" if each in _LISTS else each for each in _STORED]
)


def _build_all(columns: Sequence[Sequence[Any]]) -> list[EnrollmentRow]:
    """Of programs that the viewer is admin of."""
    found = list(map(_read_all, _STORED, columns))
    people = map(UserRow, *found[:USER_WIDTH])
    as_admin = repeat(True), repeat(False)
    return list(map(EnrollmentRow, people, *found[USER_WIDTH:], *as_admin))


def _read_all(column: str, values: Sequence[Any]) -> Iterable[Any]:
    if column in _LISTS:
        return _lists(values)
    return map(_MEMBERS[column], values) if column in _MEMBERS else values


def _lists(texts: Sequence[str]) -> Iterator[list[str]]:
    """Many people say the same: each text is read once."""
    return map({text: orjson.loads(text) for text in set(texts)}.__getitem__, texts)


def _secret(row: EnrollmentRow) -> Sealed:
    return Sealed(row.data_key, row.id)


def _build(values: Sequence[Any]) -> EnrollmentRow:
    found = list(values)
    for place, member in _PLACES:
        found[place] = member(found[place])
    return EnrollmentRow(UserRow(*found[:USER_WIDTH]), *found[USER_WIDTH:])


_PLACES = [(_STORED.index(column), member) for column, member in _MEMBERS.items()]
