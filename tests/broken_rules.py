"""Trying raw SQL on a database laid out with a row or two in every table."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
from tortoise.connection import get_connection

from tests.violations import WORLD


@asynccontextmanager
async def connected() -> AsyncIterator[Any]:
    """A connection of its own to the database of the test."""
    async with get_connection("default").acquire_connection() as connection:
        yield connection


@asynccontextmanager
async def laid_out() -> AsyncIterator[Any]:
    """A connection to the database of the test, once the world stands in it."""
    async with connected() as connection:
        await connection.execute(WORLD)
        yield connection


async def broken_by(connection: Any, statement: str) -> str | None:
    """The rule that refuses a statement, which is taken back in any case; None when none does."""
    try:
        async with connection.transaction():
            await connection.execute(statement)
            await connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
            raise _Undone
    except asyncpg.IntegrityConstraintViolationError as refused:
        name: str | None = refused.constraint_name
        return name
    except _Undone:
        return None


async def held_up(task: asyncio.Task[Any], connection: Any, watching: Any) -> None:
    """Once what the task does over the connection waits for somebody else's lock, as is seen over
    another connection."""
    process = connection.get_server_pid()
    while not await watching.fetchval("SELECT cardinality(pg_blocking_pids($1)) > 0", process):
        assert not task.done()


class _Undone(Exception):
    pass
