"""Connections of the pool, waited for but not for ever."""

import asyncio
from collections.abc import Callable

from models.presence import DatabaseAway, demand_presence

WAITING = 4.5
"""Seconds that one waits until another one has done with a connection."""


class Places:
    """As many as there are connections; `async with` takes one, unless `has_one` says that the task
    is within a transaction."""

    __slots__ = ("_free", "_has_one")

    def __init__(self, number: int, has_one: Callable[[], bool]) -> None:
        self._free, self._has_one = asyncio.Semaphore(number), has_one

    async def __aenter__(self) -> None:
        if not self._has_one():
            await self.take()

    async def __aexit__(self, *_: object) -> None:
        if not self._has_one():
            self.give()

    async def take(self) -> None:
        """Raises DatabaseAway when the database is, and when no place comes free in time."""
        demand_presence()
        if self._free.locked():
            try:
                async with asyncio.timeout(WAITING):
                    await self._free.acquire()
            except TimeoutError:
                raise DatabaseAway from None
        else:
            await self._free.acquire()
        try:
            demand_presence()  # it may have gone meanwhile
        except DatabaseAway:
            self.give()
            raise

    def give(self) -> None:
        self._free.release()
