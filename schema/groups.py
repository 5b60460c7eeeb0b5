"""Groups and their members."""

import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry
from strawberry import ID, UNSET

import resolvers.groups
from permissions import IsAdult, IsGroupMember
from resolvers.rows import GroupCategory, GroupMemberRow, GroupRole, GroupRow
from schema.errors import UserError
from schema.fields import field
from schema.nodes import Node, node_id, shown
from schema.pages import Connection, CountedConnection
from schema.users import User

if TYPE_CHECKING:
    from schema.programs import ProgramConnection


@shown(row=GroupMemberRow, visible_to="the members of the group")
class GroupMember:
    user: User
    role: GroupRole
    joined_at: datetime.datetime


@strawberry.type
class GroupMemberConnection(CountedConnection[GroupMember]): ...


@shown(row=GroupRow, visible_to="everybody signed in")
class Group(Node):
    id: ID = node_id("group")
    name: str
    description: str
    category: GroupCategory
    offers_mentorship: bool = field(
        resolvers.groups.offers_mentorship, description="By category: which ones is configuration."
    )
    member_count: int = field(resolvers.groups.member_count)
    viewer_role: GroupRole | None = strawberry.field(description="Null: not a member.")
    members: GroupMemberConnection | None = field(
        resolvers.groups.members,
        permissions=[IsGroupMember],
        description="In the order they joined. `search`: with each of these words in their name, "
        "whatever its case and accents.",
    )
    programs: Annotated["ProgramConnection", strawberry.lazy("schema.programs")] | None = field(
        resolvers.groups.programs, permissions=[IsAdult], description="Drafts only to admins."
    )


# Not counted: everybody may ask for all groups, and that takes the longer, the more there are.
@strawberry.type
class GroupConnection(Connection[Group]): ...


@strawberry.input
class CreateGroupInput:
    name: str
    description: str
    category: GroupCategory


@strawberry.input(description="What is left out, or null, stays as it was.")
class UpdateGroupInput:
    group_id: ID
    name: str | None = UNSET
    description: str | None = UNSET
    category: GroupCategory | None = UNSET


@strawberry.input
class SetGroupRoleInput:
    group_id: ID
    user_id: ID
    role: GroupRole


@strawberry.input
class RemoveGroupMemberInput:
    group_id: ID
    user_id: ID


@strawberry.type
class GroupPayload:
    group: Group | None
    errors: list[UserError]
