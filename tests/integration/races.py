"""Two changes at once, in the order that matters: one begins before the other is committed."""

import asyncio
from collections.abc import Awaitable, Coroutine
from typing import Any, TypeVar

from models.database import fetch
from models.transactions import transactional

T = TypeVar("T")


async def overtaken(first: Awaitable[object], second: Coroutine[Any, Any, T]) -> T:
    """What `second` comes to when it must wait for `first`, which is written, not committed."""
    written, go = asyncio.Event(), asyncio.Event()

    @transactional
    async def hold() -> None:
        await first
        written.set()
        await go.wait()

    holding = asyncio.create_task(_awaited(hold()))
    holding.add_done_callback(lambda _: written.set())  # that it has failed is told below
    await written.wait()
    waiting = asyncio.create_task(second)
    await somebody_waits(unless=waiting)
    go.set()
    await holding
    return await waiting


async def somebody_waits(*, unless: asyncio.Task[Any] | None = None) -> None:
    """Once somebody waits for a lock, or this is done."""
    while not (unless is not None and unless.done()) and not await _is_waited_for():
        await asyncio.sleep(0.005)


async def _awaited(awaitable: Awaitable[T]) -> T:
    return await awaitable


async def _is_waited_for() -> bool:
    return bool(
        await fetch(
            """SELECT 1 FROM pg_stat_activity
               WHERE datname = current_database() AND wait_event_type = 'Lock'"""
        )
    )
