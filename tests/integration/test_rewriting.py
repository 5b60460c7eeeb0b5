"""Writing tables anew: it gives way to who uses them, and says when it may not."""

import asyncpg
import pytest

from models.database import execute, fetch
from models.rewriting import NotOurs, rewrite

SETTINGS = """SELECT current_setting('statement_timeout'), current_setting('lock_timeout'),
    (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory')"""


async def test_it_gives_way_to_whoever_holds_a_table_and_leaves_the_session_as_it_was(
    database: str,
) -> None:
    before = [tuple(row) for row in await fetch(SETTINGS)]
    other = await asyncpg.connect(database)
    async with other.transaction():
        await other.execute("LOCK TABLE users IN ACCESS SHARE MODE")
        assert not await rewrite(["users"], patience=50)
    await other.close()

    assert await rewrite(["users"])
    assert [tuple(row) for row in await fetch(SETTINGS)] == before


async def test_a_role_that_may_not_is_told_so(database: str) -> None:
    await execute("CREATE ROLE passer_by")
    await execute("SET ROLE passer_by")
    try:
        with pytest.raises(NotOurs, match="users"):
            await rewrite(["users"])
    finally:
        await execute("RESET ROLE")
        await execute("DROP ROLE passer_by")
