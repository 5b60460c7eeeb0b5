"""Community groups and their members."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from msgspec import Struct
from tortoise import fields
from tortoise.models import Model

from models.ids import new_id
from models.reading import Read
from models.users import User, UserRow, user_columns
from models.users import build as build_user


class GroupCategory(StrEnum):
    PARENTING = "PARENTING"
    PROFESSIONAL = "PROFESSIONAL"
    PERSONAL_DEVELOPMENT = "PERSONAL_DEVELOPMENT"
    HOBBY = "HOBBY"
    LOCAL = "LOCAL"
    OTHER = "OTHER"


class GroupRole(StrEnum):
    MEMBER = "MEMBER"
    ADMIN = "ADMIN"


class Group(Model):
    id = fields.UUIDField(primary_key=True, default=new_id)
    name = fields.TextField()
    description = fields.TextField()
    category = fields.CharEnumField(GroupCategory, description="GroupCategory", max_length=30)
    created_at = fields.DatetimeField()

    class Meta:
        table = "groups"


class GroupMember(Model):
    id = fields.UUIDField(primary_key=True, default=new_id)
    group: fields.ForeignKeyRelation[Group] = fields.ForeignKeyField(
        "models.Group", related_name="members", on_delete=fields.RESTRICT
    )
    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "models.User", related_name="memberships", on_delete=fields.RESTRICT
    )
    role = fields.CharEnumField(GroupRole, description="GroupRole", max_length=20)
    joined_at = fields.DatetimeField()

    class Meta:
        table = "group_members"


class GroupRow(Struct):
    id: UUID
    name: str
    description: str
    category: GroupCategory
    viewer_role: GroupRole | None


class GroupMemberRow(Struct):
    id: UUID
    role: GroupRole
    joined_at: datetime
    user: UserRow


def visible_to(viewer: UUID) -> Read[GroupRow]:
    """Every group: whoever is signed in may look for one to join."""
    return Read(
        _build_group,
        columns="g.id, g.name, g.description, g.category, mine.role",
        source="""groups g
            LEFT JOIN group_members mine ON mine.group_id = g.id AND mine.user_id = {0}""",
        values=(viewer,),
    )


async def member_counts(groups: Sequence[UUID]) -> dict[UUID, int]:
    """How many members these groups have; whoever sees a group may know.

    Counted when asked for: it takes the longer, the more there are.
    """
    every = Read(tuple, columns="gm.id", source="group_members gm")
    return await every.counts("gm.group_id", groups)


def members_visible_to(viewer: UUID) -> Read[GroupMemberRow]:
    """Who else is in the groups one is in."""
    return Read(
        _build_member,
        columns=f"gm.id, gm.role, gm.joined_at, {user_columns('u')}",
        source="group_members gm JOIN users u ON u.id = gm.user_id",
        conditions=(
            """EXISTS (SELECT FROM group_members mine
                       WHERE mine.group_id = gm.group_id AND mine.user_id = {0})""",
        ),
        values=(viewer,),
    )


def _build_group(values: Sequence[Any]) -> GroupRow:
    id, name, description, category, role = values
    own = GroupRole(role) if role else None
    return GroupRow(id, name, description, GroupCategory(category), own)


def _build_member(values: Sequence[Any]) -> GroupMemberRow:
    return GroupMemberRow(values[0], GroupRole(values[1]), values[2], build_user(values[3:]))
