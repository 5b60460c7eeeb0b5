"""What a rule starts from, and answers with: one row the viewer may see."""

from typing import TypeVar

from domain.refusals import NotFound
from models.reading import Read

Row = TypeVar("Row")


async def demand(read: Read[Row], *field: str) -> Row:
    """The row that is left; NOT_FOUND when none is, or it is not the viewer's to know of."""
    row = await read.first()
    if row is None:
        raise NotFound(*field)
    return row
