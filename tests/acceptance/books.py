"""Whether anything was written, in any table; and the way back to how it was."""

from typing import Any

from models.database import fetch


class Books:
    """What every table held when they were opened."""

    def __init__(self, tables: list[str]) -> None:
        self._tables = tables
        self._sums = " UNION ALL ".join(
            f"SELECT '{table}', count(*), sum(hashtextextended(t::text, 0)) FROM public.{table} t"
            for table in tables
        )
        self._kept: dict[str, Any] = {}
        self._next = 0

    @classmethod
    async def opened(cls) -> "Books":
        """Keeps a copy of every table."""
        rows = await fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        books = cls([row[0] for row in rows])
        await fetch("CREATE SCHEMA kept")
        for table in books._tables:
            await fetch(f"CREATE TABLE kept.{table} AS TABLE public.{table}")
        books._kept = await books._read()
        books._next = await _next_transaction()
        return books

    async def changed(self) -> set[str]:
        """The tables that hold something else now."""
        following = await _next_transaction()
        if following == self._next:  # nothing has so much as locked a row
            return set()
        self._next = following
        return await self._differing()

    async def restore(self) -> None:
        """Puts back what was kept, with every trigger and check silenced."""
        statements = "".join(
            f"DELETE FROM public.{table}; INSERT INTO public.{table} SELECT * FROM kept.{table};"
            for table in await self._differing()
        )
        if statements:
            await fetch(
                f"""DO $$ BEGIN
                    SET LOCAL session_replication_role = replica; {statements} END $$"""
            )
        assert await self._differing() == set()

    async def _differing(self) -> set[str]:
        now = await self._read()
        return {table for table in self._tables if now[table] != self._kept[table]}

    async def _read(self) -> dict[str, Any]:
        return {row[0]: (row[1], row[2]) for row in await fetch(self._sums)}


async def _next_transaction() -> int:
    """The number the next transaction gets that writes or locks anything, in this server."""
    rows = await fetch("SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint")
    number: int = rows[0][0]
    return number
