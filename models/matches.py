"""Pairs: a mentor and a mentee, matched by an admin."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from msgspec import Struct
from tortoise import fields
from tortoise.models import Model

from models.admins import admin_of_program
from models.encryption import Keyed, Sealed
from models.endings import EndCause, MatchEndReason
from models.enrollments import Enrollment
from models.ids import new_id
from models.programs import Program, ProgramRole, Weekday
from models.reading import Read
from models.users import USER_WIDTH, User, UserRow, user_columns


class MatchStatus(StrEnum):
    PROPOSED = "PROPOSED"
    ACTIVE = "ACTIVE"
    PAUSED = "PAUSED"
    FROZEN = "FROZEN"
    COMPLETED = "COMPLETED"
    ENDED = "ENDED"
    DECLINED = "DECLINED"
    EXPIRED = "EXPIRED"


LIVE = (MatchStatus.PROPOSED, MatchStatus.ACTIVE, MatchStatus.PAUSED, MatchStatus.FROZEN)
"""The states that hold a mentor's place; a mentee has one such match at most per enrollment."""

WRITABLE = (MatchStatus.ACTIVE, MatchStatus.PAUSED)
"""The states in which the pair may write."""


def listed(values: Iterable[StrEnum]) -> str:
    """These as a statement lists them: `('ACTIVE', 'PAUSED')`."""
    quoted = [f"'{value}'" for value in values]
    return f"({', '.join(quoted)})"


class Match(Model):
    """`last_seq` counts what happened to the pair's messages, `last_number` the messages.

    `missed_in_a_row` is that of whoever of the two has missed more check-ins; `last_completed_at`
    is when they last completed a check-in, or one of them a step. `silent_since` is set while the
    match is paused because somebody missed too many check-ins.
    The database keeps in `frozen_from` what a FROZEN match was before.
    """

    id = fields.UUIDField(primary_key=True, default=new_id)
    program: fields.ForeignKeyRelation[Program] = fields.ForeignKeyField(
        "models.Program", related_name="matches", on_delete=fields.RESTRICT
    )
    mentor: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "models.User", related_name="matches_as_mentor", on_delete=fields.RESTRICT
    )
    mentee: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "models.User", related_name="matches_as_mentee", on_delete=fields.RESTRICT
    )
    mentor_enrollment: fields.ForeignKeyRelation[Enrollment] = fields.ForeignKeyField(
        "models.Enrollment", related_name="matches_as_mentor", on_delete=fields.RESTRICT
    )
    mentee_enrollment: fields.ForeignKeyRelation[Enrollment] = fields.ForeignKeyField(
        "models.Enrollment", related_name="matches_as_mentee", on_delete=fields.RESTRICT
    )
    mentor_role = fields.CharEnumField(
        ProgramRole, description="ProgramRole", max_length=20, default=ProgramRole.MENTOR
    )
    mentee_role = fields.CharEnumField(
        ProgramRole, description="ProgramRole", max_length=20, default=ProgramRole.MENTEE
    )
    status = fields.CharEnumField(MatchStatus, description="MatchStatus", max_length=20)
    frozen_from = fields.CharEnumField(
        MatchStatus, description="MatchStatus", max_length=20, null=True
    )
    version = fields.IntField(default=1)
    check_in_weekday = fields.CharEnumField(Weekday, description="Weekday", max_length=20)
    created_at = fields.DatetimeField()
    started_at = fields.DatetimeField(null=True)
    ended_at = fields.DatetimeField(null=True)
    end_cause = fields.CharEnumField(EndCause, description="EndCause", max_length=30, null=True)
    ended_by: fields.ForeignKeyNullableRelation[User] = fields.ForeignKeyField(
        "models.User", related_name="matches_ended", on_delete=fields.RESTRICT, null=True
    )
    last_seq = fields.BigIntField(default=0)
    last_number = fields.IntField(default=0)
    check_ins_done = fields.IntField(db_default=0)
    check_ins_missed = fields.IntField(db_default=0)
    missed_in_a_row = fields.SmallIntField(db_default=0)
    last_completed_at = fields.DatetimeField(null=True)
    silent_since = fields.DatetimeField(null=True)
    data_key = fields.BinaryField()
    forgotten_at = fields.DatetimeField(null=True)  # the pair's texts are gone, long after the end

    class Meta:
        table = "matches"


class PairMember(Model):
    """What belongs to one of the two: consent, how far they have read, what they missed."""

    id = fields.UUIDField(primary_key=True, default=new_id)
    match: fields.ForeignKeyRelation[Match] = fields.ForeignKeyField(
        "models.Match", related_name="members", on_delete=fields.RESTRICT
    )
    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "models.User", related_name="pair_memberships", on_delete=fields.RESTRICT
    )
    role = fields.CharEnumField(ProgramRole, description="ProgramRole", max_length=20)
    accepted_at = fields.DatetimeField(null=True)
    read_number = fields.IntField(default=0)
    typing_until = fields.DatetimeField(null=True)
    missed_in_a_row = fields.SmallIntField(db_default=0)

    class Meta:
        table = "pair_members"


class MatchRow(Keyed, Struct, eq=False):
    mentor: UserRow
    mentee: UserRow
    id: UUID
    program_id: UUID
    status: MatchStatus
    version: int
    check_in_weekday: Weekday
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    end_cause: EndCause | None
    ended_by: UUID | None
    last_seq: int
    data_key: bytes
    check_ins_done: int
    check_ins_missed: int
    steps_done: int
    steps_total: int
    silent_since: datetime | None
    viewer_is_admin: bool
    _sealed: Sealed | None = None

    @property
    def people(self) -> tuple[UUID, UUID]:
        """The mentor and the mentee."""
        return self.mentor.id, self.mentee.id

    def member(self, person: UUID) -> UserRow | None:
        """The one of the two with this id, or None."""
        if person == self.mentor.id:
            return self.mentor
        return self.mentee if person == self.mentee.id else None

    def partner_of(self, person: UUID) -> UserRow | None:
        """The other one; None for somebody who is not of the pair."""
        if person == self.mentor.id:
            return self.mentee
        return self.mentor if person == self.mentee.id else None

    def end_reason(self, viewer: UUID) -> MatchEndReason | None:
        """As the viewer may know it: what one of the two did is the partner's to all others."""
        if self.end_cause is None:
            return None
        if self.end_cause is EndCause.BY_MEMBER:
            mine = self.ended_by == viewer
            return MatchEndReason.BY_YOU if mine else MatchEndReason.ENDED_BY_PARTNER
        return MatchEndReason(self.end_cause.value)


_FACTS = f"""{user_columns("mentor")}, {user_columns("mentee")}, m.id, m.program_id, m.status,
    m.version, m.check_in_weekday, m.created_at, m.started_at, m.ended_at, m.end_cause,
    m.ended_by_id, m.last_seq, m.data_key, m.check_ins_done, m.check_ins_missed,
    (SELECT count(*) FROM step_completions c WHERE c.match_id = m.id),
    (SELECT count(*) FROM program_steps s WHERE s.program_id = m.program_id), m.silent_since"""
_PEOPLE = 2 * USER_WIDTH
_ADMIN = admin_of_program("m.program_id")

MATCH_COLUMNS = f"{_FACTS}, {_ADMIN}"
"""The columns of a MatchRow as `{0}`, the viewer, sees it, for what is read with its match."""
MATCH_WIDTH = _PEOPLE + 18

SHARED_COLUMNS = f"{_FACTS}, false"
"""Those of a MatchRow that says nothing of who sees it: as for somebody who is no admin."""
MATCH_SOURCE = """matches m JOIN users mentor ON mentor.id = m.mentor_id
    JOIN users mentee ON mentee.id = m.mentee_id"""
OF_PAIR = "(m.mentor_id = {0} OR m.mentee_id = {0})"
"""That the viewer is one of the two."""


def visible_to(viewer: UUID) -> Read[MatchRow]:
    """The two of the pair, and the admins of the program's group."""
    return Read(
        build,
        columns=MATCH_COLUMNS,
        source=MATCH_SOURCE,
        conditions=(f"({OF_PAIR} OR {_ADMIN})",),
        values=(viewer,),
    )


def of_pair(viewer: UUID) -> Read[MatchRow]:
    """The matches in which the viewer is one of the two."""
    return visible_to(viewer).where(OF_PAIR, viewer)


def build(values: Sequence[Any]) -> MatchRow:
    mentor, mentee, facts = values[:USER_WIDTH], values[USER_WIDTH:_PEOPLE], values[_PEOPLE:]
    row = MatchRow(UserRow(*mentor), UserRow(*mentee), *facts)
    row.status = _STATES[row.status]
    row.check_in_weekday = _WEEKDAYS[row.check_in_weekday]
    row.end_cause = EndCause(row.end_cause) if row.end_cause else None
    return row


# A dictionary finds a member in half the time that its class takes.
_STATES: dict[str, MatchStatus] = {status.value: status for status in MatchStatus}
_WEEKDAYS: dict[str, Weekday] = {day.value: day for day in Weekday}
