"""Group.members: those of a name, those of a role, and how many."""

from itertools import cycle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.database import execute
from tests.integration.examples import in_one_world
from tests.integration.world import Answer, Person, World

FIND = """
query($id: ID!, $search: String, $role: GroupRole, $first: Int, $after: String) {
  group(id: $id) {
    members(search: $search, role: $role, first: $first, after: $after) {
      totalCount
      nodes { role user { displayName } }
      edges { cursor }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } } }"""
SET_ROLE = """
mutation($input: SetGroupRoleInput!) { setGroupRole(input: $input) { errors { code } } }"""

RENAME = """mutation($name: String!) {
    updateProfile(input: {displayName: $name}) { errors { code } } }"""
LEAVE = "mutation($id: ID!) { leaveGroup(groupId: $id) { errors { code } } }"
DELETE = "mutation { deleteMyAccount(input: {}) { errors { code } } }"


async def found(person: Person, group: str, **filters: Any) -> list[str]:
    answer = await person.ask(FIND, id=group, first=100, **filters)
    read = answer.payload["members"]
    assert answer.codes == []
    names = [node["user"]["displayName"] for node in read["nodes"]]
    assert read["totalCount"] == len(names)
    return names


async def page(person: Person, group: str, **wanted: Any) -> Answer:
    return await person.ask(FIND, id=group, **wanted)


NAMES = ["Élodie Dupont", "Zoë O'Neil", "Jo_100%", "Łukasz  {0}", "elodie martin", "李小龙"]


async def test_members_are_found_by_the_words_of_their_name(world: World) -> None:
    # given people with awkward names
    ada, *others = await world.people("Ada", *NAMES)
    group = await world.group(ada, *others)

    # when they are looked for, every word has to be there, whatever its case and accents
    for search, names in (
        ("elodie", ["Élodie Dupont", "elodie martin"]),
        ("ÉLODIE", ["Élodie Dupont", "elodie martin"]),
        ("dupont e\u0301lodie", ["Élodie Dupont"]),
        ("  ELO   mart ", ["elodie martin"]),
        ("zoe", ["Zoë O'Neil"]),
        ("o'n", ["Zoë O'Neil"]),
        ("%", ["Jo_100%"]),
        ("_", ["Jo_100%"]),
        ("\\", []),
        ("{0}", ["Łukasz  {0}"]),
        ("{1} %s $1", []),
        ("小", ["李小龙"]),
        ("a", ["Ada", "Łukasz  {0}", "elodie martin"]),
        ("zoe elodie", []),
        ("\0", ["Ada", *NAMES]),
        ("\u0301", ["Ada", *NAMES]),
        (" ", ["Ada", *NAMES]),
        ("", ["Ada", *NAMES]),
        (None, ["Ada", *NAMES]),
        ("x" * 100_000, []),
        ("elodie " * 10_000, ["Élodie Dupont", "elodie martin"]),
    ):
        # then these are found
        assert await found(ada, group, search=search) == names, search


async def test_members_are_found_by_their_role(world: World) -> None:
    # given two groups of the same people, with other admins
    ada, bob, eve = await world.people("Ada", "Bob", "Eve")
    group, other = await world.group(ada, bob, eve), await world.group(eve, ada, bob)
    (await ada.ask(SET_ROLE, input={"groupId": group, "userId": bob.id, "role": "ADMIN"})).ok()

    # when each asks for those of a role, then it is theirs in this group
    for person in (ada, bob, eve):
        assert await found(person, group, role="ADMIN") == ["Ada", "Bob"]
        assert await found(person, group, role="MEMBER") == ["Eve"]
        assert await found(person, group, role=None) == ["Ada", "Bob", "Eve"]
        assert await found(person, other, role="ADMIN") == ["Eve"]
        assert await found(person, group, role="ADMIN", search="b") == ["Bob"]
        assert await found(person, group, role="MEMBER", search="e") == ["Eve"]
        assert await found(person, group, role="MEMBER", search="b") == []


async def test_looking_shows_whom_the_list_shows_and_nobody_else(world: World) -> None:
    # given somebody suspended, and two one of whom has blocked the other: the list shows them all
    ada, bob, sue = await world.people("Ada", "Bob", "Sue Bobson")
    stranger = await world.person("Bobby")
    group, elsewhere = await world.group(ada, bob, sue), await world.group(stranger)
    block = "mutation($id: ID!) { blockUser(userId: $id) { errors { code } } }"
    (await bob.ask(block, id=ada.id)).ok()
    await execute("UPDATE users SET suspended_at = now() WHERE id = $1", sue.key)
    assert await found(ada, group) == ["Ada", "Bob", "Sue Bobson"]

    # then whoever looks for them finds them, and nobody of another group
    assert await found(ada, group, search="bob") == ["Bob", "Sue Bobson"]
    assert await found(bob, group, search="ada") == ["Ada"]

    # and who is no member is told neither names nor numbers
    for person in (stranger, await world.person("Nina")):
        answer = await page(person, group, search="bob")
        assert (answer.payload["members"], answer.codes) == (None, ["FORBIDDEN"])
    assert await found(stranger, elsewhere, search="bob") == ["Bobby"]


async def test_several_groups_are_looked_through_at_once(
    world: World, statements: list[str]
) -> None:
    ada, bob, eve = await world.people("Ada", "Bob", "Eve")
    for members in ((bob,), (eve,), (bob, eve), ()):
        await world.group(ada, *members)
    ask = """{ viewer { groups { nodes {
        members(search: "B") { totalCount nodes { user { displayName } } } } } } }"""
    statements.clear()
    groups = (await ada.ask(ask)).payload["groups"]["nodes"]
    assert [group["members"]["totalCount"] for group in groups] == [1, 0, 1, 0]
    assert [
        [node["user"]["displayName"] for node in group["members"]["nodes"]] for group in groups
    ] == [["Bob"], [], ["Bob"], []]
    assert sum("LIKE ALL" in sql for sql in statements) == 2


async def test_who_is_new_renamed_or_gone_is_found_as_the_list_shows_them(world: World) -> None:
    # given a group in which somebody takes another name, somebody leaves, and somebody is erased
    ada, bob, eve, theo = await world.people("Ada", "Bob", "Eve", "Théo")
    group = await world.group(ada, bob, eve, theo)
    assert await found(ada, group, search="bob") == ["Bob"]
    (await bob.ask(RENAME, name="Röbert")).ok()
    (await eve.ask(LEAVE, id=group)).ok()
    (await theo.ask(DELETE)).ok()

    # then they are found by what is shown now, and by nothing else
    for search, names in (
        ("bob", []),
        ("robert", ["Röbert"]),
        ("eve", []),
        ("theo", []),
        ("a", ["Ada"]),
        (None, ["Ada", "Röbert"]),
    ):
        assert await found(ada, group, search=search) == names, search


@pytest.fixture
async def crowd(world: World) -> tuple[Person, str]:
    """Somebody who looks at a group of nine, two of them admins."""
    ada, *others = await world.people("Ada", *(f"Perso\u0308n {number}" for number in range(8)))
    group = await world.group(ada, *others)
    change = {"groupId": group, "userId": others[4].id, "role": "ADMIN"}
    (await ada.ask(SET_ROLE, input=change)).ok()
    return ada, group


@in_one_world(25)
@given(
    sizes=st.lists(st.integers(1, 9), min_size=1, max_size=8),
    search=st.sampled_from([None, "person", "3", "nobody"]),
    role=st.sampled_from([None, "MEMBER", "ADMIN"]),
)
async def test_all_pages_together_are_the_list(
    crowd: tuple[Person, str], sizes: list[int], search: str | None, role: str | None
) -> None:
    # when they are read in pages of these sizes
    filters: dict[str, Any] = {"search": search, "role": role}
    listed, seen, after = await found(*crowd, **filters), list[str](), None
    for size in cycle(sizes):
        read = (await page(*crowd, first=size, after=after, **filters)).payload["members"]
        info = read["pageInfo"]
        seen += [node["user"]["displayName"] for node in read["nodes"]]

        # then each says truly what is before and after it, and how many there are
        assert read["totalCount"] == len(listed)
        assert info["hasPreviousPage"] is (after is not None)
        assert info["hasNextPage"] is (len(seen) < len(listed))
        cursors = [edge["cursor"] for edge in read["edges"]] or [None]
        assert (info["startCursor"], info["endCursor"]) == (cursors[0], cursors[-1])
        after = info["endCursor"]
        if not info["hasNextPage"]:
            break

    # and together they are the list, of which no other page is like these
    assert seen == listed
    bad = await page(*crowd, after="?", **filters)
    assert (bad.payload["members"], bad.codes) == (None, ["BAD_CURSOR"])


async def test_a_document_that_looks_for_many_is_refused_and_one_that_lists_many_is_not(
    crowd: tuple[Person, str],
) -> None:
    ada, group = crowd
    asked = " ".join(f"m{i}: members(search: $search) {{ totalCount }}" for i in range(25))
    document = f"query($id: ID!, $search: String) {{ group(id: $id) {{ {asked} }} }}"

    answers = [await ada.ask(document, id=group, **said) for said in ({"search": "x"}, {})]

    assert [answer.codes for answer in answers] == [["QUERY_TOO_COMPLEX"], []]
    literal = document.replace("$search)", '"x")').replace(", $search: String", "")
    assert (await ada.ask(literal, id=group)).codes == ["QUERY_TOO_COMPLEX"]
