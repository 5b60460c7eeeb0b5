"""People: what is stored of them and who may know of whom."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any
from uuid import UUID

from msgspec import Struct
from tortoise import fields
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.models import Model

from models.admins import admin_of_program
from models.ids import new_id
from models.reading import Read


class Locale(StrEnum):
    EN = "EN"
    FR = "FR"


class User(Model):
    """An account. Of the birth date only `adult_from` is kept, and nothing once that has come.

    `check_in_minute` is the minute of their own day at which check-ins remind them. `wiped_at` is
    when the files had nothing of an erased one any more.
    """

    id = fields.UUIDField(primary_key=True, default=new_id)
    email = fields.TextField(null=True)
    password_hash = fields.TextField(null=True)
    display_name = fields.TextField()
    bio = fields.TextField(null=True)
    languages: fields.Field[list[str]] = ArrayField("text", default=list)
    time_zone = fields.TextField()
    locale = fields.CharEnumField(Locale, description="Locale", max_length=20)
    age_known = fields.BooleanField()
    adult_from = fields.DateField(null=True)
    is_moderator = fields.BooleanField(default=False)
    suspended_at = fields.DatetimeField(null=True)
    deleted_at = fields.DatetimeField(null=True)
    wiped_at = fields.DatetimeField(null=True)
    created_at = fields.DatetimeField()
    check_in_minute = fields.SmallIntField(db_default=9 * 60)
    muted_until = fields.DatetimeField(null=True)

    class Meta:
        table = "users"


class UserRow(Struct):
    id: UUID
    display_name: str
    bio: str | None
    languages: list[str]
    time_zone: str
    is_deleted: bool


def user_columns(alias: str) -> str:
    """The columns of a UserRow, for whoever joins people to something else."""
    return ", ".join(each_user_column(alias))


def each_user_column(alias: str) -> tuple[str, ...]:
    """The same, one by one, in the order of its fields."""
    stored = ("id", "display_name", "bio", "languages", "time_zone", "deleted_at IS NOT NULL")
    return tuple([f"{alias}.{column}" for column in stored])


USER_WIDTH = len(each_user_column("u"))
"""How many columns `user_columns` lists."""


def visible_to(viewer: UUID) -> Read[UserRow]:
    """Oneself, those of a group one shares, one's partners, who enrolled where one is admin, and by
    name those whom one has blocked: a block takes nothing away, or it would tell the other one."""
    return Read(
        build,
        columns=columns_if_known("u"),
        source=f"users u {IS_KNOWN}",
        conditions=(
            """(known OR EXISTS (SELECT FROM blocks b
                                 WHERE b.blocker_id = {0} AND b.blocked_id = u.id))""",
        ),
        values=(viewer,),
    )


def is_known(alias: str) -> str:
    """The condition that the viewer knows this person otherwise than by having blocked them."""
    return f"""({alias}.id = {{0}}
    OR EXISTS (SELECT FROM group_members mine
               JOIN group_members theirs ON theirs.group_id = mine.group_id
               WHERE mine.user_id = {{0}} AND theirs.user_id = {alias}.id)
    OR EXISTS (SELECT FROM matches m
               WHERE (m.mentor_id = {{0}} AND m.mentee_id = {alias}.id)
                  OR (m.mentee_id = {{0}} AND m.mentor_id = {alias}.id))
    OR EXISTS (SELECT FROM enrollments e
               WHERE e.user_id = {alias}.id AND {admin_of_program("e.program_id")}))"""


def columns_if_known(alias: str) -> str:
    """Those of `user_columns`, where `known` says whether they are: who is not known any more, and
    was blocked, say, or reported, is to be recognised, no more."""
    return f"""{alias}.id, {alias}.display_name, CASE WHEN known THEN {alias}.bio END,
    CASE WHEN known THEN {alias}.languages ELSE ARRAY[]::text[] END,
    CASE WHEN known THEN {alias}.time_zone ELSE 'UTC' END, {alias}.deleted_at IS NOT NULL"""


IS_KNOWN = f"CROSS JOIN LATERAL (SELECT {is_known('u')} OFFSET 0) AS k(known)"
"""Joined to people (`u`): whether the viewer knows them, asked once of each."""
TAKES_PART = """u.suspended_at IS NULL AND u.age_known
    AND (u.adult_from IS NULL OR u.adult_from <= $2)"""
"""That somebody (`u`) may be of a pair that goes on; `$2` is today where it comes last."""


def build(values: Sequence[Any]) -> UserRow:
    return UserRow(*values)
