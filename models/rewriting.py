"""Tables written anew: PostgreSQL does not overwrite the old version of a row that changes."""

from collections.abc import Sequence
from contextlib import suppress

from asyncpg import InsufficientPrivilegeError, LockNotAvailableError

from models.database import lender

_LONGEST = 3600.0
"""Seconds; as long as a table is written anew, nobody reads it."""
_LOCK = 7_260_113_994
"""An advisory lock of this name: two workers do not write the same tables anew."""
_HELD = """SELECT 1 FROM pg_locks l JOIN pg_stat_activity a USING (pid)
    WHERE l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND l.relation = ANY ($1::text[]::regclass[]) AND l.pid <> pg_backend_pid()
      AND coalesce(a.xact_start < clock_timestamp() - make_interval(secs => $2), true) LIMIT 1"""
"""Of another role it is not told since when."""


class NotOurs(Exception):
    """The database does not let our role write a table anew: it has to own it, or be granted
    MAINTAIN on it."""


async def rewrite(tables: Sequence[str], *, patience: int = 2000) -> bool:
    """Writes these tables and their indexes to new files without what is dead in them.

    False when another worker is at it, or when a table was not to be had for `patience`
    milliseconds; not even tried while somebody has held one for as long, say a dump: all who come
    behind us wait for it, too. As far as the database lets us, the write-ahead log from before goes
    as well.
    """
    async with lender().lend() as connection:
        if not await connection.fetchval("SELECT pg_try_advisory_lock($1)", _LOCK):
            return False
        try:
            # Asked first: of a table that is not ours VACUUM only says that it passes it over.
            for table in tables:
                ask = "SELECT has_table_privilege($1, 'MAINTAIN')"
                if not await connection.fetchval(ask, table):
                    raise NotOurs(table)
            if await connection.fetchval(_HELD, list(tables), patience / 1000):
                return False
            await connection.execute(f"SET statement_timeout = 0; SET lock_timeout = {patience}")
            for table in tables:
                await connection.execute(f"VACUUM (FULL) {table}", timeout=_LONGEST)
            # Nobody waits for this; until then no index answers alone, and long lists are slow.
            await connection.execute(f"VACUUM (SKIP_LOCKED) {', '.join(tables)}", timeout=_LONGEST)
            with suppress(InsufficientPrivilegeError):
                await connection.execute("SELECT pg_switch_wal()")
                await connection.execute("CHECKPOINT", timeout=_LONGEST)
        except LockNotAvailableError:
            return False
        finally:
            await connection.execute("RESET statement_timeout; RESET lock_timeout")
            await connection.fetchval("SELECT pg_advisory_unlock($1)", _LOCK)
    return True
