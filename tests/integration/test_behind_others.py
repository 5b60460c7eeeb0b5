"""Those of a pair do not know equally much of their conversation: nobody waits for the others."""

import pytest

from domain.clock import clock
from models.ids import id_of
from models.messages import ChangeRow
from models.pair_news import news_of
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
    # and when more than a page is said, both are told that there is more, which they read alone
    for event in news.events:
        ahead.passed(event)
    for body in "hij":
        await send(pair, body)
    news, _ = await read_together([ahead, behind])
    assert news is not None
    assert (len(news.events), news.more, ahead.can_be_read_together) == (2, True, False)


async def test_what_is_read_for_many_is_told_to_whoever_is_of_the_pair_while_their_token_lasts(
    world: World,
) -> None:
    # given one of each of two pairs, who are read for together
    listeners, pairs = [], [await world.pair() for _ in range(2)]
    for pair in pairs:
        viewer = (await pair.mentee.context()).viewer
        assert viewer is not None
        listeners.append(Listener(viewer, id_of("match", pair.match), None))
    one, other = listeners
    asked = []
    for each in listeners:
        await each.read()
        asked.append(each.place)
    await send(pairs[0], "a")
    now = clock.now()
    news = (await news_of(asked, now, now.date(), 100))[asked[0][1]]
    # then a session that is good tells nobody of a pair that is not theirs
    assert {session for session, _, _ in asked} == news.good
    assert [one.news_in(news, now, now) is None, other.news_in(news, now, now)] == [False, None]
    # and a token that has expired since tells nobody of their own
    one._viewer.token_expires_at = now
    assert one.news_in(news, now, now) is None
