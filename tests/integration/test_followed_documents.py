"""What somebody follows by is kept as long as they do: there is room for so much of it."""

import asyncio
import gc
from typing import Any

import pytest
from prometheus_client import REGISTRY

from server import selections
from tests.integration.subscribers import PATIENCE, Endpoint, Peer, Refused
from tests.integration.world import Person, World

BOTH_ALIKE = """subscription($match: ID!) {
  messageEvents(matchId: $match) {
    __typename cursor match { id status }
    ... on MessageAdded { message { number body sender { displayName } replyTo { body } } }
    ... on TypingChanged { user { displayName } isTyping } } }"""
OWN = """subscription($match: ID!) {
  messageEvents(matchId: $match) { match { partner { displayName } unreadCount } } }"""


SEARCHED = """subscription($match: ID!, $words: String!) {
  messageEvents(matchId: $match) { match { searchMessages(text: $words) { nodes { id } } } } }"""


LOOKING = """subscription($match: ID!, $words: String) {
  messageEvents(matchId: $match) { match { program { group { ...found } } } } }
fragment found on Group { members(search: $words) { totalCount } }"""


async def test_nobody_is_looked_for_with_every_event(world: World, home: Endpoint) -> None:
    pair = await world.pair()

    # when somebody follows by a document that looks through all members
    with pytest.raises(Refused, match="QUERY_TOO_COMPLEX"):
        await home.peer(pair.mentor, LOOKING, match=pair.match, words="ada")

    # then they may not, while one that only counts them is as good as any
    (await home.peer(pair.mentor, LOOKING, match=pair.match)).subscriber.leave()


async def test_what_events_take_of_variables_takes_room_as_well(
    world: World, home: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    pair = await world.pair()
    monkeypatch.setattr(selections, "ROOM", 500)

    async def follow(**said: Any) -> Peer:
        return await home.peer(pair.mentor, SEARCHED, match=pair.match, **said)

    # given somebody who follows by long texts, which are asked for with every event
    followed = [await follow(words="x" * 60_000) for _ in range(3)]
    # when they do so once more, then it is enough; short ones take no room
    under_way = REGISTRY.get_sample_value("compagnon_subscriptions_open")
    with pytest.raises(Refused, match="RATE_LIMITED"):
        await follow(words="x" * 60_000)
    assert REGISTRY.get_sample_value("compagnon_subscriptions_open") == under_way
    followed += [await follow(words="x") for _ in range(20)]
    # and there is room again once one of them is gone
    followed.pop(0).subscriber.leave()
    async with asyncio.timeout(PATIENCE):
        while home.selections._taken[pair.mentor.key] > 300:
            await asyncio.sleep(0.001)
            gc.collect()
    followed.append(await follow(words="x" * 60_000))
    for peer in followed:
        peer.subscriber.leave()


async def test_the_documents_that_one_person_follows_by_take_so_much_room_and_no_more(
    world: World, home: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    pair = await world.pair()
    monkeypatch.setattr(selections, "ROOM", 200)
    followed: list[Peer] = []

    async def follow(person: Person, document: str) -> None:
        followed.append(await home.peer(person, document, match=pair.match))

    async def follow_by_others(person: Person) -> None:
        for i in range(20):
            await follow(person, OWN.replace("unread", f"a{i}: unread"))

    # given a document that both send, one of them at several sockets
    for person in (*[pair.mentor] * 5, pair.mentee):
        await follow(person, BOTH_ALIKE)
    # when one follows by others, too
    with pytest.raises(Refused, match="RATE_LIMITED"):
        await follow_by_others(pair.mentor)
    # then it is enough after some of them, though not for the other one
    assert 6 < len(followed) < 26
    await follow(pair.mentee, OWN)
    # and there is room again once those are gone who took it
    while followed:
        followed.pop().subscriber.leave()
    async with asyncio.timeout(PATIENCE):
        while home.selections._taken:
            await asyncio.sleep(0.001)
            gc.collect()
    await follow(pair.mentor, OWN)
    followed.pop().subscriber.leave()
