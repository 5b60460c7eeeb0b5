"""Viewer.matches(orderBy: LAST_MESSAGE): an inbox as chat clients list it."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import cycle
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.clock import clock
from models.database import execute
from models.ids import id_of
from tests.conftest import COMPILED
from tests.integration.examples import in_one_world
from tests.integration.plans import nodes_of, plan_of, tables_in
from tests.integration.test_inbox_statements import INBOX
from tests.integration.world import Answer, Person, World

FIND = """
query($status: [MatchStatus!], $order: MatchOrder, $first: Int, $after: String) {
  viewer {
    matches(status: $status, orderBy: $order, first: $first, after: $after) {
      totalCount
      nodes { id partner { displayName } }
      edges { cursor node { id } }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } } }"""
SEND = """mutation($match: ID!, $key: ID!) {
  sendMessage(input: {matchId: $match, body: "hello", clientKey: $key}) {
    message { id } errors { code } } }"""
DELETE = "mutation($id: ID!) { deleteMessage(messageId: $id) { errors { code } } }"
MENTEES = ("Theo", "Nina", "Zoe", "Max", "Eve", "Tess")


class Inbox:
    """A mentor, and whom she is paired with, a minute after one another."""

    def __init__(self, ada: Person, mona: Person, program: str, matches: dict[str, str]) -> None:
        self.admin, self.mentor, self.program, self.matches = ada, mona, program, matches
        self._keys: Iterator[int] = iter(range(10**6))

    async def say(self, name: str) -> str:
        """Sends a message to this mentee, a minute after whatever was before."""
        clock.advance(timedelta(minutes=1))
        said = {"match": self.matches[name], "key": str(next(self._keys))}
        message: str = (await self.mentor.ask(SEND, **said)).ok()["message"]["id"]
        return message

    async def page(self, **wanted: Any) -> Answer:
        return await self.mentor.ask(FIND, **{"order": "LAST_MESSAGE"} | wanted)

    def key(self, name: str) -> UUID:
        """The match with this mentee, as the database knows it."""
        found = id_of("match", self.matches[name])
        assert found is not None
        return found

    async def listed(self, **wanted: Any) -> list[str]:
        """The names of the partners."""
        answer = await self.page(first=100, **wanted)
        read = answer.payload["matches"]
        names = [node["partner"]["displayName"] for node in read["nodes"]]
        assert (answer.codes, read["totalCount"]) == ([], len(names))
        return names


@pytest.fixture
async def inbox(world: World) -> Inbox:
    ada, mona = await world.people("Ada", "Mona")
    program = await world.open_program(ada, await world.group(ada))
    await world.enroll(mona, program, "MENTOR", capacity=20)
    matches = {}
    for name in MENTEES:
        mentee = await world.person(name)
        await world.enroll(mentee, program, "MENTEE")
        clock.advance(timedelta(minutes=1))
        matches[name] = await world.match(ada, program, mona, mentee)
    return Inbox(ada, mona, program, matches)


async def test_the_pair_that_wrote_last_comes_first_and_one_that_never_did_where_it_was_made(
    inbox: Inbox,
) -> None:
    # given pairs of which none has written
    assert await inbox.listed() == list(reversed(MENTEES))
    assert await inbox.listed(order="CREATED") == await inbox.listed(order=None) == list(MENTEES)

    # when some do, then they come first, the latest before the others
    await inbox.say("Nina")
    await inbox.say("Theo")
    assert await inbox.listed() == ["Theo", "Nina", "Tess", "Eve", "Max", "Zoe"]
    last = await inbox.say("Nina")
    assert await inbox.listed() == ["Nina", "Theo", "Tess", "Eve", "Max", "Zoe"]

    # and a message that is deleted or read moves nothing
    (await inbox.mentor.ask(DELETE, id=last)).ok()
    assert await inbox.listed() == ["Nina", "Theo", "Tess", "Eve", "Max", "Zoe"]
    assert await inbox.listed(order="CREATED") == list(MENTEES)


async def test_it_is_narrowed_by_status_and_holds_nobody_elses(world: World, inbox: Inbox) -> None:
    await inbox.say("Zoe")
    pause = "mutation($id: ID!) { pauseMatch(matchId: $id) { errors { code } } }"
    (await inbox.mentor.ask(pause, id=inbox.matches["Nina"])).ok()
    assert await inbox.listed(status=["ACTIVE"]) == ["Zoe", "Tess", "Eve", "Max", "Theo"]
    assert await inbox.listed(status=["PAUSED"]) == ["Nina"]
    assert await inbox.listed(status=[]) == []
    for person in (inbox.admin, await world.person("Stranger")):
        answer = await person.ask(FIND, order="LAST_MESSAGE")
        assert answer.payload["matches"]["nodes"] == []


async def test_admins_are_not_told_in_which_order_pairs_write(inbox: Inbox) -> None:
    document = """query($id: ID!) {
      program(id: $id) { matches(orderBy: LAST_MESSAGE) { nodes { id } } } }"""
    answer = await inbox.admin.ask(document, id=inbox.program)
    assert answer.codes == ["GRAPHQL_VALIDATION_FAILED"]


async def test_minors_have_no_inbox_in_any_order(world: World) -> None:
    answer = await (await world.minor("Max")).ask(FIND, order="LAST_MESSAGE")
    assert (answer.payload["matches"], answer.codes) == (None, ["AGE_RESTRICTED"])


async def test_a_cursor_of_one_order_is_none_of_the_other(inbox: Inbox) -> None:
    await inbox.say("Zoe")
    for order, other in (("CREATED", "LAST_MESSAGE"), ("LAST_MESSAGE", "CREATED")):
        cursor = (await inbox.page(order=order, first=2)).payload["matches"]["pageInfo"]
        answer = await inbox.page(order=other, after=cursor["endCursor"])
        assert (answer.payload["matches"], answer.codes) == (None, ["BAD_CURSOR"])
        assert (await inbox.page(order=order, after=cursor["endCursor"])).codes == []


async def test_whoever_writes_meanwhile_is_not_shown_twice_and_hides_nobody_else(
    inbox: Inbox,
) -> None:
    # given the first page of an inbox
    first = (await inbox.page(first=3)).payload["matches"]
    assert [node["partner"]["displayName"] for node in first["nodes"]] == ["Tess", "Eve", "Max"]

    # when one of it and one behind it write before the next page is asked for
    await inbox.say("Eve")
    await inbox.say("Nina")
    rest = await inbox.page(first=100, after=first["pageInfo"]["endCursor"])

    # then that one has moved to the front, and the others follow
    names = [node["partner"]["displayName"] for node in rest.payload["matches"]["nodes"]]
    assert names == ["Zoe", "Theo"]
    assert (await inbox.listed())[:2] == ["Nina", "Eve"]


@in_one_world(25)
@given(
    speaking=st.lists(st.sampled_from(MENTEES), max_size=5),
    at_once=st.booleans(),
    sizes=st.lists(st.integers(1, 7), min_size=1, max_size=6),
)
async def test_all_pages_together_are_the_list(
    inbox: Inbox, speaking: list[str], at_once: bool, sizes: list[int]
) -> None:
    # given some who have written, perhaps all in the same moment
    for name in speaking:
        await inbox.say(name)
    if at_once:
        await execute("UPDATE messages SET sent_at = '2031-01-01 12:00:00.000001+00'")
        await execute("UPDATE matches SET created_at = '2031-01-01 12:00:00.000001+00'")

    # when the inbox is read in pages of these sizes
    listed, seen, after = await inbox.listed(), list[str](), None
    for size in cycle(sizes):
        read = (await inbox.page(first=size, after=after)).payload["matches"]
        info = read["pageInfo"]
        seen += [node["partner"]["displayName"] for node in read["nodes"]]

        # then each says truly what is before and after it
        assert info["hasPreviousPage"] is (after is not None)
        assert info["hasNextPage"] is (len(seen) < len(listed))
        cursors = [edge["cursor"] for edge in read["edges"]] or [None]
        assert (info["startCursor"], info["endCursor"]) == (cursors[0], cursors[-1])
        assert read["totalCount"] == len(MENTEES)
        after = info["endCursor"]
        if not info["hasNextPage"]:
            break

    # and together they are all, the latest first, and by id where that is alike
    assert seen == listed
    assert sorted(seen) == sorted(MENTEES)
    if at_once:
        assert listed == sorted(listed, key=inbox.key, reverse=True)


@pytest.mark.parametrize(
    ("order", "names"), [("LAST_MESSAGE", ["Tess", "Eve"]), ("CREATED", ["Theo", "Nina"])]
)
async def test_it_takes_one_statement_which_reads_only_its_own_page_in_full(
    inbox: Inbox, database: str, statements: list[str], order: str, names: list[str]
) -> None:
    # given an inbox as clients ask for it, and what is asked of the database for it
    document = INBOX.replace("first: 100", f"first: 2, orderBy: {order}")
    for name in MENTEES:
        await inbox.say(name)
    statements.clear()
    read = (await inbox.mentor.ask(document.replace("totalCount", ""))).payload["matches"]
    assert [node["partner"]["displayName"] for node in read["nodes"]] == names
    assert all(node["messages"]["nodes"] for node in read["nodes"])
    asked = [sql for sql in statements if "FROM matches m" in sql]
    assert len(asked) == 1 if COMPILED else asked

    # then the page is chosen before the rest is read of it
    reader = await asyncpg.connect(database)
    await reader.execute("SET enable_seqscan = off")
    nodes = list(nodes_of(await plan_of(reader, asked[0])))
    await reader.close()
    [chosen] = [
        node
        for node in nodes
        if node.get("Subplan Name", "").startswith("InitPlan") and node["Node Type"] == "Limit"
    ]
    assert "matches" in tables_in(chosen)
    assert not {"users", "program_steps", "pair_members"} & tables_in(chosen)
