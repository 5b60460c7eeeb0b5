"""Relay connections, made for each type that lists have."""

from typing import Generic, TypeVar

import strawberry

import resolvers.pages
from schema.fields import field

Row = TypeVar("Row")


@strawberry.type
class PageInfo:
    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None
    end_cursor: str | None


async def total_count(root: resolvers.pages.Connection[object]) -> int:
    """The length of the whole list, counted only when asked for."""
    if root.count is None:
        raise TypeError("this list is not counted")
    return await root.count()


@strawberry.type
class Edge(Generic[Row]):
    cursor: str
    node: Row


@strawberry.type
class Connection(Generic[Row]):
    edges: list[Edge[Row]]
    nodes: list[Row]
    page_info: PageInfo


@strawberry.type
class CountedConnection(Connection[Row]):
    total_count: int = field(total_count, description="The length of the whole list.")
