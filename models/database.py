"""The one way to the database: connections, statements, transactions that always finish."""

import asyncio
import logging
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextvars import ContextVar
from dataclasses import dataclass
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import asyncpg
from tortoise import Tortoise
from tortoise.backends.base.config_generator import expand_db_url
from tortoise.connection import get_connection
from tortoise.transactions import in_transaction

P = ParamSpec("P")
T = TypeVar("T")

statements = logging.getLogger("compagnon.sql")
"""Every statement at DEBUG, never its values: they hold what people wrote."""

_ATTEMPTS = 5
_under_way: set[asyncio.Task[Any]] = set()
_after_commit: ContextVar[list[Callable[[], None]] | None] = ContextVar(
    "after_commit", default=None
)


class Overtaken(Exception):
    """Others were faster, again and again: nothing was changed, and it may be tried anew."""


async def connect(url: str, *, pool_size: int = 10) -> None:
    """Opens the pool; until `disconnect` every statement of this process goes through it."""
    await Tortoise.init(config=config(url, pool_size=pool_size), _enable_global_fallback=True)


async def disconnect() -> None:
    """Closes the pool once every transaction that has begun is over."""
    await finish_transactions()
    await Tortoise.close_connections()


def config(url: str, *, pool_size: int = 10) -> dict[str, Any]:
    """Tortoise's configuration for a URL, with time limits, so that nobody waits for ever."""
    connection = expand_db_url(url)
    connection["credentials"] |= {
        "minsize": 1,
        "maxsize": pool_size,
        "timeout": 4,
        "command_timeout": 15,
        "reset": _keep_session,
        "server_settings": {
            "application_name": "compagnon",
            "timezone": "UTC",
            "statement_timeout": "12000",
            "lock_timeout": "8000",
            "idle_in_transaction_session_timeout": "15000",
        },
    }
    app = {
        "models": ["models"],
        "default_connection": "default",
        "migrations": "models.migrations",
    }
    return {
        "connections": {"default": connection},
        "apps": {"models": app},
        "use_tz": True,
        "timezone": "UTC",
    }


@dataclass(frozen=True, slots=True)
class PoolState:
    """How many connections of this process stand idle, work, and may be opened at most."""

    idle: int
    used: int
    most: int


def pool_state() -> PoolState:
    """The pool as it is now; all 0 before the first statement."""
    pool: asyncpg.Pool | None = getattr(get_connection("default"), "_pool", None)
    if pool is None:
        return PoolState(0, 0, 0)
    idle = pool.get_idle_size()
    return PoolState(idle, pool.get_size() - idle, pool.get_max_size())


async def fetch(sql: str, *values: object) -> list[asyncpg.Record]:
    """All rows of one statement, inside the running transaction if there is one."""
    statements.debug("%s", sql)
    async with get_connection("default").acquire_connection() as connection:
        rows: list[asyncpg.Record] = await connection.fetch(sql, *values)
        return rows


async def fetch_in_parts(
    sql: str, *values: object, size: int = 40
) -> AsyncIterator[list[asyncpg.Record]]:
    """The rows of one statement, so many at a time: others get their turn in between."""
    statements.debug("%s", sql)
    pool = get_connection("default")
    async with pool.acquire_connection() as connection, connection.transaction(readonly=True):
        cursor = await connection.cursor(sql, *values)
        while rows := await cursor.fetch(size):
            yield rows


async def fetch_one(sql: str, *values: object) -> asyncpg.Record | None:
    """The first row of one statement, or None."""
    rows = await fetch(sql, *values)
    return rows[0] if rows else None


async def execute(sql: str, *values: object) -> None:
    """One statement for its effect."""
    await fetch(sql, *values)


def transactional(rule: Callable[P, Awaitable[T]]) -> Callable[P, Coroutine[Any, Any, T]]:
    """Runs a rule in one transaction that always finishes, whoever stops waiting for it.

    A client that leaves cancels its request at any await; a cancelled BEGIN would leak the pooled
    connection. So the transaction has a task of its own and cancellation ends only the waiting.
    Inside another transaction the rule joins it. A deadlock or serialization failure runs it anew.
    """

    @wraps(rule)
    async def run(*args: P.args, **kwargs: P.kwargs) -> T:
        if _after_commit.get() is not None:
            return await rule(*args, **kwargs)
        task = asyncio.create_task(_begin_to_commit(lambda: rule(*args, **kwargs)))
        _under_way.add(task)
        task.add_done_callback(_done)
        return await asyncio.shield(task)

    return run


def finished(rule: Callable[P, Awaitable[T]]) -> Callable[P, Coroutine[Any, Any, T]]:
    """Runs a rule of several transactions to its end, whoever stops waiting for it."""

    @wraps(rule)
    async def run(*args: P.args, **kwargs: P.kwargs) -> T:
        async def running() -> T:
            return await rule(*args, **kwargs)

        task = asyncio.create_task(running())
        _under_way.add(task)
        task.add_done_callback(_done)
        return await asyncio.shield(task)

    return run


def after_commit(call: Callable[[], None]) -> None:
    """Calls once the running transaction is committed, never if it is not; without one: now."""
    waiting = _after_commit.get()
    if waiting is None:
        call()
    else:
        waiting.append(call)


async def finish_transactions() -> None:
    """Waits for every transaction that has begun; to be called before the pool closes."""
    while _under_way:
        await asyncio.wait(set(_under_way))


async def _begin_to_commit(rule: Callable[[], Awaitable[T]]) -> T:
    for attempt in range(1, _ATTEMPTS + 1):
        calls: list[Callable[[], None]] = []
        _after_commit.set(calls)
        try:
            async with in_transaction("default"):
                result = await rule()
        except (asyncpg.DeadlockDetectedError, asyncpg.SerializationError) as error:
            if attempt == _ATTEMPTS:
                raise Overtaken from error
            await asyncio.sleep(random.uniform(0, 0.02 * attempt))  # noqa: S311 -- no secret
            continue
        except asyncpg.LockNotAvailableError as error:
            raise Overtaken from error
        _after_commit.set(None)
        for call in calls:
            call()
        return result
    raise AssertionError("unreachable")


def _done(task: asyncio.Task[Any]) -> None:
    _under_way.discard(task)
    if not task.cancelled():
        task.exception()  # retrieved, so that a rule nobody waits for any more does not warn


async def _keep_session(_: asyncpg.Connection) -> None:
    """Skips the reset on release, one round trip each: what changes a session of ours, like
    `models.rewriting`, changes it back."""
