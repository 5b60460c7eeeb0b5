"""createGroup, updateGroup, joinGroup, leaveGroup: who is in a group and who looks after it."""

import asyncio

from tests.integration.world import Answer, Person, World

CREATE = """
mutation($input: CreateGroupInput!) {
  createGroup(input: $input) {
    group { id name description category offersMentorship memberCount viewerRole }
    errors { code field } } }"""
UPDATE = """
mutation($input: UpdateGroupInput!) {
  updateGroup(input: $input) {
    group { name description category offersMentorship } errors { code field } } }"""
JOIN = """
mutation($id: ID!) {
  joinGroup(groupId: $id) { group { viewerRole memberCount } errors { code field } } }"""
LEAVE = """
mutation($id: ID!) {
  leaveGroup(groupId: $id) { group { viewerRole memberCount } errors { code message field } } }"""
GROUP = """
query($id: ID!) {
  group(id: $id) { name viewerRole memberCount
                   members { nodes { role user { displayName } } } } }"""
SET_ROLE = """
mutation($input: SetGroupRoleInput!) { setGroupRole(input: $input) { errors { code field } } }"""


async def members(person: Person, group: str) -> dict[str, str]:
    answer = await person.ask(GROUP, id=group)
    return {m["user"]["displayName"]: m["role"] for m in answer.payload["members"]["nodes"]}


async def make_admin(admin: Person, group: str, user: Person) -> Answer:
    answer = await admin.ask(SET_ROLE, input={"groupId": group, "userId": user.id, "role": "ADMIN"})
    answer.ok()
    return answer


async def test_the_founder_is_the_first_admin(world: World) -> None:
    ada = await world.person("Ada")
    said = {"name": " Night shift ", "description": "", "category": "PARENTING"}
    made = (await ada.ask(CREATE, input=said)).ok()["group"]
    assert made == {
        "id": made["id"],
        "name": "Night shift",
        "description": "",
        "category": "PARENTING",
        "offersMentorship": True,
        "memberCount": 1,
        "viewerRole": "ADMIN",
    }
    assert await members(ada, made["id"]) == {"Ada": "ADMIN"}


async def test_only_some_categories_offer_mentorship(world: World) -> None:
    ada = await world.person("Ada")
    offers = {}
    for category in (
        "PARENTING",
        "PROFESSIONAL",
        "PERSONAL_DEVELOPMENT",
        "HOBBY",
        "LOCAL",
        "OTHER",
    ):
        said = {"name": "G", "description": "", "category": category}
        offers[category] = (await ada.ask(CREATE, input=said)).ok()["group"]["offersMentorship"]
    assert [category for category, offered in offers.items() if offered] == [
        "PARENTING",
        "PROFESSIONAL",
        "PERSONAL_DEVELOPMENT",
    ]


async def test_everything_wrong_with_a_group_is_said_at_once(world: World) -> None:
    ada = await world.person("Ada")
    said = {"name": " ", "description": "x" * 5001, "category": "HOBBY"}
    answer = await ada.ask(CREATE, input=said)
    assert answer.refusals == [("INVALID", ("name",)), ("INVALID", ("description",))]
    assert (await ada.ask("{ groups { nodes { id } } }")).payload["nodes"] == []


async def test_minors_may_join_groups_and_members_see_them(world: World) -> None:
    # given a group
    ada, max_ = await world.person("Ada"), await world.minor("Max")
    alex = await world.of_unknown_age("Alex")
    group = await world.group(ada)

    # when a minor and somebody of unknown age join, one of them twice
    assert (await max_.ask(JOIN, id=group)).ok()["group"] == {
        "viewerRole": "MEMBER",
        "memberCount": 2,
    }
    await world.join(alex, group)
    await world.join(alex, group)

    # then they are in it, once, and see the others
    assert await members(max_, group) == {"Ada": "ADMIN", "Max": "MEMBER", "Alex": "MEMBER"}


async def test_the_members_of_a_group_are_for_its_members(world: World) -> None:
    ada, eve = await world.people("Ada", "Eve")
    group = await world.group(ada)
    answer = await eve.ask(GROUP, id=group)
    assert answer.codes == ["FORBIDDEN"]
    assert answer.payload == {
        "name": "Parents",
        "viewerRole": None,
        "memberCount": 1,
        "members": None,
    }


async def test_a_group_that_is_not_there_cannot_be_joined_or_left(world: World) -> None:
    ada = await world.person("Ada")
    for id in ("group_" + "0" * 32, ada.id, "garbage", ""):
        assert (await ada.ask(JOIN, id=id)).refusals == [("NOT_FOUND", ("groupId",))]
        assert (await ada.ask(LEAVE, id=id)).refusals == [("NOT_FOUND", ("groupId",))]
        assert (await ada.ask(GROUP, id=id)).payload is None


async def test_an_admin_changes_what_the_group_says_of_itself(world: World) -> None:
    ada = await world.person("Ada")
    group = await world.group(ada)
    changed = (await ada.ask(UPDATE, input={"groupId": group, "category": "HOBBY"})).ok()["group"]
    assert changed == {
        "name": "Parents",
        "description": "Of all ages",
        "category": "HOBBY",
        "offersMentorship": False,
    }
    answer = await ada.ask(UPDATE, input={"groupId": group, "name": "", "description": "\0"})
    assert answer.refusals == [("INVALID", ("name",)), ("INVALID", ("description",))]


async def test_a_member_who_is_no_admin_changes_nothing(world: World) -> None:
    ada, bob = await world.people("Ada", "Bob")
    group = await world.group(ada, bob)
    answer = await bob.ask(UPDATE, input={"groupId": group, "name": "Bob's"})
    assert (answer.data, answer.codes) == (None, ["FORBIDDEN"])
    assert (await bob.ask(GROUP, id=group)).payload["name"] == "Parents"


async def test_leaving_takes_a_member_out_and_leaving_twice_changes_nothing(world: World) -> None:
    ada, bob = await world.people("Ada", "Bob")
    group = await world.group(ada, bob)
    for _ in range(2):
        left = (await bob.ask(LEAVE, id=group)).ok()["group"]
        assert left == {"viewerRole": None, "memberCount": 1}


async def test_the_last_admin_cannot_leave_before_another_is_named(world: World) -> None:
    # given a group with one admin
    ada, bob = await world.people("Ada", "Bob")
    group = await world.group(ada, bob)

    # when they leave, it is refused, and they stay
    refused = await ada.ask(LEAVE, id=group)
    assert [error["code"] for error in refused.payload["errors"]] == ["ILLEGAL_STATE"]
    assert refused.payload["errors"][0]["message"].startswith("A group needs an admin")
    assert await members(ada, group) == {"Ada": "ADMIN", "Bob": "MEMBER"}

    # when another one is named, they may
    await make_admin(ada, group, bob)
    (await ada.ask(LEAVE, id=group)).ok()
    assert await members(bob, group) == {"Bob": "ADMIN"}


async def test_of_two_last_admins_who_leave_at_once_exactly_one_stays(world: World) -> None:
    ada, bob = await world.people("Ada", "Bob")
    for _ in range(5):
        # given two admins
        group = await world.group(ada, bob)
        await make_admin(ada, group, bob)

        # when both leave at the same moment
        answers = await asyncio.gather(ada.ask(LEAVE, id=group), bob.ask(LEAVE, id=group))

        # then one of them is told no and stays
        refused = [answer.payload["errors"] for answer in answers]
        assert sorted(len(errors) for errors in refused) == [0, 1]
        stays = ada if refused[0] else bob
        assert await members(stays, group) == {stays.name: "ADMIN"}
