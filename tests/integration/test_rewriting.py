"""Writing tables anew: it gives way to who uses them, and says when it may not."""

import asyncio

import asyncpg
import pytest

from domain.traces import REWRITTEN
from models.data_keys import KEYED
from models.database import execute, fetch
from models.rewriting import NotOurs, rewrite
from tests.integration.world import World

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


async def test_indexes_answer_alone_again_once_a_table_was_written_anew(
    world: World,
) -> None:
    await world.pair()
    assert await rewrite(["enrollments"])
    pages = "SELECT relpages, relallvisible FROM pg_class WHERE relname = 'enrollments'"
    assert [tuple(row) for row in await fetch(pages)] == [(1, 1)]


async def test_it_is_not_even_tried_where_somebody_has_held_a_table_for_longer(
    database: str,
) -> None:
    # given a dump, say, and no patience: whoever waited behind us would wait for its end
    other = await asyncpg.connect(database)
    async with other.transaction():
        await other.execute("LOCK TABLE users IN ACCESS SHARE MODE")
        async with asyncio.timeout(10):
            # then no table is touched, not even another one
            file = "SELECT pg_relation_filenode('matches')"
            before = await fetch(file)
            assert not await rewrite(["matches", "users"], patience=0)
            assert await fetch(file) == before
    await other.close()


def test_every_table_of_data_keys_is_written_anew() -> None:
    # but for the key of identities, which is not replaced when somebody goes
    assert set(KEYED) - {"identity_keys"} < set(REWRITTEN)


async def test_a_role_that_may_not_is_told_so(database: str) -> None:
    await execute("CREATE ROLE passer_by")
    await execute("SET ROLE passer_by")
    try:
        with pytest.raises(NotOurs, match="users"):
            await rewrite(["users"])
    finally:
        await execute("RESET ROLE")
        await execute("DROP ROLE passer_by")
