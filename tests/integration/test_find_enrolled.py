"""Program.enrollments, of people with a name."""

from typing import Any

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.integration.examples import in_one_world
from tests.integration.plans import nodes_of, plan_of
from tests.integration.world import Pair, Person, World

FIND = """
query($id: ID!, $search: String, $role: ProgramRole, $status: [EnrollmentStatus!],
      $unmatched: Boolean, $first: Int, $after: String) {
  program(id: $id) {
    enrollments(search: $search, role: $role, status: $status, unmatched: $unmatched,
                first: $first, after: $after) {
      totalCount nodes { user { displayName } goal } pageInfo { hasNextPage endCursor } } } }"""
BELOW_GROUP = """
query($id: ID!, $search: String) {
  group(id: $id) { programs { nodes {
    enrollments(search: $search) { totalCount nodes { user { displayName } } } } } } }"""
RENAME = """mutation($name: String!) {
    updateProfile(input: {displayName: $name}) { errors { code } } }"""
DELETE = "mutation { deleteMyAccount(input: {}) { errors { code } } }"


async def found(admin: Person, program: str, **filters: Any) -> list[str]:
    answer = await admin.ask(FIND, id=program, first=100, **filters)
    read = answer.payload["enrollments"]
    names = [node["user"]["displayName"] for node in read["nodes"]]
    assert (answer.codes, read["totalCount"]) == ([], len(names))
    return names


@pytest.fixture
async def pair(world: World) -> Pair:
    """Mona and Theo, a waiting mentor and two mentees, one of whom is not decided upon."""
    pair = await world.pair()
    await world.enroll(await world.person("Mónica Söder"), pair.program, "MENTOR", capacity=3)
    await world.enroll(await world.person("Tess Moon"), pair.program, "MENTEE")
    await world.enroll(await world.person("Théa"), pair.program, "MENTEE", approved=False)
    return pair


async def test_those_enrolled_are_found_by_the_words_of_their_name(pair: Pair) -> None:
    for filters, names in (
        ({"search": "mon"}, ["Mona", "Mónica Söder"]),
        ({"search": "SODER mo"}, ["Mónica Söder"]),
        ({"search": "the"}, ["Theo", "Théa"]),
        ({"search": "mo", "role": "MENTEE"}, ["Tess Moon"]),
        ({"search": "the", "status": ["PENDING"]}, ["Théa"]),
        ({"search": "mo", "unmatched": True}, ["Mónica Söder", "Tess Moon"]),
        ({"search": "mo", "unmatched": False}, ["Mona"]),
        ({"search": "nobody"}, []),
        ({"search": "%"}, []),
        ({"search": " "}, ["Mona", "Theo", "Mónica Söder", "Tess Moon", "Théa"]),
        ({"search": None}, ["Mona", "Theo", "Mónica Söder", "Tess Moon", "Théa"]),
        ({"search": "", "role": "MENTOR"}, ["Mona", "Mónica Söder"]),
    ):
        assert await found(pair.admin, pair.program, **filters) == names, filters


async def test_it_is_the_same_wherever_the_program_is_reached_from(
    world: World, pair: Pair
) -> None:
    # given another program of the group, of people with the same names
    other = await world.open_program(pair.admin, pair.group)
    await world.enroll(await world.person("Mo"), other, "MENTOR")
    for search, lists in (("mo", [["Mona", "Mónica Söder", "Tess Moon"], ["Mo"]]), ("x", [[], []])):
        answer = await pair.admin.ask(BELOW_GROUP, id=pair.group, search=search)
        shown = [each["enrollments"] for each in answer.payload["programs"]["nodes"]]
        assert [[e["user"]["displayName"] for e in each["nodes"]] for each in shown] == lists
        assert [each["totalCount"] for each in shown] == [len(each) for each in lists]


async def test_who_takes_another_name_or_is_gone_is_found_as_the_list_shows_them(
    pair: Pair,
) -> None:
    (await pair.mentor.ask(RENAME, name="Zoë")).ok()
    (await pair.mentee.ask(DELETE)).ok()
    for search, names in (
        ("zoe", ["Zoë"]),
        ("mona", []),
        ("theo", []),
        (None, ["Zoë", "", "Mónica Söder", "Tess Moon", "Théa"]),
    ):
        assert await found(pair.admin, pair.program, search=search) == names, search


async def test_nobody_but_the_admins_is_told_who_or_how_many(world: World, pair: Pair) -> None:
    foreign = await world.person("Fay")
    await world.group(foreign)
    for person in (pair.mentor, pair.mentee, foreign):
        answer = await person.ask(FIND, id=pair.program, search="mo")
        assert (answer.payload["enrollments"], answer.codes) == (None, ["FORBIDDEN"])


@in_one_world(20)
@given(
    size=st.integers(1, 6),
    search=st.sampled_from([None, "mo", "e", "x"]),
    role=st.sampled_from([None, "MENTOR", "MENTEE"]),
)
async def test_all_pages_together_are_the_list(
    pair: Pair, size: int, search: str | None, role: str | None
) -> None:
    filters: dict[str, Any] = {"search": search, "role": role}
    listed = await found(pair.admin, pair.program, **filters)
    seen, after, more = list[str](), None, True
    while more:
        answer = await pair.admin.ask(FIND, id=pair.program, first=size, after=after, **filters)
        read = answer.payload["enrollments"]
        assert read["totalCount"] == len(listed)
        seen += [node["user"]["displayName"] for node in read["nodes"]]
        after, more = read["pageInfo"]["endCursor"], read["pageInfo"]["hasNextPage"]
        assert more is (len(seen) < len(listed))
    assert seen == listed


async def test_the_program_and_those_who_are_found_are_read_together(
    pair: Pair, database: str, statements: list[str]
) -> None:
    # given what is asked of the database for one name
    document = FIND.replace("totalCount", "")
    statements.clear()
    answer = await pair.admin.ask(document, id=pair.program, search="mon")
    assert len(answer.payload["enrollments"]["nodes"]) == 2
    asked = [sql for sql in statements if "LIKE ALL" in sql]
    assert len(asked) == 1

    # then those enrolled in the program are read in their order, and nobody else
    reader = await asyncpg.connect(database)
    await reader.execute("SET enable_seqscan = off; SET enable_bitmapscan = off")
    nodes = list(nodes_of(await plan_of(reader, asked[0])))
    await reader.close()
    [enrolled] = [node for node in nodes if node.get("Alias") == "e"]
    assert enrolled["Index Name"] == "enrollments_of_program"
