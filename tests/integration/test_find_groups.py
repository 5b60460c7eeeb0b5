"""groups: every group, by category and by words, page by page."""

import base64
from itertools import cycle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.integration.examples import in_one_world
from tests.integration.world import Answer, Person, World

FIND = """
query($category: [GroupCategory!], $search: String, $first: Int, $after: String) {
  groups(category: $category, search: $search, first: $first, after: $after) {
    nodes { id name }
    edges { cursor node { id } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"""


async def found(person: Person, **filters: Any) -> list[str]:
    nodes = (await person.ask(FIND, first=100, **filters)).payload["nodes"]
    return [node["name"] for node in nodes]


async def page(person: Person, **wanted: Any) -> Answer:
    return await person.ask(FIND, **wanted)


async def test_groups_are_found_by_category(world: World) -> None:
    ada = await world.person("Ada")
    for category in ("PARENTING", "HOBBY", "LOCAL"):
        await world.group(ada, name=category, category=category)
    assert await found(ada) == ["PARENTING", "HOBBY", "LOCAL"]
    assert await found(ada, category=None) == ["PARENTING", "HOBBY", "LOCAL"]
    assert await found(ada, category=["LOCAL", "PARENTING"]) == ["PARENTING", "LOCAL"]
    assert await found(ada, category=["OTHER"]) == []
    assert await found(ada, category=[]) == []


async def test_groups_are_found_by_the_words_in_name_and_description(world: World) -> None:
    # given groups whose names and descriptions hold awkward letters
    ada = await world.person("Ada")
    for name, description in (
        ("Night shift", "Parents who work at night"),
        ("École ouverte", "Apprendre à 100 %"),
        ("{0} under_score", "C:\\path 'quoted'"),
    ):
        await world.group(ada, name=name, description=description)

    # when they are looked for, every word has to be there, in any letter case
    for search, names in (
        ("NIGHT", ["Night shift"]),
        ("parents shift", ["Night shift"]),
        ("  shift   parents  ", ["Night shift"]),
        ("shift day", []),
        ("école", ["École ouverte"]),
        ("ÉCOLE", ["École ouverte"]),
        ("%", ["École ouverte"]),
        ("_", ["{0} under_score"]),
        ("\\", ["{0} under_score"]),
        ("'quoted'", ["{0} under_score"]),
        ("{0}", ["{0} under_score"]),
        ("{1} {} %s $1", []),
        ("\0", ["Night shift", "École ouverte", "{0} under_score"]),
        ("\ud800", ["Night shift", "École ouverte", "{0} under_score"]),
        ("night\ud800shift", ["Night shift"]),
        ("E\u0301cole", ["École ouverte"]),
        ("ecole", ["École ouverte"]),
        ("APPRENDRE a", ["École ouverte"]),
        ("níght", ["Night shift"]),
        ("\u0301", ["Night shift", "École ouverte", "{0} under_score"]),
        ("", ["Night shift", "École ouverte", "{0} under_score"]),
        (" ", ["Night shift", "École ouverte", "{0} under_score"]),
        (None, ["Night shift", "École ouverte", "{0} under_score"]),
        ("x" * 100_000, []),
        ("night " * 10_000, ["Night shift"]),
    ):
        # then these are found
        assert await found(ada, search=search) == names, search

    # and a category narrows them
    assert await found(ada, search="night", category=["HOBBY"]) == []


NAMES = [f"Group {number}" for number in range(7)]


@pytest.fixture
async def reader(world: World) -> Person:
    """Somebody who looks at seven groups of two categories, taking turns."""
    ada = await world.person("Ada")
    for number, name in enumerate(NAMES):
        await world.group(ada, name=name, category=("PARENTING", "HOBBY")[number % 2])
    return ada


@in_one_world(25)
@given(
    sizes=st.lists(st.integers(1, 9), min_size=1, max_size=8),
    category=st.sampled_from([None, ["PARENTING"], ["HOBBY"], ["PARENTING", "HOBBY"]]),
    search=st.sampled_from([None, "group", "group 3", "nothing"]),
)
async def test_all_pages_together_are_the_list(
    reader: Person, sizes: list[int], category: list[str] | None, search: str | None
) -> None:
    # when the groups are read in pages of these sizes
    filters = {"category": category, "search": search}
    listed = await found(reader, **filters)
    seen: list[str] = []
    after, more = None, True
    for size in cycle(sizes):
        read = (await page(reader, first=size, after=after, **filters)).payload
        edges, info = read["edges"], read["pageInfo"]
        seen += [node["name"] for node in read["nodes"]]
        more = info["hasNextPage"]

        # then each says truly what is before and after it, and where it begins and ends
        assert [edge["node"]["id"] for edge in edges] == [node["id"] for node in read["nodes"]]
        assert info["hasPreviousPage"] is (after is not None)
        assert more is (len(seen) < len(listed))
        cursors = [edge["cursor"] for edge in edges] or [None]
        assert (info["startCursor"], info["endCursor"]) == (cursors[0], cursors[-1])
        after = info["endCursor"]
        if not more:
            break

    # and together they are the list
    assert seen == listed


async def test_a_page_goes_on_after_its_cursor_whatever_came_meanwhile(world: World) -> None:
    ada = await world.person("Ada")
    for name in ("One", "Two", "Three"):
        await world.group(ada, name=name)
    first = (await page(ada, first=2)).payload
    await world.group(ada, name="Four")
    rest = (await page(ada, first=100, after=first["pageInfo"]["endCursor"])).payload
    assert [node["name"] for node in first["nodes"] + rest["nodes"]] == [
        "One",
        "Two",
        "Three",
        "Four",
    ]


async def test_a_page_has_twenty_rows_unless_told_and_a_hundred_at_most(world: World) -> None:
    ada = await world.person("Ada")
    for _ in range(21):
        await world.group(ada)
    for first, count in ((None, 20), (0, 0), (1, 1), (100, 21), (2**31 - 1, 21)):
        answer = await page(ada, first=first)
        assert len(answer.payload["nodes"]) == count
        assert answer.payload["pageInfo"]["hasNextPage"] is (count < 21)


async def test_an_impossible_page_is_refused_and_the_rest_of_the_answer_arrives(
    world: World,
) -> None:
    ada = await world.person("Ada")
    await world.group(ada)
    for first in (-1, -(2**31)):
        answer = await page(ada, first=first)
        assert (answer.data, answer.codes) == ({"groups": None}, ["GRAPHQL_VALIDATION_FAILED"])
    cursor = (await page(ada)).payload["pageInfo"]["endCursor"]
    for after in (
        "x",
        "garbage",
        "\0",
        "é",
        cursor + "=",
        cursor[:-1],
        cursor.swapcase(),
        base64.urlsafe_b64encode(b"\x02" + bytes(24)).decode(),
        "A" * 100_000,
        "' OR 1=1 --",
    ):
        answer = await page(ada, after=after)
        assert (answer.data, answer.codes) == ({"groups": None}, ["BAD_CURSOR"]), after
    both = await ada.ask('{ groups(after: "?") { nodes { id } } viewer { email } }')
    assert both.data is not None
    assert both.data["viewer"] is not None


async def test_groups_are_for_whoever_is_signed_in(world: World) -> None:
    ada, max_ = await world.person("Ada"), await world.minor("Max")
    await world.group(ada, name="G")
    assert await found(max_) == ["G"]
    assert (await world.nobody.ask(FIND)).codes == ["UNAUTHENTICATED"]
