"""What is read together with who asks: one trip less, and never anything for anybody else."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, TypeAlias

import asyncpg
import httpx2
import pytest
from starlette.applications import Starlette

from domain import tokens
from domain.sessions import end_session
from models.foresight import Foresight, close, foreseen
from schema import schema_of
from server.http import graphql_http
from tests.conftest import COMPILED
from tests.integration.clients import Person
from tests.integration.plans import plan_of, tables_in
from tests.integration.world import World

pytestmark = [pytest.mark.anyio, pytest.mark.skipif(not COMPILED, reason="nothing is kept")]

PAGE = """query($id: ID!) { match(id: $id) {
  id messages(last: 5) { nodes { body sender { id } } } } }"""
INBOX = """{ viewer { matches { nodes { id unreadCount viewerAcceptedAt
  currentStep { step { position } } openCheckIn { week mine { mood } partners { mood } } } } } }"""
BADGE = "{ viewer { unreadCount } }"
EITHER = """query($id: ID!, $mine: Boolean!) {
  viewer @include(if: $mine) { matches { nodes { id } } }
  match(id: $id) @skip(if: $mine) { id } }"""
FIND = "($words: String) { groups(search: $words) { nodes { id } } }"
SEND_TWO = """mutation($one: SendMessageInput!, $two: SendMessageInput!) {
  one: sendMessage(input: $one) { message { number } errors { code } }
  two: sendMessage(input: $two) { message { number } errors { code } } }"""

Ask: TypeAlias = Callable[..., Awaitable[Any]]


@pytest.fixture
async def ask(database: str) -> AsyncIterator[Ask]:
    transport = httpx2.ASGITransport(Starlette(routes=[graphql_http(schema_of())]))
    async with httpx2.AsyncClient(transport=transport, base_url="http://compagnon") as client:

        async def ask(person: Person, query: str, **variables: Any) -> Any:
            token, _ = tokens.sign(person.session, person.key)
            headers = {"content-type": "application/json", "authorization": f"Bearer {token}"}
            body = json.dumps({"query": query, "variables": variables})
            return (await client.post("/graphql", content=body, headers=headers)).json()

        yield ask


async def test_what_a_document_reads_first_comes_with_the_session_once_it_is_known(
    world: World, ask: Ask, statements: list[str]
) -> None:
    # given a document that many ask for at the same moment, before it is known what it reads
    one, other = await world.pair(), await world.pair()
    await ask(one.mentor, PAGE, id=one.match)
    await asyncio.gather(*(ask(pair.mentee, PAGE, id=pair.match) for pair in [one, other] * 4))
    taken = []
    for pair in (one, other):
        # when people of different pairs ask for the same
        statements.clear()
        page = await ask(pair.mentor, PAGE, id=pair.match)
        taken.append(len(statements))
        # then each gets their own
        assert page == {"data": {"match": {"id": pair.match, "messages": {"nodes": []}}}}
    # and from then on it is one statement
    assert taken == [1, 1]


async def test_nothing_is_read_or_told_for_a_session_that_has_ended(
    world: World, ask: Ask, statements: list[str]
) -> None:
    # given a document that is known
    pair = await world.pair()
    for _ in range(3):
        assert (await ask(pair.mentee, INBOX))["data"]["viewer"]["matches"]["nodes"]

    # when a session has ended
    await end_session(pair.mentee.session)
    statements.clear()

    # then there is nobody, and no second statement looked for anything
    assert await ask(pair.mentee, INBOX) == {"data": {"viewer": None}}
    assert len(statements) == 1


async def test_a_stranger_gets_nothing_of_a_pair_that_others_ask_for(
    world: World, ask: Ask
) -> None:
    pair, stranger = await world.pair(), await world.person("Sam")
    for _ in range(3):
        await ask(pair.mentor, PAGE, id=pair.match)

    assert await ask(stranger, PAGE, id=pair.match) == {"data": {"match": None}}


async def test_guesses_that_are_wrong_are_given_up(
    world: World, ask: Ask, statements: list[str]
) -> None:
    # given a document whose variables say what it reads, and clients that say this and that
    pair = await world.pair()
    for number in range(12):
        mine = bool(number % 2)
        statements.clear()
        answer = (await ask(pair.mentor, EITHER, id=pair.match, mine=mine))["data"]
        # then it is answered all the same
        found = answer["viewer"]["matches"]["nodes"][0] if mine else answer["match"]
        assert found == {"id": pair.match}
    # and in the end nobody guesses any more
    assert not any("LEFT JOIN LATERAL (SELECT true" in text for text in statements)


async def test_the_second_of_two_mutations_sees_what_the_first_has_done(
    world: World, ask: Ask
) -> None:
    pair = await world.pair()
    for number in range(3):
        said = {"matchId": pair.match, "body": "hello"}
        one, two = ({**said, "clientKey": f"{number} {which}"} for which in ("one", "two"))
        answer = (await ask(pair.mentor, SEND_TWO, one=one, two=two))["data"]
        numbers = [answer[which]["message"]["number"] for which in ("one", "two")]
        assert numbers == [2 * number + 1, 2 * number + 2]


async def test_long_words_of_one_person_are_not_kept_with_what_everybody_asks(
    world: World, ask: Ask, statements: list[str]
) -> None:
    # given a document that somebody asks with a few letters, and another with very many
    person = await world.person("Mona")
    taken = []
    for name, letters in (("A", 9), ("B", 60_000)):
        for _ in range(3):
            statements.clear()
            found = await ask(person, f"query {name}{FIND}", words="x" * letters)
            assert found == {"data": {"groups": {"nodes": []}}}
        taken.append(len(statements))
    # then only what was short is foreseen
    assert taken == [1, 2]


async def test_rows_keep_their_order_whatever_the_planner_is_made_to_think(
    world: World, ask: Ask, statements: list[str], database: str
) -> None:
    # given what is read first by a page and an inbox of some length, as it was learned
    pair, learned = await world.pair(), []
    for query, said in ((PAGE, {"id": pair.match}), (INBOX, {}), (BADGE, {})):
        for _ in range(3):
            statements.clear()
            await ask(pair.mentor, query, **said)
        learned += [sql for sql in statements if "LEFT JOIN LATERAL (SELECT true" in sql]
    assert len(learned) == 3
    # when nested loops are as dear as can be, and workers for nothing
    reader = await asyncpg.connect(database)
    await reader.execute("SET enable_nestloop = off; SET debug_parallel_query = on")
    for sql in learned:
        plan = await plan_of(reader, sql)
        if plan["Node Type"] == "Gather":
            (plan,) = plan["Plans"]
        # then it is a nested loop all the same, which begins with the one row of a session
        assert (plan["Node Type"], plan["Join Type"]) == ("Nested Loop", "Left")
        who, found = plan["Plans"]
        assert "sessions" in tables_in(who) and "sessions" not in tables_in(found)
    await reader.close()


async def test_what_was_read_is_handed_out_once_and_only_first() -> None:
    guess = "SELECT 1", ("a",)

    def ahead() -> None:
        made = Foresight(guess)
        made.rows = [(1,)]
        made.open()

    ahead()
    assert foreseen("SELECT 1", ("a",)) == [(1,)]
    assert foreseen("SELECT 1", ("a",)) is None
    ahead()
    assert foreseen("SELECT 1", ("b",)) is None
    assert foreseen("SELECT 1", ("a",)) is None
    ahead()
    close()
    assert foreseen("SELECT 1", ("a",)) is None
