"""Migrations: all that the models say is written down, and any number of processes may migrate."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import import_module
from pathlib import Path

import asyncpg
import pytest
from tortoise.fields.base import Field
from tortoise.migrations.operations import AddField

from models import database, migrating
from models.connecting import config

pytestmark = pytest.mark.anyio

ALL = sorted(
    path.stem for path in Path(migrating.__file__).parent.joinpath("migrations").glob("[0-9]*.py")
)


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[None]:
    await database.connect(url, pool_size=2)
    try:
        yield
    finally:
        await database.disconnect()


async def shape(url: str) -> list[str]:
    """Every table, column, default, rule, index and trigger, as the database describes it."""
    connection = await asyncpg.connect(url)
    rows = await connection.fetch(
        """SELECT format('%s %s %s %s %s', attrelid::regclass, attname,
                         format_type(atttypid, atttypmod), attnotnull,
                         pg_get_expr(adbin, adrelid)) AS line
           FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
           LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
           WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND attnum > 0
           UNION ALL SELECT format('%s %s', conname, pg_get_constraintdef(oid))
           FROM pg_constraint WHERE connamespace = 'public'::regnamespace
           UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
           UNION ALL SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
           ORDER BY line"""
    )
    await connection.close()
    return [row["line"] for row in rows]


async def test_no_change_of_the_models_is_left_without_a_migration(database: str) -> None:
    unwritten = await migrating.unwritten(config(database))

    assert unwritten == [], "write a migration for what the models say now"


@pytest.mark.parametrize("name", ALL)
def test_rows_that_are_there_get_something_in_each_new_column(name: str) -> None:
    # PostgreSQL refuses NOT NULL to a column of rows that have nothing in it.
    operations = import_module(f"models.migrations.{name}").Migration.operations

    added = {one.name: one.field for one in operations if isinstance(one, AddField)}

    fields = {name: field for name, field in added.items() if isinstance(field, Field)}
    assert fields.keys() == added.keys()
    assert [name for name, one in fields.items() if not (one.null or one.has_db_default())] == []


async def test_an_empty_database_gets_every_pending_migration_in_order_and_the_next_time_none(
    empty_database: str,
) -> None:
    # given a process that is connected, and finds all pending
    async with connected(empty_database):
        assert await migrating.pending(config(empty_database)) == ALL

        # when it is migrated, then nothing is
        assert await migrating.migrate(empty_database) == ALL
        assert await migrating.pending(config(empty_database)) == []
    before = await shape(empty_database)
    assert before

    # and migrating again changes nothing
    assert await migrating.migrate(empty_database) == []
    assert await shape(empty_database) == before


async def test_of_several_who_migrate_at_once_one_does_it_all(empty_database: str) -> None:
    done = await asyncio.gather(*(migrating.migrate(empty_database) for _ in range(4)))

    assert sorted(done) == [[], [], [], ALL]


async def test_asking_what_is_pending_leaves_an_empty_database_empty(empty_database: str) -> None:
    async with connected(empty_database):
        await migrating.pending(config(empty_database))

    assert await shape(empty_database) == []


async def test_a_migration_that_fails_leaves_nothing_half_done(empty_database: str) -> None:
    # given a database in which something stands in the way of the last migration
    connection = await asyncpg.connect(empty_database)
    await connection.execute("CREATE FUNCTION status_may_change() RETURNS int RETURN 1")

    # when it is migrated in vain
    with pytest.raises(Exception, match="status_may_change"):
        await migrating.migrate(empty_database)
    async with connected(empty_database):
        assert await migrating.pending(config(empty_database)) == ALL[1:]

    # then it is whole once that is out of the way
    await connection.execute("DROP FUNCTION status_may_change()")
    await connection.close()
    assert await migrating.migrate(empty_database) == ALL[1:]
