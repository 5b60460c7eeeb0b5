"""Connections: pages of lists, and how they are asked for."""

from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from functools import partial
from typing import Any, Generic, TypeVar
from uuid import UUID

from msgspec import Struct

from domain.denials import BadPage
from models.lists import Lists
from models.reading import Read, Stretch, Window
from resolvers.context import Info
from resolvers.cursors import read_row_cursor, row_cursor

Row = TypeVar("Row")

PAGE = 20
"""How many rows a page has when nobody says."""
LARGEST_PAGE = 100
"""How many it has at the most, whatever is asked for."""


class Edge(Struct, Generic[Row], frozen=True):
    cursor: str
    node: Row


class PageInfo(Struct, frozen=True):
    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None
    end_cursor: str | None


class Connection(Struct, Generic[Row], frozen=True):
    """One page of rows; `count` counts the whole list when a client asks for it."""

    stretch: Stretch[Row]
    cursor_of: Callable[[Row], str]
    count: Callable[[], Awaitable[int]] | None = None
    empty_cursor: str | None = None
    """The place of an empty page, in lists where one can go on from it."""

    @property
    def nodes(self) -> list[Row]:
        return self.stretch.rows

    @property
    def edges(self) -> list[Edge[Row]]:
        return [Edge(self.cursor_of(row), row) for row in self.stretch.rows]

    @property
    def page_info(self) -> PageInfo:
        rows = self.stretch.rows
        return PageInfo(
            self.stretch.has_next,
            self.stretch.has_previous,
            self.cursor_of(rows[0]) if rows else None,
            self.cursor_of(rows[-1]) if rows else self.empty_cursor,
        )


def window(
    first: int | None,
    after: str | None,
    last: int | None = None,
    before: str | None = None,
    *,
    read_cursor: Callable[[str], Any] = read_row_cursor,
) -> Window:
    """The stretch that `first`/`after` or `last`/`before` ask for, at most 100 rows long."""
    asked = first if last is None else last
    if (first is not None and last is not None) or (asked is not None and asked < 0):
        raise BadPage
    return Window(
        limit=PAGE if asked is None else min(asked, LARGEST_PAGE),
        after=read_cursor(after) if after else None,
        before=read_cursor(before) if before else None,
        backwards=last is not None,
    )


async def page(read: Read[Row], key: str, wanted: Window) -> Connection[Row]:
    """One page of a list that stands by itself, ordered by the id expression `key`."""
    return Connection(await read.page(key, wanted), row_cursor_of, read.count)


async def page_of(
    info: Info,
    parent: UUID,
    read: Read[Row],
    *,
    column: str,
    key: str,
    wanted: Window,
    question: Hashable,
    counts: Callable[[Sequence[UUID]], Awaitable[Mapping[UUID, int]]] | None = None,
) -> Connection[Row]:
    """One page of a list below a parent; those of all parents are read in one statement.

    `question` tells this list and its filters from others that the same request asks for; `counts`
    says how long they are, where that takes less than what is shown.
    """
    lists = Lists(read, column, key, wanted)

    async def count() -> int:
        counted = counts or partial(read.counts, column)
        return await info.context.loaders.load(("count", question), counted, parent) or 0

    stretch = await info.context.loaders.load((question, wanted), lists.pages, parent)
    return Connection(stretch or Stretch([], False, False), row_cursor_of, count)


def row_cursor_of(row: Any) -> str:
    return row_cursor(row.id)
