"""What time does looks for what is due, and goes through no table for it."""

import asyncpg
import pytest

from domain.configuration import configure
from server.ticking import WORK
from tests.integration.plans import nodes_of, plan_of
from tests.integration.world import World

pytestmark = pytest.mark.anyio

READING = {"SELECT", "UPDATE", "DELETE", "WITH"}


async def test_whatever_may_be_due_is_found_without_going_through_a_table(
    world: World, database: str, statements: list[str]
) -> None:
    # given all that may be forgotten, and nothing that is due
    months = ("conversations", "applications", "audit", "evidence")
    configure(**{f"keep_{one}_months": 1 for one in months})
    await world.pair()
    # when time does its work
    asked: dict[str, list[str]] = {}
    for name, work in WORK.items():
        statements.clear()
        await work()
        asked[name] = [sql for sql in statements if sql.split()[0] in READING]
    # then each kind asks for something, and by an index
    assert all(asked.values())
    reader = await asyncpg.connect(database)
    through = {name: [await tables_read(reader, sql) for sql in asked[name]] for name in asked}
    await reader.close()
    assert {name: found for name, found in through.items() if any(found)} == {}, through


async def tables_read(reader: asyncpg.Connection, sql: str) -> list[str]:
    """The tables that a statement has to go through from end to end."""
    await reader.execute("SET enable_seqscan = off")
    nodes = nodes_of(await plan_of(reader, sql))
    return [node["Relation Name"] for node in nodes if node["Node Type"] == "Seq Scan"]
