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
from models.words import folded, holds_words


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


def members_visible_to(
    viewer: UUID, role: GroupRole | None = None, words: str = ""
) -> Read[GroupMemberRow]:
    """Who else is in the groups one is in, of this role and with these words in their name."""
    found = _members(viewer, role, words)
    columns = f"gm.id, gm.role, gm.joined_at, {user_columns('u')}"
    return Read(_build_member, columns, _WITH_NAMES, found.conditions, found.values)


async def count_members(
    viewer: UUID, role: GroupRole | None, words: str, groups: Sequence[UUID]
) -> dict[UUID, int]:
    """How long these lists are, in each of the groups."""
    return await _members(viewer, role, words).counts("gm.group_id", groups)


_WITH_NAMES = "group_members gm JOIN users u ON u.id = gm.user_id"


def _members(viewer: UUID, role: GroupRole | None, words: str) -> Read[tuple[Any, ...]]:
    """The same, to be counted: names are read where words are looked for in them."""
    own = """EXISTS (SELECT FROM group_members mine
                     WHERE mine.group_id = gm.group_id AND mine.user_id = {0})"""
    source = _WITH_NAMES if words else "group_members gm"
    read: Read[tuple[Any, ...]] = Read(tuple, "1", source, (own,), (viewer,))
    if role is not None:  # in the statement itself: admins have an index of their own
        read = read.where(f"gm.role = '{role.value}'")
    return read.where(holds_words(folded("u.display_name")), words) if words else read


def _build_group(values: Sequence[Any]) -> GroupRow:
    id, name, description, category, role = values
    own = GroupRole(role) if role else None
    return GroupRow(id, name, description, GroupCategory(category), own)


def _build_member(values: Sequence[Any]) -> GroupMemberRow:
    return GroupMemberRow(values[0], GroupRole(values[1]), values[2], build_user(values[3:]))
