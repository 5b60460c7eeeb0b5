"""Looks without a wake-up: when they come, and who is kept for them."""

import asyncio
import gc
import time
import weakref
from collections.abc import Sequence

import pytest

from realtime import feed as feed_module
from realtime import turns as turns_module
from realtime.feed import Feed, Follower
from realtime.follow import POLL
from realtime.hub import Hub
from tests.unit.singers import Choir, Singer
from tests.waiting import come_to


async def test_a_turn_knows_who_was_woken_and_who_only_looks(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed_module, "TICK", 0.01)
    woken = list[bool]()

    class Attentive(Singer):
        async def turn(self) -> None:
            woken.append(self.was_woken())

    singer = Attentive()
    singer.look_again = 0.0
    singer.join(Feed(), "song")
    await come_to(lambda: len(woken) >= 2)
    count = len(woken)
    hub.wake("song")
    await come_to(lambda: len(woken) >= count + 3)
    singer.leave()
    assert woken[:2] == [True, False] and True in woken[count:] and not woken[-1]


async def test_whoever_is_woken_does_not_wait_for_those_who_only_look(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Pensive(Choir):
        async def turn(self, followers: Sequence[Follower]) -> None:
            self.turns_taken.append(list(followers))
            if not {one.was_woken() for one in followers} & {True}:
                await self.may_end.wait()

    # given one who looks without a wake-up, in a turn that takes long
    monkeypatch.setattr(feed_module, "TICK", 0.01)
    monkeypatch.setattr(turns_module, "FARTHEST", 0.0)
    monkeypatch.setattr(turns_module, "LONG", 3600.0)
    feed, choir = Feed(), Pensive()
    choir.may_end.clear()
    looking, woken = Singer(choir), Singer(choir)
    looking.look_again = 0.0
    looking.join(feed, "a")
    await come_to(lambda: choir.turns_taken == [[looking]] * 2)
    # when another one is woken
    woken.join(feed, "b")
    # then they have their turn
    await come_to(lambda: choir.turns_taken[2:] == [[woken]])
    choir.may_end.set()
    for one in (looking, woken):
        one.leave()


async def test_one_looks_again_without_a_wake_up(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed_module, "TICK", 0.01)
    singer = Singer()
    singer.look_again = 0.0
    singer.join(Feed(), "song")
    await come_to(lambda: singer.turns >= 3)
    singer.leave()


async def test_who_has_a_reason_looks_again_when_they_said_and_all_others_sooner_or_later(
    hub: Hub,
) -> None:
    # given some who know that something will be over a little before they would look anyway
    feed, tick = Feed(), feed_module.TICK
    soon = feed_module.LONGEST + 3 * tick
    singers = [Singer() for _ in range(20)]
    for one in singers:
        one.look_again = soon
        one.join(feed, "song")
    others = [Singer() for _ in range(20)]
    for one in others:
        one.join(feed, "song")
    before = time.monotonic()
    # when they have had their turn
    await come_to(lambda: all(one.turns == 1 for one in singers + others))
    await asyncio.sleep(0)
    after = time.monotonic()
    # then they look again at that very moment, and the others when it suits
    assert all(before + soon <= one._slot * tick <= after + soon + tick for one in singers)
    first, last = before + feed_module.LONGEST, after + POLL
    assert all(first <= one._slot * tick <= last for one in others)
    for one in singers + others:
        one.leave()


async def test_who_has_left_is_not_kept_until_they_would_have_looked_again(hub: Hub) -> None:
    # given some who wait, one of them since a later turn for a shorter time
    feed, singers = Feed(), [Singer() for _ in range(2)]
    for one in singers:
        one.join(feed, "song")
    await come_to(lambda: all(one.turns == 1 for one in singers))
    singers[1].look_again = 1.0
    hub.wake("song")
    await come_to(lambda: all(one.turns == 2 for one in singers))
    kept = [weakref.ref(one) for one in singers]
    # when they leave
    while singers:
        singers.pop().leave()
    del one
    # then nothing is left of them
    await asyncio.sleep(0)
    gc.collect()
    assert [left() for left in kept] == [None, None]
