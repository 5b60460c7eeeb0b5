"""How the database means to run a statement, whatever its values are."""

import json
import re
from collections.abc import Iterator
from typing import Any, TypeAlias

import asyncpg

Plan: TypeAlias = dict[str, Any]


async def plan_of(reader: asyncpg.Connection, sql: str) -> Plan:
    """Its uppermost node, with those below in `Plans`."""
    await reader.execute("SET plan_cache_mode = force_generic_plan")
    await reader.execute(f"PREPARE asked AS {sql}")
    values = ", ".join(["NULL"] * len(set(re.findall(r"\$\d+", sql))))
    execute = f"EXECUTE asked({values})" if values else "EXECUTE asked"
    plan = await reader.fetchval(f"EXPLAIN (FORMAT JSON) {execute}")
    await reader.execute("DEALLOCATE asked")
    top: Plan = json.loads(plan)[0]["Plan"]
    return top


def nodes_of(plan: Plan) -> Iterator[Plan]:
    """The node and all below it."""
    yield plan
    for part in plan.get("Plans", ()):
        yield from nodes_of(part)


def tables_in(plan: Plan) -> set[str]:
    """What is read there."""
    return {node["Relation Name"] for node in nodes_of(plan) if "Relation Name" in node}
