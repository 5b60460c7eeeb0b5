"""Numbers without gaps however many write at once, and nothing legible in the database."""

import asyncio
import random
from collections import Counter
from typing import Any

from models.database import fetch
from tests.integration.world import Answer, Pair, Person, World

SEND = """mutation($match: ID!, $body: String!, $key: ID!, $reply: ID) {
  sendMessage(input: {matchId: $match, body: $body, clientKey: $key, replyToId: $reply}) {
    message { id number } errors { code } } }"""
EDIT = """mutation($id: ID!, $body: String!) {
  editMessage(input: {messageId: $id, body: $body}) { errors { code } } }"""
DELETE = "mutation($id: ID!) { deleteMessage(messageId: $id) { errors { code } } }"
READ = """mutation($match: ID!) { markRead(matchId: $match, upToNumber: 1) { errors { code } } }"""

SECRET = "the otters come at dusk"


async def send(person: Person, pair: Pair, body: str, key: str, **said: Any) -> Answer:
    return await person.ask(SEND, match=pair.match, body=body, key=key, **said)


async def test_two_hundred_messages_at_once_are_numbered_without_a_gap(world: World) -> None:
    # given a message, and 200 more by both, 50 of them sent twice and 25 that must be refused
    pair = await world.pair()
    first = (await send(pair.mentor, pair, "0", "0")).ok()["message"]["id"]
    chance = random.Random(7)
    calls = [
        send(chance.choice((pair.mentor, pair.mentee)), pair, str(i), f"key {i}")
        for i in range(1, 151)
    ]
    for i in range(151, 201):
        calls += [send(pair.mentor, pair, str(i), f"key {i}") for _ in range(2)]
    calls += [
        send(pair.mentee, pair, "?", f"refused {i}", reply="message_" + "0" * 32) for i in range(25)
    ]
    # and edits and marks between them, which take places in the order but no numbers
    calls += [pair.mentor.ask(EDIT, id=first, body=f"{i}") for i in range(10)]
    calls += [pair.mentee.ask(READ, match=pair.match)]
    # when all of it happens at once
    chance.shuffle(calls)
    answers = await asyncio.gather(*calls)
    # then there are 201 messages, numbered without a gap in the order of their commits
    codes = Counter(error["code"] for answer in answers for error in answer.payload["errors"])
    assert codes == {"NOT_FOUND": 25}
    rows = await fetch("SELECT number, seq FROM messages ORDER BY seq")
    assert [row["number"] for row in rows] == list(range(1, 202))
    # and all that happened has its place in one order without a gap
    places = await fetch(
        "SELECT seq FROM messages UNION ALL SELECT seq FROM message_changes ORDER BY seq"
    )
    assert [row["seq"] for row in places] == list(range(1, 201 + 11 + 1))
    counted = await fetch("SELECT last_number, last_seq FROM matches")
    assert tuple(counted[0]) == (201, 212)


async def test_nothing_anybody_wrote_stands_legible_in_any_table(world: World) -> None:
    # given a message, one that was edited
    pair = await world.pair()
    (await send(pair.mentor, pair, SECRET, "1")).ok()
    edited = (await send(pair.mentee, pair, "never mind", "2")).ok()["message"]["id"]
    (await pair.mentee.ask(EDIT, id=edited, body=f"I said {SECRET}")).ok()
    # then no column of any table holds it, as text or as bytes
    assert await tables_holding(SECRET) == []
    # while what is stored in the clear is found by this search
    assert await tables_holding("Mona") == ["users"]
    assert "pair_members" in await tables_holding(pair.mentor.key.hex)


async def test_a_deleted_body_is_gone(world: World) -> None:
    # given a message, edited and then deleted
    pair = await world.pair()
    id = (await send(pair.mentor, pair, SECRET, "1")).ok()["message"]["id"]
    (await pair.mentor.ask(EDIT, id=id, body=SECRET + "!")).ok()
    before = (await fetch("SELECT body, fingerprint FROM messages"))[0]
    (await pair.mentor.ask(DELETE, id=id)).ok()
    # then neither the text nor what would tell it again is in its row
    row = (await fetch("SELECT * FROM messages"))[0]
    assert (row["body"], row["fingerprint"]) == (None, None)
    assert row["deleted_at"] is not None
    # nor anywhere else, sealed or not
    for trace in (before["body"], before["fingerprint"]):
        assert await tables_holding(trace.hex()) == []


async def test_the_same_words_twice_do_not_look_the_same(world: World) -> None:
    # given the same words from both, again and again
    pair = await world.pair()
    for i in range(3):
        for person in (pair.mentor, pair.mentee):
            (await send(person, pair, "good night", str(i))).ok()
    # then nothing stored tells that they are
    for column in ("body", "fingerprint"):
        rows = await fetch(f"SELECT DISTINCT {column} FROM messages")
        assert len(rows) == 6


async def test_a_body_moved_to_another_row_does_not_open_and_spoils_no_other(world: World) -> None:
    # given two messages of one match
    pair = await world.pair()
    for i in range(2):
        (await send(pair.mentor, pair, f"message {i}", str(i))).ok()
    # when somebody with access to the database swaps them
    await fetch("UPDATE messages a SET body = b.body FROM messages b WHERE b.number = 3 - a.number")
    # then they are not shown as each other's, and a third one that is as it was is still read
    (await send(pair.mentor, pair, "message 2", "2")).ok()
    answer = await pair.mentee.ask(
        "query($id: ID!) { match(id: $id) { messages { nodes { number body } } } }", id=pair.match
    )
    nodes = answer.payload["messages"]["nodes"]
    assert [node["body"] for node in nodes] == [None, None, "message 2"]
    assert answer.codes == ["INTERNAL_ERROR"] * 2
    assert [error["path"][2:] for error in answer.errors] == [
        ["nodes", 0, "body"],
        ["nodes", 1, "body"],
    ]


async def tables_holding(trace: str) -> list[str]:
    """The tables one of whose rows holds this text anywhere, in the clear or as its bytes."""
    names = await fetch(
        """SELECT quote_ident(table_name) FROM information_schema.tables
           WHERE table_schema = 'public' AND table_type = 'BASE TABLE' ORDER BY 1"""
    )
    found = []
    for (name,) in names:
        rows = await fetch(
            f"""SELECT 1 FROM {name} AS row
                WHERE position(lower($1) IN lower(to_jsonb(row)::text)) > 0
                   OR position($2 IN to_jsonb(row)::text) > 0
                   OR position(lower($1) IN replace(to_jsonb(row)::text, '-', '')) > 0 LIMIT 1""",
            trace,
            trace.encode().hex(),
        )
        if rows:
            found.append(name)
    return found
