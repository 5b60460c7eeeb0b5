"""Lists below rows of another kind: a stretch of each, in one statement whatever their number."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, Generic, TypeVar
from uuid import UUID

from msgspec import Struct

from models import database
from models.reading import Part, Read, Stretch, Window

Row = TypeVar("Row")


class Lists(Struct, Generic[Row], frozen=True):
    """The rows of `read`, a list for each that its column `parent` names, and a window on each.

    `key` is the SQL expression by which they are ordered, which must be unique.
    """

    read: Read[Row]
    parent: str
    key: str
    window: Window

    async def pages(self, parents: Sequence[UUID]) -> dict[UUID, Stretch[Row]]:
        """The stretch of each of these parents."""
        read, order = self._below("parent.id")
        inner = read.select(f" ORDER BY {order} LIMIT {self.window.limit + 1}")
        sql = _for_each_parent(inner, len(read.values))
        found: dict[UUID, list[Row]] = {id: [] for id in parents}
        for row in await database.read(sql, *read.values, list(parents)):
            found[row[0]].append(self.read.build(row[1:]))
        return {id: self.window.shown(rows) for id, rows in found.items()}

    def part(
        self, columns: Sequence[str], other: str, build: Callable[[Sequence[Any]], list[Row]]
    ) -> Part[Any]:
        """The stretch that is read together with each row whose id is `other`.

        `build` is given these columns, for each the values of all rows: an array for each column is
        half the work of as many rows, to make and to read.
        """
        (read, order), window = self._below(other), self.window
        text = _arrays(tuple(columns), read.source, read.conditions, order, window.limit + 1)
        return Part(
            columns="{part}.*",
            width=len(columns),
            build=lambda _, found: window.shown(build(found) if found[0] else []),
            source=text,
            values=read.values,
        )

    def _below(self, other: str) -> tuple[Read[Row], str]:
        """The window of what is of one other row. Compared as a pair, so that PostgreSQL begins in
        the index of that one's rows. By the key alone it may begin in that of all rows, and pass by
        those of all others."""
        compared = f"({self.parent}, {self.key})", f"({other}, {{0}})"
        return self.read.where(f"{self.parent} = {other}").within(self.key, self.window, compared)


@lru_cache(maxsize=1000)
def _for_each_parent(inner: str, values: int) -> str:
    parents = f"unnest(${values + 1}::uuid[]) AS parent(id)"
    return f"SELECT parent.id, page.* FROM {parents} CROSS JOIN LATERAL ({inner}) AS page"


@lru_cache(maxsize=1000)
def _arrays(
    columns: tuple[str, ...], source: str, conditions: tuple[str, ...], order: str, limit: int
) -> str:
    names = [f"c{number}" for number in range(len(columns))]
    return f"""CROSS JOIN LATERAL (SELECT {", ".join(f"array_agg({name})" for name in names)}
        FROM (SELECT {", ".join(columns)} FROM {source} WHERE {" AND ".join(conditions) or "true"}
              ORDER BY {order} LIMIT {limit}) AS each({", ".join(names)})) AS {{part}}"""
