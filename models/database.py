"""The one way to the database: the pool of this process, and statements."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextvars import ContextVar
from typing import Any

import asyncpg
from tortoise import Tortoise
from tortoise.connection import get_connection

from models.connecting import config
from models.finishing import finish_work
from models.foresight import close, foreseen
from models.lending import Lender

statements = logging.getLogger("compagnon.sql")
"""Every statement at DEBUG, never its values: they hold what people wrote."""

PLANNED = "SET LOCAL plan_cache_mode = auto"
"""Plans statements for their values where that promises to pay: what time brings about, and what is
handed out whole, looks for some rows among all. Single statements look for what one may see."""
_SPARE = 1
"""So many connections of a pool are never lent: for whoever looks at the migrations."""
_lender: Lender | None = None


class Transaction:
    """What its statements share; `connection` None: there is but one of them."""

    __slots__ = ("calls", "connection", "turn")

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        self.turn = asyncio.Lock()
        self.calls: list[Callable[[], None]] = []
        """What is called once it is committed."""


running: ContextVar[Transaction | None] = ContextVar("running", default=None)
"""The transaction of this task, and of those it makes; `models.transactions` begins and ends it."""


async def connect(url: str, *, pool_size: int = 10) -> None:
    """Opens the pool; until `disconnect` every statement of this process goes through it."""
    settings = config(url, pool_size=pool_size + _SPARE)
    await Tortoise.init(config=settings, _enable_global_fallback=True)
    client = get_connection("default")
    try:
        async with client.acquire_connection():  # only now is there a pool
            attach(client._pool)
    except BaseException:
        await Tortoise.close_connections()
        raise


async def disconnect() -> None:
    """Closes the pool once every transaction that has begun is over."""
    await finish_work()
    if _lender is not None:
        await _lender.close()
        detach()
    await Tortoise.close_connections()


def attach(pool: asyncpg.Pool) -> None:
    """From now on every statement of this process goes through this pool."""
    global _lender
    _lender = Lender(pool, pool.get_max_size() - _SPARE)


def detach() -> None:
    """Leaves the pool as it is: this process has none any more."""
    global _lender
    _lender = None


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
    transaction = running.get()
    rows: list[asyncpg.Record]
    if transaction is not None and transaction.connection is not None:
        async with transaction.turn:
            rows = await transaction.connection.fetch(sql, *values)
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
    if running.get() is None and (rows := foreseen(sql, values)) is not None:
        return rows
    return await fetch(sql, *values)


async def fetch_in_parts(
    sql: str, *values: object, size: int = 40
) -> AsyncIterator[list[asyncpg.Record]]:
    """The rows of one statement, so many at a time: others get their turn in between."""
    statements.debug("%s", sql)
    close()
    async with lender().lend() as connection, connection.transaction(readonly=True):
        await connection.execute(PLANNED)
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
