"""node, nodes: anything by its id, and null for all that the viewer may not know of."""

from typing import Any

from models.database import execute
from tests.integration.world import Nobody, Pair, Person, World

NODE = "query($id: ID!) { node(id: $id) { __typename id } }"
NODES = "query($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }"
SEND = """
mutation($match: ID!) {
  sendMessage(input: {matchId: $match, body: "Hello", clientKey: "1"}) {
    message { id } errors { code } } }"""
STEPS = "query($id: ID!) { program(id: $id) { steps { id title } } }"

GARBAGE = ["", "x", "match", "match_", "match_1", "user_" + "g" * 32, "pet_" + "0" * 32, "\0", "é"]
NOWHERE = [
    f"{noun}_{'0' * 32}"
    for noun in ("user", "group", "program", "step", "enrollment", "match", "message")
]


async def known(person: Nobody, *ids: str) -> list[Any]:
    """The types of what the person gets, null for what they do not; the same one by one."""
    together = await person.ask(NODES, ids=list(ids))
    assert together.errors == []
    nodes: list[Any] = together.payload
    assert [node and node["id"] for node in nodes] == [
        id if node else None for id, node in zip(ids, nodes, strict=True)
    ]
    for id, node in zip(ids, nodes, strict=True):
        alone = await person.ask(NODE, id=id)
        assert (alone.payload, alone.errors) == (node, [])
    return [node and node["__typename"] for node in nodes]


async def ids_of(world: World, pair: Pair) -> list[str]:
    """One thing of each kind around a pair."""
    message = (await pair.mentor.ask(SEND, match=pair.match)).ok()["message"]["id"]
    step = (await pair.mentor.ask(STEPS, id=pair.program)).payload["steps"][0]["id"]
    enrollment = world.enrollment(pair.mentor, pair.program, "MENTOR")
    return [pair.mentor.id, pair.group, pair.program, step, enrollment, pair.match, message]


async def test_each_sees_what_is_theirs_to_see(world: World) -> None:
    # given one thing of each kind around a pair, and people who stand nearer to it or farther
    pair = await world.pair()
    ids = await ids_of(world, pair)
    member, eve = await world.people("Max", "Eve")
    await world.join(member, pair.group)
    kinds = ["User", "Group", "Program", "ProgramStep", "Enrollment", "Match", "Message"]

    # when they ask for them by id, each gets so much and no more
    for person, so_many in (
        (pair.mentor, kinds),
        (pair.mentee, kinds),
        (pair.admin, [*kinds[:6], None]),
        (member, [*kinds[:4], None, None, None]),
        (eve, [None, *kinds[1:4], None, None, None]),
        (world.nobody, [None] * 7),
    ):
        assert await known(person, *ids) == so_many


async def test_minors_see_people_and_groups_and_the_suspended_are_told_so(world: World) -> None:
    pair = await world.pair()
    ids = await ids_of(world, pair)
    for young in (await world.minor("Max"), await world.of_unknown_age("Alex")):
        await world.join(young, pair.group)
        assert await known(young, *ids) == ["User", "Group", None, None, None, None, None]
    suspended = await world.person("Sue", suspended=True)
    for id in (*ids, *GARBAGE):
        answer = await suspended.ask("query($id: ID!) { node(id: $id) { id } }", id=id)
        assert (answer.data, answer.codes) == ({"node": None}, ["SUSPENDED"])
    both = await suspended.ask("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=ids)
    assert (both.data, both.codes) == (None, ["SUSPENDED"])


async def test_what_is_not_there_and_what_is_no_id_are_alike(world: World) -> None:
    ada = await world.person("Ada")
    assert set(await known(ada, *GARBAGE, *NOWHERE)) == {None}
    assert set(await known(world.nobody, *GARBAGE, *NOWHERE)) == {None}
    assert await known(ada) == []


async def test_the_id_of_one_thing_under_the_noun_of_another_is_nothing(world: World) -> None:
    ada = await world.person("Ada")
    group = await world.group(ada)
    key = group.removeprefix("group_")
    for noun in ("user", "program", "step", "enrollment", "match", "message", "Group", "session"):
        assert await known(ada, f"{noun}_{key}") == [None]


async def test_a_draft_and_its_steps_are_there_for_admins_alone(world: World) -> None:
    ada, bob = await world.people("Ada", "Bob")
    program = await world.program(ada, await world.group(ada, bob))
    step = (await ada.ask(STEPS, id=program)).payload["steps"][0]["id"]
    assert await known(ada, program, step) == ["Program", "ProgramStep"]
    assert await known(bob, program, step) == [None, None]


async def test_the_same_id_twice_is_answered_twice_in_order(world: World) -> None:
    ada, bob = await world.people("Ada", "Bob")
    group = await world.group(ada, bob)
    assert await known(ada, bob.id, group, "x", bob.id) == ["User", "Group", None, "User"]


async def test_people_know_of_each_other_through_a_group_a_program_or_a_match(
    world: World,
) -> None:
    # given a pair of which the mentor has left the group, and a stranger
    pair = await world.pair()
    eve = await world.person("Eve")
    (
        await pair.mentor.ask(
            "mutation($id: ID!) { leaveGroup(groupId: $id) { errors { code } } }", id=pair.group
        )
    ).ok()

    # then their partner and the admin still know of them, others of the group do not
    assert await known(pair.mentee, pair.mentor.id) == ["User"]
    assert await known(pair.admin, pair.mentor.id) == ["User"]
    await world.join(eve, pair.group)
    assert await known(eve, pair.mentor.id, pair.mentee.id, eve.id) == [None, "User", "User"]


async def test_an_enrollment_shows_each_as_much_of_what_was_said_as_is_theirs(
    world: World,
) -> None:
    # given a mentor who said what they want, and answered a question
    ada, mona, theo = await world.people("Ada", "Mona", "Theo")
    asked = {"key": "why", "role": None, "text": "Why?", "required": False}
    program = await world.open_program(ada, await world.group(ada), questions=[asked])
    said: dict[str, Any] = {"goal": "To give", "answers": [{"questionKey": "why", "text": "So."}]}
    enrollment = await world.enroll(mona, program, "MENTOR", **said)
    await world.enroll(theo, program, "MENTEE")
    await world.match(ada, program, mona, theo)

    # when they and the admin look, they see it all; the partner sees the goal and not the answers
    async def look(person: Person) -> tuple[Any, list[str]]:
        answer = await person.ask(
            "query($id: ID!) { node(id: $id) { ... on Enrollment { goal answers { text } } } }",
            id=enrollment,
        )
        return answer.payload, answer.codes

    everything = {"goal": "To give", "answers": [{"text": "So."}]}
    assert await look(mona) == await look(ada) == (everything, [])
    assert await look(theo) == ({"goal": "To give", "answers": None}, ["FORBIDDEN"])


async def test_whom_one_has_blocked_and_knows_no_more_is_there_by_name_alone(world: World) -> None:
    # given two of one group, one of whom blocks the other and leaves
    ada, bob, eve = await world.people("Ada", "Bob", "Eve")
    group = await world.group(ada, bob, eve)
    await execute("UPDATE users SET bio = 'Now at Elm Street 5.' WHERE id = $1", eve.key)
    block = "mutation($id: ID!) { blockUser(userId: $id) { errors { code } } }"
    (await bob.ask(block, id=eve.id)).ok()
    leave = "mutation($id: ID!) { leaveGroup(groupId: $id) { errors { code } } }"
    said = "{ displayName bio languages timeZone }"
    node = f"query($id: ID!) {{ node(id: $id) {{ ... on User {said} }} }}"
    blocked = f"{{ viewer {{ blockedUsers {said} }} }}"
    there = {"languages": ["en"], "timeZone": "Europe/Paris"}
    all = {"displayName": "Eve", "bio": "Now at Elm Street 5.", **there}
    assert (await bob.ask(node, id=eve.id)).ok() == all
    assert (await bob.ask(blocked)).payload == {"blockedUsers": [all]}
    (await bob.ask(leave, id=group)).ok()

    # then they recognise the other one, and learn nothing new of them
    name: dict[str, Any] = {"displayName": "Eve", "bio": None, "languages": [], "timeZone": "UTC"}
    assert (await bob.ask(node, id=eve.id)).ok() == name
    assert (await bob.ask(blocked)).payload == {"blockedUsers": [name]}
    assert (await ada.ask(node, id=eve.id)).ok() == all


async def test_what_is_not_ones_own_takes_as_many_statements_as_what_is_not_there(
    world: World, statements: list[str]
) -> None:
    # given one thing of each kind that a stranger may not know of
    pair = await world.pair()
    draft = await world.program(pair.admin, pair.group)
    step = (await pair.admin.ask(STEPS, id=draft)).payload["steps"][0]["id"]
    _, _, _, _, *foreign = await ids_of(world, pair)
    eve = await world.person("Eve")

    # when she asks for each, and for what was never given out
    for id in (draft, step, pair.mentor.id, *foreign):
        asked = []
        for one in (id, id.partition("_")[0] + "_" + "0" * 32):
            statements.clear()
            assert (await eve.ask(NODE, id=one)).payload is None
            asked.append(statements.copy())

        # then both are looked for in the same way: neither answer takes longer
        assert asked[0] == asked[1], id
