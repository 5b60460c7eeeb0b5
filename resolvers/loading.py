"""Rows by their ids: asked for one by one, read all at once."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol, TypeVar
from uuid import UUID

from models.reading import Read
from resolvers.context import Info, viewer_of


class Identified(Protocol):
    id: UUID


Row = TypeVar("Row", bound=Identified)


async def loaded(
    info: Info, noun: str, visible_to: Callable[[UUID], Read[Row]], column: str, id: UUID | None
) -> Row | None:
    """The row if the viewer may see it, read together with the others that this request asks for.

    `column` is the SQL expression of its id; an id of None names nothing.
    """
    if id is None:
        return None
    return await info.context.loaders.load(noun, reader(info, visible_to, column), id)


def reader(
    info: Info, visible_to: Callable[[UUID], Read[Row]], column: str
) -> Callable[[Sequence[UUID]], Awaitable[dict[UUID, Row]]]:
    """What reads the rows with these ids, as far as the viewer may see them."""
    viewer = viewer_of(info)

    async def read(ids: Sequence[UUID]) -> dict[UUID, Row]:
        rows = visible_to(viewer.id).where(f"{column} = ANY ({{0}}::uuid[])", list(ids))
        return {row.id: row for row in await rows.all()}

    return read
