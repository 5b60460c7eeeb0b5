"""Connections of the pool, kept at hand: to lend one costs neither a task nor a round trip."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, NoReturn

import asyncpg

from models.line import Line
from models.presence import DatabaseAway, is_away

STALE = 240.0
"""Seconds after which a connection that lies idle goes back to the pool: networks forget."""
WAITING = 4.5
"""Seconds that one waits until another one has done with a connection."""


class Lender:
    """Lends at most `size` connections of a pool at once; who comes when all are lent waits.

    A pool of asyncpg makes a task each time a connection comes back. Most come back whole, and are
    lent again as they are; those that do not (cancelled, broken) are the pool's to clean up.
    """

    def __init__(self, pool: asyncpg.Pool, size: int) -> None:
        self.pool, self.size = pool, size
        self._taken = 0
        self._idle: list[tuple[Any, float]] = []
        self._line = Line(WAITING, self._pass_on)
        self._is_closed = False
        self._late: set[asyncio.Task[None]] = set()
        """Those that give back what came back after all else was given back."""

    @property
    def idle(self) -> int:
        """How many are open and wait for somebody."""
        return len(self._idle) + int(self.pool.get_idle_size())

    @property
    def lent(self) -> int:
        """How many are in somebody's hands, or being cleaned up after them."""
        return self._taken - len(self._idle)

    @asynccontextmanager
    async def lend(self) -> AsyncIterator[Any]:
        """A connection, whole again for the next one whatever is done with it meanwhile."""
        connection = await self.take()
        try:
            yield connection
        except BaseException as error:
            await self.give_back(connection, error)
            raise
        self.put(connection)

    async def take(self) -> Any:
        """A connection; to be given back by `put`, or by `give_back` after an error.

        Raises DatabaseAway when the database is, and when none comes free in time.
        """
        while True:
            if is_away():
                self._refuse()
            if self._idle:
                connection, since = self._idle.pop()
                if is_open(connection) and time.monotonic() - since < STALE:
                    return connection
                await self._part_with(connection)
            elif self._taken < self.size:
                self._taken += 1
                try:
                    return await self.pool.acquire()
                except BaseException:
                    self._make_room()
                    raise
            elif (connection := await self._line.wait()) is not None:
                if is_open(connection):
                    return connection
                await self._part_with(connection)

    def put(self, connection: Any) -> None:
        """Takes back a connection after its statements have ended well."""
        if self._line.serve(connection):
            return
        if self._is_closed:
            late = asyncio.get_running_loop().create_task(self._part_with(connection))
            self._late.add(late)
            late.add_done_callback(self._late.discard)
        else:
            self._idle.append((connection, time.monotonic()))

    async def give_back(self, connection: Any, error: BaseException) -> None:
        """Takes back a connection after this error."""
        if isinstance(error, asyncpg.PostgresError) and _is_whole(connection):
            self.put(connection)  # the statement was refused, and nothing else happened
        else:
            await self._part_with(connection)

    async def close(self) -> None:
        """Gives all that lie idle back to the pool, whose end waits for those that are lent: they
        go back as soon as they come."""
        self._is_closed = True
        while self._idle:
            await self._part_with(self._idle.pop()[0])

    def _refuse(self) -> NoReturn:
        self._line.serve(None)  # who was called in vain; nobody else waits in vain, either
        raise DatabaseAway

    def _pass_on(self, given: Any) -> None:
        """What came for somebody who has stopped waiting goes to the next one."""
        if given is None:
            self._line.serve(None)
        else:
            self.put(given)

    async def _part_with(self, connection: Any) -> None:
        try:
            if is_open(connection) and connection.is_in_transaction():
                connection.terminate()  # what would have ended it was broken off
            await self.pool.release(connection)  # shielded in there: it is cleaned up in any case
        finally:
            self._make_room()

    def _make_room(self) -> None:
        self._taken -= 1
        self._line.serve(None)


def is_open(connection: Any) -> bool:
    """Whether there is still somebody at its other end, as far as is known here."""
    # One that was lost while it was lent is no longer there to be asked.
    bare = connection._con
    return bare is not None and not bare.is_closed()


def _is_whole(connection: Any) -> bool:
    return is_open(connection) and not connection.is_in_transaction()
