"""Databases for tests: copies of one that was migrated, and one to use again once it is clean.

A copy takes half a second, most of it for some hundred files; to empty one takes a tenth of that.
"""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any, Self, TypeVar
from uuid import uuid4

import asyncpg

from models.migrating import migrate
from tests.servers import url_of

T = TypeVar("T")
LARGE = 256 * 1024
"""Bytes from which on it takes longer to pass by the rows that were deleted than to clear them
away, after which all statements are planned anew."""
_OTHERS = """SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> ALL ($1::int[] || pg_backend_pid())"""
_THIS = "(SELECT oid FROM pg_database WHERE datname = current_database())"
_CATALOGUES = ("pg_namespace", "pg_class", "pg_attribute", "pg_constraint", "pg_trigger", "pg_proc")
# Whatever is made or altered has a row of a later transaction; whatever is dropped is missing.
_SHAPE = " UNION ALL ".join(
    f"SELECT count(*), max(xmin::text::bigint) FROM {catalogue}"
    for catalogue in (*_CATALOGUES, f"pg_db_role_setting WHERE setdatabase = {_THIS}")
)
_TABLES = """SELECT format('%I', tablename) FROM pg_tables
    WHERE schemaname = 'public' AND tablename <> 'tortoise_migrations'"""


async def migrated(server: str, name: str) -> None:
    """Makes a template; from now on nobody may connect to it."""
    await execute(server, f"CREATE DATABASE {name}")
    url = url_of(server, name)
    await migrate(url)
    # Small files are quick to copy, and who connects last leaves the catalogue's cache behind.
    await execute(url, "VACUUM FULL", "VACUUM (FREEZE, ANALYZE)")
    await execute(url, "SELECT 1")


async def created(server: str) -> str:
    """The name of a new database with nothing in it."""
    name = f"test_{uuid4().hex}"
    await execute(server, f"CREATE DATABASE {name}")
    return name


async def copied(server: str, template: str) -> str:
    """The name of a new copy of a template."""
    name = f"test_{uuid4().hex}"
    await execute(server, f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
    return name


async def dropped(server: str, name: str) -> None:
    """Drops a database, whoever is connected to it, if nobody has."""
    await execute(server, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


async def execute(url: str, *statements: str) -> None:
    """Statements on a connection of their own."""
    connection = await asyncpg.connect(url)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


class Reused:
    """A database that is emptied for each who takes it; another one once its shape has changed.

    Who empties it stays connected, in a loop and a thread of its own: whoever comes anew reads the
    catalogue before all else. Nobody else ever has this connection.
    """

    def __init__(self, server: str, template: str) -> None:
        self._server, self._template = server, template
        self._thread, self._loop = ThreadPoolExecutor(1), asyncio.Runner()
        self._one: _Emptied | None = None

    async def taken(self, sparing: Sequence[int] = ()) -> str:
        """The URL of a database as it was migrated, with nobody else connected to it but these
        processes of PostgreSQL, which hold nothing there."""
        here = asyncio.get_running_loop()
        taken = partial(self._taken, sparing)
        return await here.run_in_executor(self._thread, self._run, taken)

    def close(self) -> None:
        """Lets go of it."""
        self._thread.submit(self._run, self._closed).result()
        self._thread.submit(self._loop.close).result()
        self._thread.shutdown()

    def _run(self, of: Callable[[], Coroutine[Any, Any, T]]) -> T:
        return self._loop.run(of())

    async def _taken(self, sparing: Sequence[int]) -> str:
        if self._one is not None and not await self._one.is_clean(sparing):
            await self._closed()
        if self._one is None:
            name = await copied(self._server, self._template)
            self._one = await _Emptied.of(name, url_of(self._server, name))
        return url_of(self._server, self._one.name)

    async def _closed(self) -> None:
        if self._one is not None:
            await self._one.connection.close()
            await dropped(self._server, self._one.name)
            self._one = None


@dataclass
class _Emptied:
    """One of them: what it was when it was made, and the connection that empties it."""

    name: str
    connection: asyncpg.Connection
    shape: object
    filled: str
    """Asks for the tables that hold something."""

    @classmethod
    async def of(cls, name: str, url: str) -> Self:
        connection = await asyncpg.connect(url)
        tables = [row[0] for row in await connection.fetch(_TABLES)]
        filled = " UNION ALL ".join(
            f"SELECT '{table}', pg_table_size('{table}') WHERE EXISTS (SELECT FROM {table})"
            for table in tables
        )
        return cls(name, connection, await connection.fetch(_SHAPE), filled)

    async def is_clean(self, sparing: Sequence[int]) -> bool:
        """Empties it, if it has still the shape it was made in and lets this connection be."""
        try:
            await self.connection.execute(_OTHERS, sparing)
        except (asyncpg.InterfaceError, asyncpg.PostgresError, OSError):
            return False
        if await self.connection.fetch(_SHAPE) != self.shape:
            return False
        if sizes := dict(await self.connection.fetch(self.filled)):
            deletes = "".join(f"DELETE FROM {table};" for table in sizes)
            await self.connection.execute(f"""DO $$ BEGIN
                SET LOCAL session_replication_role = replica; {deletes} END $$""")
            if grown := [table for table, size in sizes.items() if size > LARGE]:
                await self.connection.execute(f"VACUUM {', '.join(grown)}")
        return True
