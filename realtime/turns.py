"""When the turns of one batch begin: at once after a silence, else with whoever comes soon after.

somebody is due, and there was no turn just before     a turn begins
somebody is due, and there was one                     it begins some milliseconds later
one goes on then                                       it begins at the end of that one,
                                                       or beside it, where that takes long
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

Member = TypeVar("Member")

AT_ONCE = 200
"""So many of a batch take a turn together."""
GATHERING = 0.003
"""Seconds that who is due waits for others, where there was a turn just before."""
JUST_BEFORE = 0.02
LONG = 0.005
"""Seconds after which those who are due do not wait any longer for the turn before theirs."""
TURNS = 4
"""So many turns of one batch go on at once, and no more."""


class Turns(Generic[Member]):
    """Those of one batch who are due, and the turns that go on; `take` is one turn."""

    def __init__(self, take: Callable[[list[Member]], Awaitable[None]]) -> None:
        self._take = take
        self._loop = asyncio.get_running_loop()
        self._due: list[Member] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._began_at = self._over_at = -JUST_BEFORE
        """When the last one began, and when one was over last."""
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
        is_quiet = not self._tasks and self._loop.time() - self._over_at >= JUST_BEFORE
        if is_quiet or len(self._due) >= AT_ONCE:
            self._begin()
        else:
            self._timer = self._loop.call_later(GATHERING, self._begin)

    def _begin(self) -> None:
        self._timer, now = None, self._loop.time()
        has_room = len(self._tasks) < TURNS
        if self._tasks and not (has_room and now - self._began_at >= LONG):
            self._waits = True
            if has_room:
                self._timer = self._loop.call_at(self._began_at + LONG, self._begin)
            return
        self._waits, self._began_at = False, now
        task = self._loop.create_task(self._turn())
        self._tasks.add(task)
        task.add_done_callback(self._end)

    async def _turn(self) -> None:
        present = self._due[:AT_ONCE]
        del self._due[:AT_ONCE]
        self._is_arranged = False
        if self._due:
            self._arrange()
        await self._take(present)

    def _end(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._over_at = self._loop.time()
        if self._waits:
            if self._timer is not None:
                self._timer.cancel()
            self._begin()
