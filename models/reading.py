"""Reads that start from what the viewer may see and can only be narrowed."""

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any, Generic, TypeVar
from uuid import UUID

from msgspec import Struct

from models import database
from models.database import fetch_in_parts

Row = TypeVar("Row")


class Window(Struct, frozen=True):
    """Which stretch of an ordered list: `limit` rows behind `after` or before `before`."""

    limit: int
    after: Any = None
    before: Any = None
    backwards: bool = False

    def shown(self, found: "list[Row]") -> "Stretch[Row]":
        """What was read with one row more than `limit`, put in list order."""
        more = len(found) > self.limit
        rows = found[: self.limit]
        if self.backwards:
            rows.reverse()
            return Stretch(rows, self.before is not None, more or self.after is not None)
        return Stretch(rows, more or self.before is not None, self.after is not None)


class Stretch(Struct, Generic[Row], frozen=True):
    """What a window showed, in list order, and whether the list goes on at its two ends."""

    rows: list[Row]
    has_next: bool
    has_previous: bool


class Part(Struct, Generic[Row], frozen=True):
    """Something that is read together with each row: `width` columns more, from what is joined.

    `build` is given the row and the values of these columns. The values of its own that `columns`
    and `source` name are numbered from `{0}`; what it joins is called `{part}` where there may be
    several of its kind.
    """

    columns: str
    width: int
    build: Callable[[Row, Sequence[Any]], Any]
    source: str = ""
    values: tuple[object, ...] = ()


class Read(Struct, Generic[Row], frozen=True):
    """One SELECT; every `visible_to` gives one. Conditions number their values from `{0}`."""

    build: Callable[[Sequence[Any]], Row]
    columns: str
    source: str
    conditions: tuple[str, ...] = ()
    values: tuple[object, ...] = ()

    def where(self, condition: str, *values: object) -> "Read[Row]":
        """The same rows less those that fail the condition."""
        placed = _renumbered(condition, len(self.values), len(values))
        given = (*self.conditions, placed), (*self.values, *values)
        return Read(self.build, self.columns, self.source, *given)

    def where_any(self, conditions: Iterable[str], *values: object) -> "Read[Row]":
        """Those of the rows that meet one of the conditions; of no condition, none."""
        either = " OR ".join([f"({each})" for each in conditions]) or "false"
        return self.where(f"({either})", *(values if "{" in either else ()))

    def with_parts(self, width: int, parts: Sequence[Part[Row]]) -> "Read[tuple[Row, list[Any]]]":
        """The same rows, `width` columns wide, each with what was read for it of every part."""
        columns, source, values = [self.columns], [self.source], list(self.values)
        for number, part in enumerate(parts):
            places = len(values), len(part.values), f"part{number}"
            columns.append(_renumbered(part.columns, *places))
            source.append(_renumbered(part.source, *places))
            values += part.values
        ends = [width]
        for part in parts:
            ends.append(ends[-1] + part.width)

        def build(found: Sequence[Any]) -> tuple[Row, list[Any]]:
            row = self.build(found[:width])
            return row, [
                part.build(row, found[start:end])
                for part, start, end in zip(parts, ends, ends[1:], strict=False)
            ]

        given = self.conditions, tuple(values)
        return Read(build, _joined(", ", *columns), _joined(" ", *source), *given)

    async def all(self, order: str = "1", *, limit: int | None = None) -> list[Row]:
        """Every row, or the first `limit` of them, ordered by an SQL expression."""
        bound = "" if limit is None else f" LIMIT {limit}"
        rows = await database.read(self.select(f" ORDER BY {order}{bound}"), *self.values)
        return [self.build(row) for row in rows]

    async def in_parts(self, order: str = "1") -> AsyncIterator[Row]:
        """The same, read a part at a time: for thousands of rows, so that nobody else waits."""
        async for rows in fetch_in_parts(self.select(f" ORDER BY {order}"), *self.values):
            for row in rows:
                yield self.build(row)

    async def first(self) -> Row | None:
        """The one row left, or None."""
        rows = await database.read(self.select(" LIMIT 1"), *self.values)
        return self.build(rows[0]) if rows else None

    async def page(self, key: str, window: Window) -> Stretch[Row]:
        """One stretch of the list ordered by the SQL expression `key`, which must be unique."""
        read, order = self.within(key, window)
        rest = f" ORDER BY {order} LIMIT {window.limit + 1}"
        rows = await database.read(read.select(rest), *read.values)
        return window.shown([self.build(row) for row in rows])

    async def count(self) -> int:
        """How many rows there are."""
        rows = await database.read(f"SELECT count(*) FROM {self._from()}", *self.values)
        counted: int = rows[0][0]
        return counted

    async def counts(self, parent: str, parents: Sequence[UUID]) -> dict[UUID, int]:
        """How many rows each parent has, in one statement.

        Each has its own counted: all that might be below one of them may be far more.
        """
        below = self.where(f"{parent} = parent.id")
        sql = f"""SELECT parent.id, (SELECT count(*) FROM {below._from()})
            FROM unnest(${len(below.values) + 1}::uuid[]) AS parent(id)"""
        return dict(map(tuple, await database.read(sql, *below.values, list(parents))))

    def within(
        self, key: str, window: Window, compared: tuple[str, str] | None = None
    ) -> tuple["Read[Row]", str]:
        """The rows that may be in this window, and how they are ordered then.

        `compared`: what of each row is compared, and with what, `{0}` being an end of the window.
        """
        read, (place, given) = self, compared or (key, "{0}")
        if window.after is not None:
            read = read.where(f"{place} > {given}", window.after)
        if window.before is not None:
            read = read.where(f"{place} < {given}", window.before)
        return read, f"{key} DESC" if window.backwards else key

    def select(self, rest: str = "") -> str:
        """The statement, and after its conditions the `rest`."""
        return _statement(self.columns, self.source, self.conditions, len(self.values), rest)

    def _from(self) -> str:
        return _placed(self.source, self.conditions, len(self.values))


# Texts are put together once. Where each of these is given what the one before has made, it finds
# its own again without reading it.


@lru_cache(maxsize=1000)
def _renumbered(text: str, start: int, values: int, part: str = "") -> str:
    return text.format(*(f"{{{start + i}}}" for i in range(values)), part=part)


@lru_cache(maxsize=1000)
def _joined(between: str, *texts: str) -> str:
    return between.join(texts)


@lru_cache(maxsize=1000)
def _statement(
    columns: str, source: str, conditions: tuple[str, ...], values: int, rest: str
) -> str:
    placed = columns.format(*(f"${i + 1}" for i in range(values)))
    return f"SELECT {placed} FROM {_placed(source, conditions, values)}{rest}"


@lru_cache(maxsize=1000)
def _placed(source: str, conditions: tuple[str, ...], values: int) -> str:
    text = f"{source} WHERE {' AND '.join(conditions) or 'true'}"
    return text.format(*(f"${i + 1}" for i in range(values)))
