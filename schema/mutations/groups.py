"""Making a group, joining and leaving it, and what its admins do with it."""

import strawberry

import resolvers.groups
from permissions import IsAuthenticated
from schema.fields import mutation
from schema.groups import (
    CreateGroupInput,
    GroupPayload,
    RemoveGroupMemberInput,
    SetGroupRoleInput,
    UpdateGroupInput,
)


@strawberry.type
class GroupMutations:
    create_group: GroupPayload = mutation(
        resolvers.groups.create, CreateGroupInput, gives="group", permissions=[IsAuthenticated]
    )
    update_group: GroupPayload = mutation(
        resolvers.groups.update, UpdateGroupInput, gives="group", permissions=[IsAuthenticated]
    )
    join_group: GroupPayload = mutation(
        resolvers.groups.join, gives="group", permissions=[IsAuthenticated]
    )
    leave_group: GroupPayload = mutation(
        resolvers.groups.leave,
        gives="group",
        permissions=[IsAuthenticated],
        description="Ends the person's matches there; the last admin cannot leave.",
    )
    set_group_role: GroupPayload = mutation(
        resolvers.groups.set_role, SetGroupRoleInput, gives="group", permissions=[IsAuthenticated]
    )
    remove_group_member: GroupPayload = mutation(
        resolvers.groups.remove_member,
        RemoveGroupMemberInput,
        gives="group",
        permissions=[IsAuthenticated],
    )
