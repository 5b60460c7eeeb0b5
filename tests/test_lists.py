"""Every list that is paged for its owner has an index that gives it in order, from any place."""

import ast
from collections.abc import Iterator

import asyncpg

from tests.servers import ROOT

TABLES = {
    "a": "audit_entries",
    "c": "check_ins",
    "e": "enrollments",
    "gm": "group_members",
    "m": "matches",
    "p": "programs",
}
"""What lists call the tables they read."""


async def test_every_list_can_be_read_in_order_from_where_its_page_begins(database: str) -> None:
    # given the columns of every index
    connection = await asyncpg.connect(database)
    rows = await connection.fetch(
        """SELECT i.indrelid::regclass::text AS of, array_agg(a.attname::text ORDER BY n) AS columns
           FROM pg_index i CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY AS place(at, n)
           JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = place.at
           WHERE i.indpred IS NULL GROUP BY i.indexrelid, i.indrelid"""
    )
    await connection.close()
    held = {(row["of"], *row["columns"]) for row in rows}

    # then whose list it is and its order are the columns of one
    lists = set(_lists())
    assert ("enrollments", "program_id", "id") in lists
    assert lists - held == set()
    # and so are those of the list that is asked for one role
    assert ("enrollments", "program_id", "role", "id") in held


def _lists() -> Iterator[tuple[str, str, str]]:
    for file in (ROOT / "resolvers").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] == "page_of":
                given = {each.arg: each.value for each in node.keywords}
                column, key = (ast.literal_eval(given[name]) for name in ("column", "key"))
                alias, _, owner = column.partition(".")
                yield TABLES[alias], owner, key.removeprefix(f"{alias}.")
