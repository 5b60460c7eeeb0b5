"""Reads that start from what the viewer may see and can only be narrowed."""

from collections.abc import AsyncIterator, Callable, Sequence
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

    def part(
        self,
        columns: Sequence[str],
        parent: str,
        other: str,
        key: str,
        window: Window,
        build: Callable[[Sequence[Any]], list[Row]],
    ) -> Part[Any]:
        """One stretch, in list order, of what has this `parent`, for each row of the `other`.

        `build` is given these columns, for each the values of all rows: an array for each column is
        half the work of as many rows, to make and to read.
        """
        read, order = self._below(parent, other, key, window)
        text = _arrays(tuple(columns), read.source, read.conditions, order, window.limit + 1)
        return Part(
            columns="{part}.*",
            width=len(columns),
            build=lambda _, found: window.shown(build(found) if found[0] else []),
            source=text,
            values=read.values,
        )

    async def all(self, order: str = "1", *, limit: int | None = None) -> list[Row]:
        """Every row, or the first `limit` of them, ordered by an SQL expression."""
        bound = "" if limit is None else f" LIMIT {limit}"
        rows = await database.read(self._select(f" ORDER BY {order}{bound}"), *self.values)
        return [self.build(row) for row in rows]

    async def in_parts(self, order: str = "1") -> AsyncIterator[Row]:
        """The same, read a part at a time: for thousands of rows, so that nobody else waits."""
        async for rows in fetch_in_parts(self._select(f" ORDER BY {order}"), *self.values):
            for row in rows:
                yield self.build(row)

    async def first(self) -> Row | None:
        """The one row left, or None."""
        rows = await database.read(self._select(" LIMIT 1"), *self.values)
        return self.build(rows[0]) if rows else None

    async def page(self, key: str, window: Window) -> Stretch[Row]:
        """One stretch of the list ordered by the SQL expression `key`, which must be unique."""
        read, order = self._window(key, window)
        rest = f" ORDER BY {order} LIMIT {window.limit + 1}"
        rows = await database.read(read._select(rest), *read.values)
        return window.shown([self.build(row) for row in rows])

    async def pages(
        self, parent: str, parents: Sequence[UUID], key: str, window: Window
    ) -> dict[UUID, Stretch[Row]]:
        """The same stretch for each of several parents, in one statement whatever their number."""
        read, order = self._below(parent, "parent.id", key, window)
        inner = read._select(f" ORDER BY {order} LIMIT {window.limit + 1}")
        sql = _for_each_parent(inner, len(read.values))
        found: dict[UUID, list[Row]] = {id: [] for id in parents}
        for row in await database.read(sql, *read.values, list(parents)):
            found[row[0]].append(self.build(row[1:]))
        return {id: window.shown(rows) for id, rows in found.items()}

    async def count(self) -> int:
        """How many rows there are."""
        rows = await database.read(f"SELECT count(*) FROM {self._from()}", *self.values)
        counted: int = rows[0][0]
        return counted

    async def counts(self, parent: str, parents: Sequence[UUID]) -> dict[UUID, int]:
        """How many rows each parent has, in one statement."""
        read = self.where(f"{parent} = ANY({{0}}::uuid[])", list(parents))
        sql = f"SELECT {parent}, count(*) FROM {read._from()} GROUP BY 1"
        counted = {row[0]: row[1] for row in await database.read(sql, *read.values)}
        return {id: counted.get(id, 0) for id in parents}

    def _below(self, parent: str, other: str, key: str, window: Window) -> tuple["Read[Row]", str]:
        """The window of what is of one other row. Compared as a pair, so that PostgreSQL begins in
        the index of that one's rows. By the key alone it may begin in that of all rows, and pass by
        those of all others."""
        compared = f"({parent}, {key})", f"({other}, {{0}})"
        return self.where(f"{parent} = {other}")._window(key, window, compared)

    def _window(
        self, key: str, window: Window, compared: tuple[str, str] | None = None
    ) -> tuple["Read[Row]", str]:
        read, (place, given) = self, compared or (key, "{0}")
        if window.after is not None:
            read = read.where(f"{place} > {given}", window.after)
        if window.before is not None:
            read = read.where(f"{place} < {given}", window.before)
        return read, f"{key} DESC" if window.backwards else key

    def _select(self, rest: str = "") -> str:
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


@lru_cache(maxsize=1000)
def _arrays(
    columns: tuple[str, ...], source: str, conditions: tuple[str, ...], order: str, limit: int
) -> str:
    names = [f"c{number}" for number in range(len(columns))]
    return f"""CROSS JOIN LATERAL (SELECT {", ".join(f"array_agg({name})" for name in names)}
        FROM (SELECT {", ".join(columns)} FROM {source} WHERE {" AND ".join(conditions) or "true"}
              ORDER BY {order} LIMIT {limit}) AS each({", ".join(names)})) AS {{part}}"""


@lru_cache(maxsize=1000)
def _for_each_parent(inner: str, values: int) -> str:
    parents = f"unnest(${values + 1}::uuid[]) AS parent(id)"
    return f"SELECT parent.id, page.* FROM {parents} CROSS JOIN LATERAL ({inner}) AS page"
