"""What becomes of a group whose admin erases the account."""

import pytest

from domain import erasure
from domain.viewer import of_session
from models.database import execute, fetch
from tests.integration.data_rights import DELETE
from tests.integration.races import overtaken
from tests.integration.world import Person, World

pytestmark = pytest.mark.anyio


async def members(group: str, person: Person) -> list[tuple[str, str]]:
    answer = await person.ask(
        """query($id: ID!) { group(id: $id) {
             members { nodes { role user { displayName } } } } }""",
        id=group,
    )
    return [(node["user"]["displayName"], node["role"]) for node in answer.ok()["members"]["nodes"]]


async def test_the_longest_standing_member_follows_the_last_admin(world: World) -> None:
    # given a group of one admin, whose first members are suspended and under age
    ada, ben, cleo = await world.people("Ada", "Ben", "Cleo")
    sue = await world.person("Sue", suspended=False)
    kid = await world.minor("Kid")
    group = await world.group(ada, sue, kid, ben, cleo)
    await execute("UPDATE users SET suspended_at = now() WHERE id = $1", sue.key)

    # when the admin goes
    (await ada.ask(DELETE)).ok()

    # then who came next looks after it
    roles = dict(await members(group, cleo))
    assert roles == {"Sue": "MEMBER", "Kid": "MEMBER", "Ben": "ADMIN", "Cleo": "MEMBER"}

    # and while another admin is there, nobody is named
    await execute("UPDATE group_members SET role = 'ADMIN' WHERE user_id = $1", cleo.key)
    (await ben.ask(DELETE)).ok()
    assert dict(await members(group, cleo))["Kid"] == "MEMBER"


async def test_a_group_that_nobody_is_left_in_takes_no_enrollments(world: World) -> None:
    ada, eve = await world.people("Ada", "Eve")
    group = await world.group(ada)
    program = await world.open_program(ada, group)

    (await ada.ask(DELETE)).ok()

    await world.join(eve, group)
    assert await members(group, eve) == [("Eve", "MEMBER")]
    answer = await eve.ask("query($id: ID!) { program(id: $id) { status } }", id=program)
    assert answer.payload == {"status": "CLOSED"}


async def test_an_admin_who_is_suspended_is_no_other_admin(world: World) -> None:
    # given two admins, one of whom is suspended, and a member
    ada, ben, sue = await world.people("Ada", "Ben", "Sue")
    group = await world.group(ada, sue, ben)
    await execute("UPDATE group_members SET role = 'ADMIN' WHERE user_id = $1", sue.key)
    await execute("UPDATE users SET suspended_at = now() WHERE id = $1", sue.key)

    # then the other one cannot leave, and when the account goes the member follows
    leave = """mutation($id: ID!) { leaveGroup(groupId: $id) { errors { code field } } }"""
    assert (await ada.ask(leave, id=group)).refusals == [("ILLEGAL_STATE", ())]
    (await ada.ask(DELETE)).ok()
    assert dict(await members(group, ben)) == {"Ben": "ADMIN", "Sue": "ADMIN"}

    # but of members who are all suspended no other one is named
    max = await world.person("Max")
    await world.join(max, group)
    await execute("UPDATE users SET suspended_at = now() WHERE id = $1", max.key)
    (await ben.ask(DELETE)).ok()
    rows = await fetch("SELECT user_id, role FROM group_members")
    assert {tuple(row) for row in rows} == {(sue.key, "ADMIN"), (max.key, "MEMBER")}


async def test_who_is_taken_out_of_a_group_while_their_account_goes_does_not_leave_it_too(
    world: World,
) -> None:
    # given a member whose admin takes them out, just before their account goes
    ada, ben = await world.people("Ada", "Ben")
    group = await world.group(ada, ben)
    viewer = await of_session(ben.session)
    assert viewer is not None
    remove = """mutation($group: ID!, $user: ID!) {
      removeGroupMember(input: {groupId: $group, userId: $user}) { errors { code } } }"""

    # when both are done at the same moment
    removing = ada.ask(remove, group=group, user=ben.id)
    await overtaken(removing, erasure.delete_account(viewer, None))

    # then the log says once that they are gone
    said = "SELECT action FROM audit_entries WHERE action IN ('group.member_removed', 'group.left')"
    assert [row["action"] for row in await fetch(said)] == ["group.member_removed"]
