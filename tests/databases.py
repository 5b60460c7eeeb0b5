"""Databases for tests: copies of one that was migrated, and one to use again once it is clean.

A copy takes half a second, most of it for some hundred files; to empty one takes a tenth of that.
"""

from dataclasses import dataclass
from uuid import uuid4

import asyncpg

from models.migrating import migrate
from tests.servers import url_of

_OTHERS = """SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()"""
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


async def copied(server: str, template: str) -> str:
    """The name of a new copy of a template."""
    name = f"test_{uuid4().hex}"
    await execute(server, f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
    return name


async def dropped(server: str, name: str) -> None:
    """Drops a database, whoever is connected to it."""
    await execute(server, f"DROP DATABASE {name} WITH (FORCE)")


async def execute(url: str, *statements: str) -> None:
    """Statements on a connection of their own."""
    connection = await asyncpg.connect(url)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


@dataclass
class Reused:
    """A database that is emptied for each who takes it; another one once its shape has changed."""

    server: str
    template: str
    _name: str | None = None
    _shape: object = None

    async def taken(self) -> str:
        """The URL of a database as it was migrated, with nobody connected to it."""
        if self._name is not None and not await self._is_clean(self._name):
            await dropped(self.server, self._name)
            self._name = None
        if self._name is None:
            self._name = await copied(self.server, self.template)
            connection = await asyncpg.connect(url_of(self.server, self._name))
            self._shape = await connection.fetch(_SHAPE)
            await connection.close()
        return url_of(self.server, self._name)

    async def _is_clean(self, name: str) -> bool:
        """Empties it, if it has still the shape it was made in."""
        connection = await asyncpg.connect(url_of(self.server, name))
        try:
            await connection.execute(_OTHERS)
            if await connection.fetch(_SHAPE) != self._shape:
                return False
            if tables := await _filled(connection):
                deletes = "".join(f"DELETE FROM {table};" for table in tables)
                await connection.execute(f"""DO $$ BEGIN
                    SET LOCAL session_replication_role = replica; {deletes} END $$""")
                await connection.execute(f"VACUUM {', '.join(tables)}")
            return True
        finally:
            await connection.close()


async def _filled(connection: asyncpg.Connection) -> list[str]:
    tables = [row[0] for row in await connection.fetch(_TABLES)]
    filled = " UNION ALL ".join(
        f"SELECT '{table}' WHERE EXISTS (SELECT FROM {table})" for table in tables
    )
    return [row[0] for row in await connection.fetch(filled)]
