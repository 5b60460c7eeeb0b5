"""Whether anything was written, in any table; and the way back to how it was."""

from collections.abc import Collection
from typing import Any

from models.database import fetch

BELL = """
CREATE SCHEMA kept;
CREATE SEQUENCE kept.writes;
CREATE FUNCTION kept.ring() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN PERFORM nextval('kept.writes'); RETURN NULL; END $$;
PERFORM nextval('kept.writes');
"""
"""A bell that rings for whatever is written, be it only to be taken back. It tells writing here
from what goes on in other databases of the same server, which no number of a transaction does."""


TABLES = """
SELECT c.relname, string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum)
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
    AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
GROUP BY 1 ORDER BY 1"""
"""Each table, and what of it is written: some columns the database works out by itself."""


class Books:
    """What every table held when they were opened."""

    def __init__(self, tables: dict[str, str]) -> None:
        self._tables = tables
        self._kept: dict[str, Any] = {}
        self._rung = 0

    @classmethod
    async def opened(cls) -> "Books":
        """Keeps a copy of every table."""
        books = cls(dict(await fetch(TABLES)))
        await _do(BELL + "".join(map(_copied, books._tables)))
        books._kept = await _read(books._tables)
        books._rung = await _rung()
        return books

    async def changed(self) -> set[str]:
        """The tables that hold something else now."""
        rung = await _rung()
        if rung == self._rung:
            return set()
        self._rung = rung
        return await self._differing(self._tables)

    async def restore(self, changed: Collection[str]) -> None:
        """Puts back what was kept of these, with every trigger and check silenced."""
        anew = "".join(
            f"""DELETE FROM public.{table}; INSERT INTO public.{table} ({self._tables[table]})
                SELECT {self._tables[table]} FROM kept.{table};"""
            for table in changed
        )
        await _do(f"SET LOCAL session_replication_role = replica; {anew}")
        assert await self._differing(changed) == set()

    async def _differing(self, tables: Collection[str]) -> set[str]:
        now = await _read(tables)
        return {table for table in tables if now[table] != self._kept[table]}


async def _read(tables: Collection[str]) -> dict[str, Any]:
    sums = " UNION ALL ".join(
        f"SELECT '{table}', count(*), sum(hashtextextended(t::text, 0)) FROM public.{table} t"
        for table in tables
    )
    return {row[0]: (row[1], row[2]) for row in await fetch(sums)}


async def _rung() -> int:
    rows = await fetch("SELECT last_value FROM kept.writes")
    number: int = rows[0][0]
    return number


async def _do(statements: str) -> None:
    await fetch(f"DO $books$ BEGIN {statements} END $books$")


def _copied(table: str) -> str:
    return f"""
    CREATE TABLE kept.{table} AS TABLE public.{table};
    CREATE TRIGGER ring AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON public.{table}
        FOR EACH STATEMENT EXECUTE FUNCTION kept.ring();"""
