"""Weekly check-ins of a pair, and the sealed answers of the two."""

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import orjson
from msgspec import Struct
from tortoise import fields
from tortoise.models import Model

from models.encryption import Sealed
from models.ids import new_id
from models.matches import (
    MATCH_COLUMNS,
    MATCH_SOURCE,
    MATCH_WIDTH,
    OF_PAIR,
    WRITABLE,
    Match,
    MatchRow,
    listed,
)
from models.matches import build as build_match
from models.reading import Part, Read
from models.users import User


class CheckInStatus(StrEnum):
    OPEN = "OPEN"
    COMPLETED = "COMPLETED"
    MISSED = "MISSED"


class CheckIn(Model):
    """One week of a pair; when it opens and is due follows from its date alone."""

    id = fields.UUIDField(primary_key=True, default=new_id)
    match: fields.ForeignKeyRelation[Match] = fields.ForeignKeyField(
        "models.Match", related_name="check_ins", on_delete=fields.RESTRICT
    )
    week = fields.IntField()
    date = fields.DateField()
    status = fields.CharEnumField(
        CheckInStatus, description="CheckInStatus", max_length=20, default=CheckInStatus.OPEN
    )

    class Meta:
        table = "check_ins"


class CheckInSchedule(Model):
    """Which check-in a match has next, from its start to its end: the database sees to that."""

    match_id = fields.UUIDField(primary_key=True)
    next_week = fields.IntField()
    next_date = fields.DateField()

    class Meta:
        table = "check_in_schedules"


class CheckInAnswer(Model):
    """What one of the two answered: mood, met and note, sealed under the match's data key."""

    id = fields.UUIDField(primary_key=True, default=new_id)
    check_in: fields.ForeignKeyRelation[CheckIn] = fields.ForeignKeyField(
        "models.CheckIn", related_name="answers", on_delete=fields.RESTRICT
    )
    match: fields.ForeignKeyRelation[Match] = fields.ForeignKeyField(
        "models.Match", related_name="check_in_answers", on_delete=fields.RESTRICT
    )
    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "models.User", related_name="check_in_answers", on_delete=fields.RESTRICT
    )
    content = fields.BinaryField()
    answered_at = fields.DatetimeField()

    class Meta:
        table = "check_in_answers"


class CheckInAnswerRow(Struct, frozen=True):
    mood: int
    met: bool
    note: str | None
    answered_at: datetime


class CheckInRow(Struct):
    """A check-in as one of the two may know it: the partner's answer only once it is unsealed."""

    match: MatchRow
    id: UUID
    week: int
    date: date
    opens_at: datetime
    due_at: datetime
    status: CheckInStatus
    sealed_mine: Sequence[Any]
    sealed_partners: Sequence[Any]

    @property
    def mine(self) -> CheckInAnswerRow | None:
        """One's own answer, opened when it is asked for: one that does not open spoils no other."""
        return self._opened(self.sealed_mine)

    @property
    def partners(self) -> CheckInAnswerRow | None:
        """The partner's answer, in the same way."""
        return self._opened(self.sealed_partners)

    def _opened(self, values: Sequence[Any]) -> CheckInAnswerRow | None:
        person, content, answered_at = values
        if content is None:
            return None
        sealed = Sealed(self.match.data_key, self.match.id)
        mood, met, note = orjson.loads(sealed.open(content, _place(self.id, person)))
        return CheckInAnswerRow(mood, bool(met), note, answered_at)


def opens_at(date: str) -> str:
    """The SQL moment when a date, an SQL expression, begins in UTC+14, where days come first."""
    return f"({date} + time '00:00') AT TIME ZONE interval '14 hours'"


_OPENS = opens_at("c.date")
_FACTS = f"""c.id, c.week, c.date, {_OPENS}, {_OPENS} + interval '168 hours', c.status,
    mine.user_id, mine.content, mine.answered_at,
    theirs.user_id, theirs.content, theirs.answered_at"""
NOT_CUT_OFF = f"""(c.status = 'COMPLETED' OR m.ended_at IS NULL
    OR m.ended_at >= {_OPENS} + interval '168 hours')"""
"""What the end of the match cut off was never decided: it counts for nothing and stays sealed."""
CHECK_IN_COLUMNS = f"{MATCH_COLUMNS}, {_FACTS}"
_OWN_WIDTH = 12
CHECK_IN_WIDTH = MATCH_WIDTH + _OWN_WIDTH
_ANSWERS = f"""LEFT JOIN check_in_answers mine ON mine.check_in_id = c.id AND mine.user_id = {{0}}
    LEFT JOIN check_in_answers theirs ON theirs.check_in_id = c.id
        AND theirs.user_id <> {{0}} AND c.status <> 'OPEN' AND {NOT_CUT_OFF}"""
"""While it is open, the partner's answer is not even read, nor whether there is one."""
CHECK_IN_SOURCE = f"check_ins c JOIN ({MATCH_SOURCE}) ON m.id = c.match_id {_ANSWERS}"
_ANSWERABLE = f"c.status = 'OPEN' AND m.status IN {listed(WRITABLE)}"
"""That it takes answers now; a match has one such at most."""


def visible_to(viewer: UUID) -> Read[CheckInRow]:
    """Those of the pairs the viewer is one of the two of."""
    return Read(
        build,
        columns=CHECK_IN_COLUMNS,
        source=CHECK_IN_SOURCE,
        conditions=(OF_PAIR,),
        values=(viewer,),
    )


async def answerable(matches: Sequence[UUID], viewer: UUID) -> dict[UUID, CheckInRow]:
    """The check-in of each of these pairs that can be answered now; none where there is none."""
    read = visible_to(viewer).where("m.id = ANY ({0}::uuid[])", list(matches))
    return {row.match.id: row for row in await read.where(_ANSWERABLE).all()}


def answerable_part(viewer: UUID) -> Part[MatchRow]:
    """The same, read with each pair that the viewer is one of the two of."""
    return Part(
        columns="asked.*",
        width=_OWN_WIDTH,
        build=lambda match, columns: _build(match, columns) if columns[0] else None,
        source=f"""LEFT JOIN LATERAL (SELECT {_FACTS} FROM check_ins c {_ANSWERS}
            WHERE c.match_id = m.id AND {_ANSWERABLE} AND {OF_PAIR}) AS asked ON true""",
        values=(viewer,),
    )


def build(values: Sequence[Any]) -> CheckInRow:
    return _build(build_match(values[:MATCH_WIDTH]), values[MATCH_WIDTH:CHECK_IN_WIDTH])


def _build(match: MatchRow, values: Sequence[Any]) -> CheckInRow:
    id, week, date, opens, due, status, *answers = values
    mine, partners = answers[:3], answers[3:]
    return CheckInRow(match, id, week, date, opens, due, CheckInStatus(status), mine, partners)


def sealed_answer(
    match: MatchRow, check_in: UUID, person: UUID, *, mood: int, met: bool, note: str | None
) -> bytes:
    """What is stored of an answer; it opens again only as this person's to this check-in."""
    text = orjson.dumps([mood, int(met), note]).decode()
    return Sealed(match.data_key, match.id).seal(text, _place(check_in, person))


def _place(check_in: UUID, person: UUID) -> bytes:
    return b"check-in" + check_in.bytes + person.bytes
