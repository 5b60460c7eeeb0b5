"""setGroupRole, removeGroupMember: admins name each other, and one always stays."""

import asyncio
from typing import Any

from tests.integration.world import Answer, Person, World

SET_ROLE = """
mutation($input: SetGroupRoleInput!) {
  setGroupRole(input: $input) { group { viewerRole } errors { code field } } }"""
REMOVE = """
mutation($input: RemoveGroupMemberInput!) {
  removeGroupMember(input: $input) { group { memberCount viewerRole } errors { code field } } }"""
MEMBERS = "query($id: ID!) { group(id: $id) { members { nodes { role user { displayName } } } } }"
UPDATE = 'mutation($id: ID!) { updateGroup(input: {groupId: $id, name: "N"}) { errors { code } } }'


async def set_role(admin: Person, group: str, user: str, role: str) -> Answer:
    return await admin.ask(SET_ROLE, input={"groupId": group, "userId": user, "role": role})


async def remove(admin: Person, group: str, user: str) -> Answer:
    return await admin.ask(REMOVE, input={"groupId": group, "userId": user})


async def members(person: Person, group: str) -> dict[str, str]:
    nodes: Any = (await person.ask(MEMBERS, id=group)).payload["members"]["nodes"]
    return {member["user"]["displayName"]: member["role"] for member in nodes}


async def test_an_admin_names_another_who_then_acts_as_one(world: World) -> None:
    ada, bob = await world.people("Ada", "Bob")
    group = await world.group(ada, bob)
    assert (await bob.ask(UPDATE, id=group)).codes == ["FORBIDDEN"]
    (await set_role(ada, group, bob.id, "ADMIN")).ok()
    (await bob.ask(UPDATE, id=group)).ok()


async def test_an_admin_may_step_back_while_another_stays(world: World) -> None:
    # given two admins
    ada, bob = await world.people("Ada", "Bob")
    group = await world.group(ada, bob)
    (await set_role(ada, group, bob.id, "ADMIN")).ok()

    # when one steps back, and then the other tries to
    stepped = (await set_role(ada, group, ada.id, "MEMBER")).ok()
    refused = await set_role(bob, group, bob.id, "MEMBER")

    # then the first is a member, and the last stays admin
    assert stepped["group"]["viewerRole"] == "MEMBER"
    assert refused.refusals == [("ILLEGAL_STATE", ("role",))]
    assert await members(ada, group) == {"Ada": "MEMBER", "Bob": "ADMIN"}


async def test_two_admins_who_demote_each_other_at_once_do_not_leave_the_group_without_one(
    world: World,
) -> None:
    ada, bob = await world.people("Ada", "Bob")
    for _ in range(5):
        group = await world.group(ada, bob)
        (await set_role(ada, group, bob.id, "ADMIN")).ok()
        await asyncio.gather(
            set_role(ada, group, bob.id, "MEMBER"), set_role(bob, group, ada.id, "MEMBER")
        )
        assert sorted((await members(ada, group)).values()) == ["ADMIN", "MEMBER"]


async def test_setting_the_role_somebody_has_changes_nothing(world: World) -> None:
    ada, bob = await world.people("Ada", "Bob")
    group = await world.group(ada, bob)
    (await set_role(ada, group, ada.id, "ADMIN")).ok()
    (await set_role(ada, group, bob.id, "MEMBER")).ok()
    assert await members(ada, group) == {"Ada": "ADMIN", "Bob": "MEMBER"}


async def test_only_admins_set_roles_and_remove_and_only_members_have_one(world: World) -> None:
    ada, bob, eve = await world.people("Ada", "Bob", "Eve")
    group = await world.group(ada, bob)
    for stranger in (bob, eve):
        assert (await set_role(stranger, group, stranger.id, "ADMIN")).codes == ["FORBIDDEN"]
        assert (await remove(stranger, group, ada.id)).codes == ["FORBIDDEN"]
    for nobody in (eve.id, group, "garbage", "user_" + "0" * 32):
        assert (await set_role(ada, group, nobody, "ADMIN")).refusals == [
            ("NOT_FOUND", ("userId",))
        ]
        assert (await remove(ada, group, nobody)).refusals == [("NOT_FOUND", ("userId",))]
    for nowhere in (bob.id, "garbage", "group_" + "0" * 32):
        assert (await set_role(ada, nowhere, bob.id, "ADMIN")).refusals == [
            ("NOT_FOUND", ("groupId",))
        ]
        assert (await remove(ada, nowhere, bob.id)).refusals == [("NOT_FOUND", ("groupId",))]
    assert await members(ada, group) == {"Ada": "ADMIN", "Bob": "MEMBER"}


async def test_a_removed_member_is_out_and_may_join_again(world: World) -> None:
    ada, bob = await world.people("Ada", "Bob")
    group = await world.group(ada, bob)
    removed = (await remove(ada, group, bob.id)).ok()
    assert removed["group"] == {"memberCount": 1, "viewerRole": "ADMIN"}
    assert (await bob.ask(MEMBERS, id=group)).codes == ["FORBIDDEN"]
    await world.join(bob, group)
    assert await members(bob, group) == {"Ada": "ADMIN", "Bob": "MEMBER"}


async def test_an_admin_may_remove_another_but_the_last_cannot_be_removed(world: World) -> None:
    ada, bob = await world.people("Ada", "Bob")
    group = await world.group(ada, bob)
    (await set_role(ada, group, bob.id, "ADMIN")).ok()
    (await remove(bob, group, ada.id)).ok()
    assert (await remove(bob, group, bob.id)).refusals == [("ILLEGAL_STATE", ("userId",))]
    assert await members(bob, group) == {"Bob": "ADMIN"}
