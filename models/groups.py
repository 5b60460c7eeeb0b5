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
from models.lists import Lists
from models.reading import Read
from models.users import User, UserRow, user_columns
from models.users import build as build_user
from models.words import holds_words


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


def members_visible_to(viewer: UUID, role: GroupRole | None = None) -> Read[GroupMemberRow]:
    """Who else is in the groups one is in."""
    read = _members(viewer, "group_members gm", "gm.group_id")
    return _in_full(read if role is None else read.where(_having(role)))


def members_named(viewer: UUID, words: str, role: GroupRole | None = None) -> Read[GroupMemberRow]:
    """Those of them whose name holds these words: the names of a group (`n`) stand together, so
    that only who is found is looked at."""
    read = _members(viewer, f"listed_names n {_ENTRY}", "n.list_id").where(_NAMED, words)
    return _in_full(read if role is None else read.where(_having(role)))


async def count_members(
    viewer: UUID, words: str, role: GroupRole | None, groups: Sequence[UUID]
) -> dict[UUID, int]:
    """How long these lists are, of members with these words in their name, if there are any.

    Who is no admin is counted as the rest, so that nobody is looked at for their role.
    """
    source, group = (
        ("listed_names n", "n.list_id") if words else ("group_members gm", "gm.group_id")
    )
    named = (_NAMED, words) if words else ("true",)
    every = _members(viewer, source, group).where(*named)
    admins = _members(viewer, f"{source} {_ENTRY if words else ''}", group).where(*named)
    admins = admins.where(_having(GroupRole.ADMIN))
    if role is GroupRole.ADMIN:
        return await Lists(admins, group).counts(groups)
    found = await Lists(every, group).counts(groups)
    if role is None:
        return found
    others = await Lists(admins, group).counts(groups)
    return {id: max(0, count - others[id]) for id, count in found.items()}


_ENTRY = "JOIN group_members gm ON gm.id = n.entry_id"
_NAMED = holds_words("n.words")


def _members(viewer: UUID, source: str, group: str) -> Read[tuple[Any, ...]]:
    own = (
        "EXISTS (SELECT FROM group_members mine WHERE mine.group_id = {} AND mine.user_id = {{0}})"
    )
    return Read(
        tuple, columns="1", source=source, conditions=(own.format(group),), values=(viewer,)
    )


def _in_full(read: Read[Any]) -> Read[GroupMemberRow]:
    return Read(
        _build_member,
        columns=f"gm.id, gm.role, gm.joined_at, {user_columns('u')}",
        source=f"{read.source} JOIN users u ON u.id = gm.user_id",
        conditions=read.conditions,
        values=read.values,
    )


def _having(role: GroupRole) -> str:
    """Written into the statement: admins, who are few, have an index of their own."""
    return f"gm.role = '{role.value}'"


def _build_group(values: Sequence[Any]) -> GroupRow:
    id, name, description, category, role = values
    own = GroupRole(role) if role else None
    return GroupRow(id, name, description, GroupCategory(category), own)


def _build_member(values: Sequence[Any]) -> GroupMemberRow:
    return GroupMemberRow(values[0], GroupRole(values[1]), values[2], build_user(values[3:]))
