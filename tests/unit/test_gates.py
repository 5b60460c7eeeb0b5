"""Who follows by much takes turns with themselves, not with everybody."""

import asyncio

from realtime.feed import Feed, Follower
from realtime.hub import Hub
from tests.waiting import come_to


async def test_of_one_person_two_turns_alone_go_on_at_once_and_nobody_else_waits_for_them(
    hub: Hub,
) -> None:
    # given one who follows by many subscriptions, each of which takes long, and somebody else
    may_end = asyncio.Event()

    class Listening(Follower):
        def __init__(self, whose: str) -> None:
            super().__init__()
            self._whose, self.turns, self.is_over = whose, 0, False

        @property
        def whose(self) -> str:
            return self._whose

        async def turn(self) -> None:
            self.turns += 1
            await may_end.wait()
            self.is_over = True

    feed = Feed()
    greedy = [Listening("greedy") for _ in range(5)]
    other = Listening("other")
    # when all are due, and one of those who wait leaves
    for one in (*greedy, other):
        one.join(feed, "song")
    await come_to(lambda: other.turns == 1)
    assert [one.turns for one in greedy] == [1, 1, 0, 0, 0]
    greedy[2].leave()
    may_end.set()
    # then all others have their turn one after the other, and nothing is kept of who they were
    await come_to(lambda: all(one.is_over for one in (*greedy[:2], *greedy[3:], other)))
    assert greedy[2].turns == 0
    await come_to(lambda: not feed._gates._open)
