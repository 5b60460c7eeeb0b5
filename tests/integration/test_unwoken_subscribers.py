"""Subscribers whom nobody wakes: they look now and then, and it costs next to nothing."""

from collections.abc import Sequence

import pytest

from models.database import execute
from realtime.follow import News
from resolvers.listener import Listener, read_together
from resolvers.message_events import Found
from tests.integration.listening import SHARED, listening, send
from tests.integration.subscribers import Endpoint
from tests.integration.world import World


async def test_who_looks_without_a_wake_up_is_read_for_only_where_there_is_something(
    world: World, home: Endpoint, statements: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # given two pairs, and a message in one of them that nobody is woken for
    pairs = await world.pair(), await world.pair()
    quiet, others = [await listening(home, pair, SHARED) for pair in pairs]
    monkeypatch.setattr(home.hub, "wake", lambda *_: None)
    await send(pairs[1].mentor, pairs[1], "hello")
    before, read = len(statements), list[Listener]()

    async def noted(listeners: Sequence[Listener]) -> Sequence[News[Found] | None]:
        read.extend(listeners)
        return await read_together(listeners)

    monkeypatch.setattr("server.pairs.read_together", noted)
    # when all look by themselves
    for peer in (*quiet, *others):
        peer.subscriber.call()
    # then one pair is told, and the other was asked for and no more
    for peer in others:
        assert [event["message"]["body"] for event in (await peer.has(1)).told] == ["hello"]
    asked = statements[before:]
    assert [sum(word in sql for sql in asked) for word in ("array_agg(asked", "AS typing")] == [
        1,
        1,
    ]
    assert all(not peer.frames for peer in quiet)
    assert set(read) == {peer.subscriber.listener for peer in others}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("UPDATE users SET suspended_at = now() WHERE id = $1", "SUSPENDED"),
        ("UPDATE users SET age_known = false WHERE id = $1", "AGE_UNKNOWN"),
        ("UPDATE sessions SET ended_at = now() WHERE user_id = $1", "UNAUTHENTICATED"),
    ],
)
async def test_whose_right_is_gone_is_found_out_without_a_wake_up(
    world: World, home: Endpoint, change: str, code: str
) -> None:
    pair = await world.pair()
    peers = await listening(home, pair, SHARED)
    await execute(change, pair.mentee.key)
    for peer in peers:
        peer.subscriber.call()
    for peer in peers[1::2]:
        assert (await peer.has(1)).end == [code, "complete"]
    assert all(not peer.frames for peer in peers[::2])
