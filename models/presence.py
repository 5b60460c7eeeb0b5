"""Whether the database is there, asked all the time on a connection of its own.

A server that is frozen, or behind a network that is, says nothing at all: without this, whoever has
asked it something waits until their own limit, and everybody behind them for a free connection.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from contextlib import suppress

import asyncpg

log = logging.getLogger("compagnon.database")

EVERY = 0.5
CONNECTING = 2.0
PAUSE, PAUSES = 0.25, 12
"""Silence is counted in pauses, not read from the clock: a process that was itself stuck for long
has not read the answer yet that is waiting for it."""

_LOST = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError)
_is_away = False


class DatabaseAway(Exception):
    """The database does not answer; nothing was asked of it."""


def is_away() -> bool:
    """Whether the database is known not to answer at present: who asks it something would find out
    after seconds."""
    return _is_away


async def keep_watching(url: str, hang_up: Callable[[], None]) -> None:
    """Watches until cancelled; `hang_up` is called when the database falls silent or is gone, to
    end what waits for it."""
    watch = _Watch(url, hang_up)
    try:
        while True:
            await watch.look()
    finally:
        watch.close()


class _Watch:
    def __init__(self, url: str, hang_up: Callable[[], None]) -> None:
        self._url, self._hang_up = url, hang_up
        self._connection: asyncpg.Connection | None = None
        self._lost_at: float | None = None

    async def look(self) -> None:
        """One question, and what follows from the answer."""
        if self._connection is None:
            try:
                self._connection = await asyncpg.connect(self._url, timeout=CONNECTING)
            except _LOST as error:
                self._note_loss(f"{type(error).__name__}")
                await asyncio.sleep(PAUSE)
                return
        answered = await self._ask(self._connection)
        if answered:
            self._note_presence()
            await asyncio.sleep(EVERY)
            return
        self._connection.terminate()
        self._connection = None
        if answered is None:
            self._note_loss("no answer")
        # else only this connection was lost: the next look tells whether there can be another one

    def close(self) -> None:
        global _is_away
        _is_away = False
        if self._connection is not None:
            self._connection.terminate()

    async def _ask(self, connection: asyncpg.Connection) -> bool | None:
        """Whether it answers; None: it says nothing."""
        asking = asyncio.create_task(connection.fetchval("SELECT 1"))
        try:
            for _ in range(PAUSES):
                await asyncio.wait([asking], timeout=PAUSE)
                if asking.done():
                    return asking.exception() is None
            return None
        finally:
            if not asking.done():
                connection.terminate()
                with suppress(Exception):
                    await asking

    def _note_loss(self, reason: str) -> None:
        global _is_away
        if not _is_away:
            log.warning("the database is away (%s)", reason)
            self._lost_at = time.monotonic()
        _is_away = True
        self._hang_up()

    def _note_presence(self) -> None:
        global _is_away
        _is_away = False
        if self._lost_at is not None:
            log.warning("the database is back after %.1f s", time.monotonic() - self._lost_at)
            self._lost_at = None
