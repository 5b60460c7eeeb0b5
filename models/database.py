"""The one way to the database: connections, statements, transactions that always finish."""

import asyncio
import logging
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import asyncpg
from tortoise import Tortoise
from tortoise.connection import get_connection

from models.connecting import config
from models.finishing import finish_work, to_its_end
from models.foresight import close, foreseen
from models.lending import Lender

P = ParamSpec("P")
T = TypeVar("T")

statements = logging.getLogger("compagnon.sql")
"""Every statement at DEBUG, never its values: they hold what people wrote."""

_ATTEMPTS = 5
_PLANNED = "SET LOCAL plan_cache_mode = auto"
"""Plans statements for their values where that promises to pay: what time brings about, and what is
handed out whole, looks for some rows among all. Single statements look for what one may see."""
_lender: Lender | None = None


class _Transaction:
    """What the statements of one transaction share; `connection` None: there is but one of them."""

    __slots__ = ("calls", "connection", "lock")

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        self.lock = asyncio.Lock()
        self.calls: list[Callable[[], None]] = []


_running: ContextVar[_Transaction | None] = ContextVar("running", default=None)


class Overtaken(Exception):
    """Others were faster, again and again: nothing was changed, and it may be tried anew."""


async def connect(url: str, *, pool_size: int = 10) -> None:
    """Opens the pool; until `disconnect` every statement of this process goes through it."""
    global _lender
    settings = config(url, pool_size=pool_size + 1)  # one for whoever looks at the migrations
    await Tortoise.init(config=settings, _enable_global_fallback=True)
    client = get_connection("default")
    try:
        async with client.acquire_connection():  # only now is there a pool
            _lender = Lender(client._pool, pool_size)
    except BaseException:
        await Tortoise.close_connections()
        raise


async def disconnect() -> None:
    """Closes the pool once every transaction that has begun is over."""
    global _lender
    await finish_work()
    if _lender is not None:
        await _lender.close()
        _lender = None
    await Tortoise.close_connections()


def is_connected() -> bool:
    """Whether this process has a pool."""
    return _lender is not None


def lender() -> Lender:
    """Who lends this process its connections."""
    if _lender is None:
        raise RuntimeError("there is no database; call connect first")
    return _lender


async def fetch(sql: str, *values: object) -> list[asyncpg.Record]:
    """All rows of one statement, inside the running transaction if there is one."""
    if statements.isEnabledFor(logging.DEBUG):
        statements.debug("%s", sql)
    close()
    running = _running.get()
    rows: list[asyncpg.Record]
    if running is not None and running.connection is not None:
        async with running.lock:
            rows = await running.connection.fetch(sql, *values)
            return rows
    lending = lender()
    connection = await lending.take()
    try:
        rows = await connection.fetch(sql, *values)
    except BaseException as error:
        await lending.give_back(connection, error)
        raise
    lending.put(connection)
    return rows


async def read(sql: str, *values: object) -> list[Any]:
    """The same for what only reads; its rows may be there already, read with who asks."""
    if _running.get() is None and (rows := foreseen(sql, values)) is not None:
        return rows
    return await fetch(sql, *values)


async def fetch_in_parts(
    sql: str, *values: object, size: int = 40
) -> AsyncIterator[list[asyncpg.Record]]:
    """The rows of one statement, so many at a time: others get their turn in between."""
    statements.debug("%s", sql)
    close()
    async with lender().lend() as connection, connection.transaction(readonly=True):
        await connection.execute(_PLANNED)
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
    return _always_finished(rule, _begin_to_commit)


def single_statement(rule: Callable[P, Awaitable[T]]) -> Callable[P, Coroutine[Any, Any, T]]:
    """The same for a rule of one statement, which is a transaction by itself: two trips less."""
    return _always_finished(rule, _at_once)


def finished(rule: Callable[P, Awaitable[T]]) -> Callable[P, Coroutine[Any, Any, T]]:
    """Runs a rule of several transactions to its end, whoever stops waiting for it."""

    @wraps(rule)
    async def run(*args: P.args, **kwargs: P.kwargs) -> T:
        return await to_its_end(rule(*args, **kwargs))

    return run


def after_commit(call: Callable[[], None]) -> None:
    """Calls once the running transaction is committed, never if it is not; without one: now."""
    running = _running.get()
    if running is None:
        call()
    else:
        running.calls.append(call)


def _always_finished(
    rule: Callable[P, Awaitable[T]],
    attempt: Callable[[Callable[[], Awaitable[T]]], Awaitable[tuple[T, _Transaction]]],
) -> Callable[P, Coroutine[Any, Any, T]]:
    @wraps(rule)
    async def run(*args: P.args, **kwargs: P.kwargs) -> T:
        if _running.get() is not None:
            return await rule(*args, **kwargs)
        return await to_its_end(_tried_again(lambda: attempt(lambda: rule(*args, **kwargs))))

    return run


async def _tried_again(attempt: Callable[[], Awaitable[tuple[T, _Transaction]]]) -> T:
    for number in range(1, _ATTEMPTS + 1):
        try:
            result, committed = await attempt()
        except (asyncpg.DeadlockDetectedError, asyncpg.SerializationError) as error:
            if number == _ATTEMPTS:
                raise Overtaken from error
            await asyncio.sleep(random.uniform(0, 0.02 * number))  # noqa: S311 -- no secret
            continue
        except asyncpg.LockNotAvailableError as error:
            raise Overtaken from error
        finally:
            _running.set(None)
        for call in committed.calls:
            call()
        return result
    raise AssertionError("unreachable")


async def _begin_to_commit(rule: Callable[[], Awaitable[T]]) -> tuple[T, _Transaction]:
    async with lender().lend() as connection, _transaction(connection):
        running = _Transaction(connection)
        _running.set(running)
        return await rule(), running


@asynccontextmanager
async def _transaction(connection: Any) -> AsyncIterator[None]:
    await connection.execute(f"BEGIN; {_PLANNED}")
    try:
        yield
    except BaseException:
        if not connection.is_closed() and connection.is_in_transaction():
            await connection.execute("ROLLBACK")
        raise
    await connection.execute("COMMIT")


async def _at_once(rule: Callable[[], Awaitable[T]]) -> tuple[T, _Transaction]:
    running = _Transaction(None)
    _running.set(running)
    return await rule(), running
