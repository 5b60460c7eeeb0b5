"""Those who listen to a pair together: read for once, answered once, and never for another one."""

import asyncio
from typing import Any

import orjson
import pytest

from models.database import execute
from schema.sharing import SAME_FOR_BOTH
from server import metrics, pairs
from tests.integration.followers import Follower as Streamed
from tests.integration.listening import SHARED, TYPE, listening, send
from tests.integration.subscribers import Endpoint
from tests.integration.world import Pair, World

OWN = """subscription($match: ID!) {
  messageEvents(matchId: $match) { match { partner { displayName } unreadCount } } }"""
TURNED = """subscription($match: ID!, $brief: Boolean!) {
  messageEvents(matchId: $match) { cursor match @skip(if: $brief) { id } } }"""
END = "mutation($id: ID!) { endMatch(matchId: $id) { errors { code } } }"


async def test_all_who_listen_to_a_pair_are_read_for_and_answered_once(
    world: World, home: Endpoint, statements: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    pair = await world.pair()
    peers = await listening(home, pair, SHARED)
    (selection,) = home.selections._known.values()
    answered = []
    answer = type(selection).shared_answer

    async def counting(self: Any, event: Any, *given: Any) -> bytes | None:
        answered.append(event)
        return await answer(self, event, *given)

    monkeypatch.setattr(
        type(selection),
        "shared_answer",
        counting,
    )
    counted = metrics.events._value.get()
    # when something is said
    await send(pair.mentor, pair, "hello")
    [await (await peer.has(1)).is_idle() for peer in peers]
    # then one statement has read it, rights and all, one answer was made, and all got its bytes
    read = [sql for sql in statements if "FROM messages" in sql and "INSERT" not in sql]
    assert len([sql for sql in read if "FROM sessions" in sql]) == len(read) == 1
    assert len(answered) == 1
    assert metrics.events._value.get() - counted == len(peers)
    assert {peer.frames[0] for peer in peers} == {peers[0].frames[0]}
    assert peers[0].told[0]["message"]["body"] == "hello"


async def test_pairs_that_are_woken_together_are_read_in_one_statement(
    world: World, home: Endpoint, statements: list[str]
) -> None:
    pairs = [await world.pair() for _ in range(3)]
    peers = [peer for pair in pairs for peer in await listening(home, pair, SHARED)]
    before = len(statements)
    home.hub._set_all()
    [await peer.is_idle() for peer in peers]
    assert len([sql for sql in statements[before:] if "FROM messages" in sql]) == 1


async def test_what_depends_on_who_asks_is_answered_to_each_alone(
    world: World, home: Endpoint
) -> None:
    pair = await world.pair()
    mentor, mentee, *_ = await listening(home, pair, OWN)
    await send(pair.mentor, pair, "hello")
    (of_mentor,), (of_mentee,) = (await mentor.has(1)).told, (await mentee.has(1)).told
    assert of_mentor["match"] == {"partner": {"displayName": "Theo"}, "unreadCount": 0}
    assert of_mentee["match"] == {"partner": {"displayName": "Mona"}, "unreadCount": 1}


async def test_the_same_document_with_other_directives_is_another_answer(
    world: World, home: Endpoint
) -> None:
    pair = await world.pair()
    brief = await (await home.peer(pair.mentor, TURNED, match=pair.match, brief=True)).is_idle()
    whole = await (await home.peer(pair.mentee, TURNED, match=pair.match, brief=False)).is_idle()
    await send(pair.mentor, pair, "hello")
    assert [set(event) for event in (await brief.has(1)).told] == [{"cursor"}]
    assert [set(event) for event in (await whole.has(1)).told] == [{"cursor", "match"}]


async def test_every_field_that_both_are_told_alike_is_the_same_as_each_is_told_alone(
    world: World, home: Endpoint
) -> None:
    # given a document with all of them
    def of(type: str, nested: dict[str, str]) -> str:
        return " ".join(f"{name} {nested.get(name, '')}" for name in SAME_FOR_BOTH[type].split())

    user = f"{{ {of('User', {})} }}"
    match = f"{{ {of('Match', {'mentor': user, 'mentee': user})} }}"
    reply = "{ id body }"
    message = of("Message", {"match": match, "sender": user, "replyTo": reply})
    message = f"{{ {message} }}"
    nested = {"match": match, "message": message, "reader": user, "user": user}
    events = [name for name in SAME_FOR_BOTH if name.startswith("Message") and name != "Message"]
    parts = " ".join(
        f"... on {name} {{ {of(name, nested)} }}" for name in [*events[1:], "TypingChanged"]
    )
    document = f"subscription($match: ID!) {{ messageEvents(matchId: $match) {{ {parts} }} }}"
    pair = await world.pair()
    shared = await listening(home, pair, document)
    (selection,) = home.selections._known.values()
    assert selection.is_shared
    # when it is told to all at once, and to each by a stream of their own
    async with (
        Streamed(home.hub, pair.mentor, document, match=pair.match) as mentor,
        Streamed(home.hub, pair.mentee, document, match=pair.match) as mentee,
    ):
        await mentor.rest()
        await mentee.rest()
        await send(pair.mentee, pair, "hello")
        alone = [await mentor.next(), await mentee.next()]
    # then it is the same
    [await peer.has(1) for peer in shared]
    assert {orjson.dumps(event) for peer in shared for event in peer.told} == {
        orjson.dumps(event) for event in alone
    }


async def test_who_types_is_told_to_the_other_one_alone(world: World, home: Endpoint) -> None:
    pair = await world.pair()
    mentor, mentee, *_ = await listening(home, pair, SHARED)
    (await pair.mentor.ask(TYPE, match=pair.match)).ok()
    (typing,) = (await mentee.has(1)).told
    assert (typing["user"], typing["isTyping"]) == ({"displayName": "Mona"}, True)
    await send(pair.mentor, pair, "there")
    told = (await mentee.has(3)).told
    assert [event.get("isTyping") for event in told] == [True, None, False]
    assert [event["__typename"] for event in (await mentor.has(1)).told] == ["MessageAdded"]


async def test_everything_is_told_in_order_and_once_however_wake_ups_come(
    world: World, home: Endpoint
) -> None:
    # given those who were there before, and one who comes in the middle and wants to know all
    pairs = [await world.pair() for _ in range(2)]
    peers = [await listening(home, pair, SHARED) for pair in pairs]

    async def talk(pair: Pair) -> None:
        for i in range(30):
            await send((pair.mentor, pair.mentee)[i % 2], pair, f"{i}")
            if i % 3 == 0:
                home.hub._set_all()

    # when much is said in both at once, while one of them reads nothing for a time
    peers[0][0].is_writable = False
    talking = [asyncio.create_task(talk(pair)) for pair in pairs]
    late = await home.peer(pairs[0].mentee, SHARED, match=pairs[0].match, after="")
    await asyncio.gather(*talking)
    assert peers[0][0].frames == []
    peers[0][0].read_on()
    # then each has been told everything, in order, once
    for peer in (*peers[0], *peers[1], late):
        added = [e for e in (await peer.has(30)).told if e["__typename"] == "MessageAdded"]
        assert [event["message"]["number"] for event in added] == [*range(1, 31)]


async def test_what_was_read_too_long_ago_is_read_again_for_each(
    world: World, home: Endpoint, statements: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pairs, "FRESH", -1.0)
    pair = await world.pair()
    peers = await listening(home, pair, SHARED)
    before = len(statements)
    await send(pair.mentor, pair, "hello")
    for peer in peers:
        assert [event["message"]["body"] for event in (await peer.has(1)).told] == ["hello"]
    asked = [sql for sql in statements[before:] if "FROM sessions s JOIN users" in sql]
    assert len(asked) >= len(peers)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("UPDATE users SET suspended_at = now() WHERE id = $1", "SUSPENDED"),
        ("UPDATE users SET adult_from = '2199-01-01' WHERE id = $1", "AGE_RESTRICTED"),
        ("UPDATE sessions SET ended_at = now() WHERE user_id = $1", "UNAUTHENTICATED"),
    ],
)
async def test_whose_right_is_gone_is_told_nothing_of_what_the_others_are_told(
    world: World, home: Endpoint, change: str, code: str
) -> None:
    pair = await world.pair()
    peers = await listening(home, pair, SHARED)
    await execute(change, pair.mentee.key)
    await send(pair.mentor, pair, "hello")
    for peer in peers[::2]:
        assert [e["message"]["body"] for e in (await peer.has(1)).told] == ["hello"]
    for peer in peers[1::2]:
        assert (await peer.has(2)).end == [code, "complete"]
        assert peer.told == []
        assert peer.subscriber.is_gone


async def test_a_pair_that_is_over_is_told_to_its_end(world: World, home: Endpoint) -> None:
    pair = await world.pair()
    peers = await listening(home, pair, SHARED)
    await send(pair.mentor, pair, "farewell")
    (await pair.mentor.ask(END, id=pair.match)).ok()
    for peer in peers:
        await peer.has(2)
        assert [event["message"]["body"] for event in peer.told] == ["farewell"]
        assert peer.end == ["complete"]
    assert not home.hub._watchers
