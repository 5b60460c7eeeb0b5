"""The feed: everybody gets their turns, those of one batch together, and nobody after leaving."""

import asyncio

import pytest

from realtime import feed as feed_module
from realtime import outbox
from realtime import turns as turns_module
from realtime.feed import Feed, Follower
from realtime.hub import Hub
from tests.unit.singers import Choir, Singer
from tests.waiting import come_to


def apart(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """Turns begin so far apart from now on, however much they tell."""
    monkeypatch.setattr(turns_module, "EACH", seconds)
    monkeypatch.setattr(turns_module, "FARTHEST", seconds)


async def test_those_of_a_batch_take_their_turn_together(hub: Hub) -> None:
    # given some who sing together, and one alone, each with a first turn
    feed, choir, soloist = Feed(), Choir(), Singer()
    singers = [Singer(choir) for _ in range(3)]
    for one in (*singers, soloist):
        one.join(feed, "song")
    await come_to(lambda: soloist.turns == 1 and len(choir.turns_taken) == 1)
    # when all are woken twice in a row
    hub.wake("song")
    hub.wake("song")
    # then it is one turn for all, and one for who is alone
    await come_to(lambda: soloist.turns == 2 and len(choir.turns_taken) == 2)
    assert choir.turns_taken == [singers, singers]


async def test_who_is_due_just_after_a_turn_takes_the_next_with_those_who_come_soon_after(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given a turn a moment ago
    apart(monkeypatch, 0.5)
    feed, choir = Feed(), Choir()
    first, second = Singer(choir), Singer(choir)
    for one, topic in ((first, "a"), (second, "b")):
        one.join(feed, topic)
    await come_to(lambda: len(choir.turns_taken) == 1)
    # when one is woken, and the other one soon, but not at the same time
    hub.wake("a")
    for _ in range(3):
        await asyncio.sleep(0)
    hub.wake("b")
    # then it is one turn for both
    await come_to(lambda: len(choir.turns_taken) == 2)
    assert choir.turns_taken[1] == [first, second]


@pytest.mark.parametrize(("each", "farthest"), [(0.0, 3600.0), (3600.0, 0.0)])
async def test_nobody_waits_where_little_was_told_nor_longer_than_the_most(
    hub: Hub, monkeypatch: pytest.MonkeyPatch, each: float, farthest: float
) -> None:
    monkeypatch.setattr(turns_module, "EACH", each)
    monkeypatch.setattr(turns_module, "FARTHEST", farthest)
    choir = Choir()
    singer = Singer(choir)
    singer.join(Feed(), "song")
    await come_to(lambda: len(choir.turns_taken) == 1)
    hub.wake("song")
    await come_to(lambda: len(choir.turns_taken) == 2)
    singer.leave()


def test_what_another_process_tells_at_busy_times_does_not_wait_twice() -> None:
    assert outbox.FARTHEST > turns_module.FARTHEST


async def test_who_is_woken_during_a_turn_takes_another_and_nobody_else_does(hub: Hub) -> None:
    feed, choir = Feed(), Choir()
    first, second = Singer(choir), Singer(choir)
    choir.may_end.clear()
    for one, topic in ((first, "a"), (second, "b")):
        one.join(feed, topic)
    await come_to(lambda: choir.turns_taken == [[first, second]])
    hub.wake("a")
    choir.may_end.set()
    await come_to(lambda: choir.turns_taken == [[first, second], [first]])


@pytest.mark.parametrize(("limit", "value"), [("TURNS", 1), ("LONG", 3600.0)])
async def test_a_turn_that_is_over_does_not_keep_the_next_one_waiting(
    hub: Hub, monkeypatch: pytest.MonkeyPatch, limit: str, value: float
) -> None:
    # given as many turns as may go on at once, and somebody who is woken in the last of them
    apart(monkeypatch, 0.0)
    monkeypatch.setattr(turns_module, limit, value)
    choir = Choir()
    choir.may_end.clear()
    singer = Singer(choir)
    singer.join(Feed(), "song")
    await come_to(lambda: choir.turns_taken == [[singer]])
    hub.wake("song")
    # when it ends
    choir.may_end.set()
    # then they have their next turn, and do not wait for somebody else to be woken
    await come_to(lambda: choir.turns_taken == [[singer]] * 2)
    singer.leave()


@pytest.mark.parametrize("goes_on", [False, True])
async def test_who_is_left_over_by_a_turn_waits_for_nobody_else_to_be_due(
    hub: Hub, monkeypatch: pytest.MonkeyPatch, goes_on: bool
) -> None:
    # given more who are due at once than take a turn together
    monkeypatch.setattr(turns_module, "AT_ONCE", 2)
    apart(monkeypatch, 3600.0)
    feed, choir = Feed(), Choir()
    if goes_on:
        choir.may_end.clear()
    singers = [Singer(choir) for _ in range(3)]
    for one in singers:
        one.join(feed, "song")
    # then those left over take the next one, whether the first one is over or takes long
    await come_to(lambda: choir.turns_taken == [singers[:2], singers[2:]])
    choir.may_end.set()


async def test_a_turn_that_takes_long_holds_up_nobody_else(hub: Hub) -> None:
    feed, choir = Feed(), Choir()
    choir.may_end.clear()
    first, second = Singer(choir), Singer(choir)
    first.join(feed, "a")
    await come_to(lambda: choir.turns_taken == [[first]])
    second.join(feed, "b")
    await come_to(lambda: choir.turns_taken == [[first], [second]])
    choir.may_end.set()


async def test_no_more_turns_go_on_at_once_than_are_allowed(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given turns of one each, which begin beside each other without delay and do not end
    for limit, value in (("AT_ONCE", 1), ("FARTHEST", 0.0), ("LONG", 0.0), ("TURNS", 2)):
        monkeypatch.setattr(turns_module, limit, value)
    feed, choir = Feed(), Choir()
    choir.may_end.clear()
    first, second, third = (Singer(choir) for _ in range(3))
    # when more are due than there are turns
    for one in (first, second, third):
        one.join(feed, "song")
    # then so many go on, and the next one begins when one of them ends
    await come_to(lambda: len(choir.turns_taken) >= 2)
    for _ in range(10):
        await asyncio.sleep(0)
    assert choir.turns_taken == [[first], [second]]
    choir.may_end.set()
    await come_to(lambda: choir.turns_taken == [[first], [second], [third]])


async def test_who_has_left_takes_no_turn_and_watches_nothing(hub: Hub) -> None:
    feed, choir = Feed(), Choir()
    left, stays = Singer(choir), Singer(choir)
    for one in (left, stays):
        one.join(feed, "song")
    left.leave()
    await come_to(lambda: choir.turns_taken == [[stays]])
    stays.leave()
    hub.wake("song")
    assert not hub._watchers
    assert left.is_gone and stays.is_gone


async def test_a_turn_that_fails_is_over_all_the_same(
    hub: Hub, caplog: pytest.LogCaptureFixture
) -> None:
    class Failing(Singer):
        async def turn(self) -> None:
            await super().turn()
            if self.turns == 1:
                raise ValueError

    singer = Failing()
    singer.join(Feed(), "song")
    await come_to(lambda: singer.turns == 1)
    hub.wake("song")
    await come_to(lambda: singer.turns == 2)


def test_what_was_to_be_done_in_a_loop_that_is_over_holds_up_nobody_in_the_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(feed_module, "TICK", 0.01)
    feed, choir = Feed(), Choir()

    async def sing() -> None:
        singer = Singer(choir)
        singer.look_again = 0.0
        singer.join(feed, "song")
        # then they have their turn, and look again by themselves
        await come_to(lambda: sum(singer in turn for turn in choir.turns_taken) >= 3)
        Singer(choir).join(feed, "song")

    # given a loop that ends while one waits to look again, and another one is due
    asyncio.run(sing())
    # when somebody joins in the next one
    asyncio.run(sing())


class Dawdler(Follower):
    """Takes turns that never end by themselves."""

    def __init__(self) -> None:
        super().__init__()
        self.turns = self.ended = 0

    async def turn(self) -> None:
        self.turns += 1
        try:
            await asyncio.Event().wait()
        finally:
            self.ended += 1


async def test_who_leaves_during_a_turn_alone_ends_it_and_takes_no_other(hub: Hub) -> None:
    # given one in a turn that takes long
    feed, dawdler = Feed(), Dawdler()
    dawdler.join(feed, "song")
    await come_to(lambda: dawdler.turns == 1)
    # when they leave
    dawdler.leave()
    # then it is over, and they are not called again
    await come_to(lambda: dawdler.ended == 1)
    hub.wake("song")
    other = Singer()
    other.join(feed, "song")
    await come_to(lambda: other.turns == 1)
    assert dawdler.turns == 1 and dawdler.is_gone


async def test_who_leaves_before_a_turn_has_begun_takes_none(hub: Hub) -> None:
    # given one who is called, and whose turn is about to begin
    feed, dawdler = Feed(), Dawdler()
    dawdler.join(feed, "song")
    # when they leave in this very moment
    dawdler.leave()
    # then nothing begins
    other = Singer()
    other.join(feed, "song")
    await come_to(lambda: other.turns == 1)
    assert dawdler.turns == 0 and dawdler.is_gone
