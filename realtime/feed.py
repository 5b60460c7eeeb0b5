"""The feed: those who follow without a task of their own. Who has nothing to hear is an object.

    a topic wakes a follower             it is due
    all who are due take a turn          those of one batch together, all others alone; those who
                                         only look have turns of their own
    a wake-up during a turn              means another turn after it
    after a turn                         a look without a wake-up, some seconds later

What is done in a turn is the follower's own; docs/realtime.md goes through the races.
"""

import asyncio
import logging
import math
import random
import time
from collections.abc import Awaitable, Callable, Hashable, Sequence
from enum import Enum, auto
from functools import partial
from typing import Any

import realtime
from realtime.follow import POLL
from realtime.gates import Gates
from realtime.turns import Turns

log = logging.getLogger("compagnon.realtime")

TICK = 0.1
"""Seconds by which somebody may be looked after too late."""

LONGEST = 0.8 * POLL
"""Seconds after which somebody is looked after without a reason, by `POLL`."""
ROUND = 5
"""Of so many ticks, those who look without a reason look on one."""
SPREAD = int((POLL - LONGEST) / TICK) - ROUND


class _Phase(Enum):
    IDLE = auto()
    DUE = auto()
    BUSY = auto()
    WOKEN = auto()
    """Busy, and to take another turn after this one."""
    GONE = auto()


class Batch:
    """Followers whose turns are taken together."""

    async def turn(self, followers: "Sequence[Any]") -> None:
        """One turn of all of these; what is raised is logged, and they are looked after later."""
        raise NotImplementedError


class Follower:
    """Somebody in a feed. `look_again`: seconds after a turn until the next, wake-up or none."""

    __slots__ = ("_feed", "_is_woken", "_phase", "_slot", "_topics", "_wanted", "look_again")

    def __init__(self) -> None:
        self._phase = _Phase.GONE
        self._slot, self._wanted = 0, 0.0
        self._is_woken = False
        self.look_again = POLL

    @property
    def batch(self) -> Batch | None:
        """With whom the next turn is taken; None: alone."""
        return None

    @property
    def whose(self) -> Hashable | None:
        """Of whom only some turns alone go on at once; None: of nobody, and all may."""
        return None

    @property
    def is_gone(self) -> bool:
        """Whether there is nothing more to tell them."""
        return self._phase is _Phase.GONE

    async def turn(self) -> None:
        """One turn alone."""
        raise NotImplementedError

    def join(self, feed: "Feed", *topics: str) -> None:
        """From now on takes part, woken by these topics; the first turn comes at once."""
        self._feed, self._topics, self._phase = feed, topics, _Phase.IDLE
        realtime.register(self, *topics)
        self.set()

    def leave(self) -> None:
        """No further turn begins, and a turn alone goes on no longer; who is in one with others had
        better look whether they are gone."""
        if not self.is_gone:
            self._phase = _Phase.GONE
            realtime.unregister(self, *self._topics)
            self._feed.forget(self)

    def set(self) -> None:
        """Wakes them: they are due."""
        self._is_woken = True
        self.call()

    def was_woken(self) -> bool:
        """Whether they were since this was last asked, which is asked first in a turn: who was not
        only looks for what nobody has told them of."""
        woken, self._is_woken = self._is_woken, False
        return woken

    def call(self) -> None:
        """Makes them due."""
        if self._phase is _Phase.IDLE:
            self._phase = _Phase.DUE
            self._feed.call(self)
        elif self._phase is _Phase.BUSY:
            self._phase = _Phase.WOKEN


class Feed:
    """Gives everybody their turns, for as long as there is somebody."""

    def __init__(self) -> None:
        self._together: dict[Batch, Turns[Follower]] = {}
        self._looking: dict[Batch, Turns[Follower]] = {}
        self._alone: dict[Follower, asyncio.Task[None]] = {}
        self._gates = Gates()
        self._slots: dict[int, set[Follower]] = {}
        self._ticking: asyncio.TimerHandle | None = None
        self._of: asyncio.AbstractEventLoop | None = None

    def call(self, follower: Follower) -> None:
        """Somebody is due: no turn begins before the next turn of the loop."""
        loop, batch = asyncio.get_running_loop(), follower.batch
        if loop is not self._of:
            self._begin_in(loop)
        if batch is None:
            task = loop.create_task(self._turn([follower], self._take_alone))
            task.add_done_callback(partial(self._end_of_turn, follower))
            self._alone[follower] = task
            return
        together = self._together if follower._is_woken else self._looking
        turns = together.get(batch)
        if turns is None:
            turns = together[batch] = Turns(partial(self._turn, taken=batch.turn))
        turns.add(follower)

    def forget(self, follower: Follower) -> None:
        """Looks after them no more, and ends the turn that they take alone, unless it is they who
        leave in it: what they have asked for may take long, and is for nobody any more."""
        self._look_no_more(follower)
        task = self._alone.get(follower)
        if task is not None and task is not asyncio.current_task():
            task.cancel()

    def _begin_in(self, loop: asyncio.AbstractEventLoop) -> None:
        """This loop runs now; what was to be done in another one is done no more."""
        self._of, self._ticking = loop, None
        self._together, self._looking, self._slots = {}, {}, {}

    async def _take_alone(self, followers: list[Follower]) -> None:
        [follower] = followers
        whose = follower.whose
        if whose is None:
            await follower.turn()
            return
        async with self._gates.of(whose):
            await follower.turn()

    def _end_of_turn(self, follower: Follower, task: asyncio.Task[None]) -> None:
        if self._alone.get(follower) is task:  # or the next one has begun already
            del self._alone[follower]

    async def _turn(
        self, due: list[Follower], taken: Callable[[list[Follower]], Awaitable[None]]
    ) -> None:
        followers = [one for one in due if one._phase is _Phase.DUE]
        if not followers:
            return
        for follower in followers:
            follower._phase = _Phase.BUSY
        try:
            await taken(followers)
        except Exception:
            log.exception("a turn has failed")
        finally:
            now = time.monotonic()
            for follower in followers:
                self._settle(follower, now)

    def _settle(self, follower: Follower, now: float) -> None:
        phase = follower._phase
        if phase is _Phase.GONE:
            return
        follower._phase = _Phase.IDLE
        if phase is _Phase.WOKEN:
            follower.set()
            return
        is_soon = follower.look_again < POLL
        follower._wanted = now + (max(0.05, follower.look_again) if is_soon else LONGEST)
        if not follower._slot or (is_soon and follower._wanted < (follower._slot - 1) * TICK):
            self._look(follower)

    def _look(self, follower: Follower) -> None:
        self._look_no_more(follower)
        follower._slot = math.ceil(follower._wanted / TICK)
        if follower.look_again >= POLL:  # not all at once, and yet several together
            late = follower._slot + random.randrange(SPREAD)  # noqa: S311
            follower._slot = late - late % -ROUND
        self._slots.setdefault(follower._slot, set()).add(follower)
        if self._ticking is None:
            self._ticking = asyncio.get_running_loop().call_later(TICK, self._tick)

    def _look_no_more(self, follower: Follower) -> None:
        if (slot := self._slots.get(follower._slot)) is not None:
            slot.discard(follower)

    def _tick(self) -> None:
        now = time.monotonic()
        for slot in [slot for slot in self._slots if slot <= now / TICK]:
            for follower in self._slots.pop(slot):
                follower._slot = 0
                if follower._wanted > now:  # it has had a turn meanwhile
                    self._look(follower)
                else:
                    follower.call()
        self._ticking = (
            asyncio.get_running_loop().call_later(TICK, self._tick) if self._slots else None
        )
