"""Tables written anew: PostgreSQL does not overwrite the old version of a row that changes."""

from collections.abc import Sequence
from contextlib import suppress

from asyncpg import InsufficientPrivilegeError, LockNotAvailableError
from tortoise.connection import get_connection

_LONGEST = 3600.0
"""Seconds; as long as a table is written anew, nobody reads it."""
_LOCK = 7_260_113_994
"""An advisory lock of this name: two workers do not write the same tables anew."""


async def rewrite(tables: Sequence[str]) -> bool:
    """Writes these tables and their indexes to new files without what is dead in them.

    False when another worker is at it, when a table was not to be had for two seconds, or is not
    ours to write anew. As far as the database lets us, the write-ahead log from before goes too.
    """
    async with get_connection("default").acquire_connection() as connection:
        if not await connection.fetchval("SELECT pg_try_advisory_lock($1)", _LOCK):
            return False
        try:
            await connection.execute("SET statement_timeout = 0; SET lock_timeout = '2s'")
            for table in tables:
                files = "SELECT pg_relation_filenode($1::regclass)"
                before = await connection.fetchval(files, table)
                await connection.execute(f"VACUUM (FULL) {table}", timeout=_LONGEST)
                if await connection.fetchval(files, table) == before:
                    return False  # whoever does not own the table is only warned
            with suppress(InsufficientPrivilegeError):
                await connection.execute("SELECT pg_switch_wal()")
                await connection.execute("CHECKPOINT", timeout=_LONGEST)
        except LockNotAvailableError:
            return False
        finally:
            await connection.execute("RESET statement_timeout; RESET lock_timeout")
            await connection.fetchval("SELECT pg_advisory_unlock($1)", _LOCK)
    return True
