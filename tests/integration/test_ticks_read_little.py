"""What time does looks for what is due, and goes through no table for it."""

import json
import re
from typing import Any

import asyncpg
import pytest

from domain.configuration import configure
from server.ticking import WORK
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
    """The tables that a statement has to go through from end to end, whatever its values are."""
    await reader.execute("SET enable_seqscan = off; SET plan_cache_mode = force_generic_plan")
    await reader.execute(f"PREPARE asked AS {sql}")
    values = ", ".join(["NULL"] * len(set(re.findall(r"\$\d+", sql))))
    execute = f"EXECUTE asked({values})" if values else "EXECUTE asked"
    plan = await reader.fetchval(f"EXPLAIN (FORMAT JSON) {execute}")
    await reader.execute("DEALLOCATE asked")
    return list(_read(json.loads(plan)[0]["Plan"]))


def _read(plan: dict[str, Any]) -> Any:
    if plan["Node Type"] == "Seq Scan":
        yield plan["Relation Name"]
    for part in plan.get("Plans", ()):
        yield from _read(part)
