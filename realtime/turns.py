"""When the turns of one batch begin: the farther apart the more there is to tell.

somebody is due, and none began just before     a turn begins
somebody is due, and one did                    it begins some milliseconds after that one began,
                                                more of them the more it told, beside it if it goes
                                                on
more are due than take one together             the next begins at its end, or beside it, where that
                                                takes long
`TURNS` go on                                   it begins at the end of one
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

Member = TypeVar("Member")

AT_ONCE = 200
"""So many of a batch take a turn together; those left over have waited, and take the next soon."""
EACH, FARTHEST = 0.0003, 0.012
"""Seconds from the beginning of a turn to that of the next: so many for each who took the former,
and so many at most. Whoever is due meanwhile takes the next one together: it costs as much to wake
up and find all caches cold as to tell a dozen. So nobody waits while there is little to tell, and
where there is much the more are told in each turn."""
LONG = 0.005
"""Seconds after which those left over do not wait any longer for the turn before theirs."""
TURNS = 4
"""So many turns of one batch go on at once, and no more."""


class Turns(Generic[Member]):
    """Those of one batch who are due, and the turns that go on; `take` is one turn."""

    def __init__(self, take: Callable[[list[Member]], Awaitable[None]]) -> None:
        self._take = take
        self._loop = asyncio.get_running_loop()
        self._due: list[Member] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._began_at, self._apart = float("-inf"), 0.0
        """When the last one began, and how long after that the next one may."""
        self._is_arranged = False
        """Whether there will be a turn for those who are due."""
        self._timer: asyncio.TimerHandle | None = None
        self._waits = False
        """Whether that turn begins as soon as another one ends."""

    def add(self, member: Member) -> None:
        """Somebody is due; they take the next turn, and one only."""
        self._due.append(member)
        if not self._is_arranged:
            self._arrange()

    def _arrange(self) -> None:
        self._is_arranged = True
        left = self._began_at + self._apart - time.monotonic()
        if left <= 0:
            self._begin()
        else:
            self._timer = self._loop.call_later(left, self._begin)

    def _begin(self) -> None:
        self._timer, now = None, time.monotonic()
        has_room = len(self._tasks) < TURNS
        if self._tasks and not (has_room and now - self._began_at >= LONG):
            self._waits = True
            if has_room:
                self._timer = self._loop.call_later(self._began_at + LONG - now, self._begin)
            return
        self._waits, self._began_at = False, now
        task = self._loop.create_task(self._turn())
        self._tasks.add(task)
        task.add_done_callback(self._end)

    async def _turn(self) -> None:
        present = self._due[:AT_ONCE]
        del self._due[:AT_ONCE]
        self._apart = min(EACH * len(present), FARTHEST)
        self._is_arranged = bool(self._due)
        if self._is_arranged:
            self._begin()
        await self._take(present)

    def _end(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if self._waits:
            if self._timer is not None:
                self._timer.cancel()
            self._begin()
