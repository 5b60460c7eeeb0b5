"""Those of a pair do not know equally much of their conversation: nobody waits for the others."""

import pytest

from models.ids import id_of
from models.messages import ChangeRow
from resolvers import listener
from resolvers.listener import Listener, read_together
from tests.integration.world import Pair, World

SEND = """mutation($match: ID!, $body: String!, $key: ID!) {
  sendMessage(input: {matchId: $match, body: $body, clientKey: $key}) { errors { code } } }"""


async def send(pair: Pair, body: str) -> None:
    (await pair.mentor.ask(SEND, match=pair.match, body=body, key=body)).ok()


async def test_whoever_is_told_all_from_the_beginning_keeps_nothing_new_from_the_other(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given pages of two, one who knows all of a conversation, and one who has read a page of it
    monkeypatch.setattr(listener, "PAGE", 2)
    pair = await world.pair()
    for body in "abcdef":
        await send(pair, body)
    viewers = [(await one.context()).viewer for one in (pair.mentee, pair.mentor)]
    match = id_of("match", pair.match)
    ahead, behind = [
        Listener(viewer, match, after)
        for viewer, after in zip(viewers, (None, ""), strict=True)
        if viewer is not None
    ]
    for one in (ahead, behind):
        for event in (await one.read()).events:
            one.passed(event)
    # when something is said, and both are read for together
    await send(pair, "g")
    news, _ = await read_together([ahead, behind])
    # then who knew all the rest is told it at once
    assert news is not None
    assert [event.seq for event in news.events if isinstance(event, ChangeRow)] == [7]
