"""Relay connections, made for each type that lists have."""

import strawberry

from resolvers.pages import Connection
from schema.fields import field


@strawberry.type
class PageInfo:
    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None
    end_cursor: str | None


async def total_count(root: Connection[object]) -> int:
    """The length of the whole list, counted only when asked for."""
    if root.count is None:
        raise TypeError("this list is not counted")
    return await root.count()


count_field = field(total_count, description="The length of the whole list.")
