"""Finding words in one's own conversations."""

from dataclasses import dataclass

from models.matches import MatchRow
from models.message_search import search as find
from models.messages import MessageRow
from resolvers.cursors import place_cursor
from resolvers.messages import place_in
from resolvers.pages import window


@dataclass(frozen=True, slots=True)
class MessageSearchRow:
    nodes: list[MessageRow]
    continue_before: str | None


async def search(
    root: MatchRow, text: str, first: int | None = None, before: str | None = None
) -> MessageSearchRow:
    """The messages of one conversation that hold a text, newest first."""
    place = place_in(root.id, before) if before else None
    found = await find(root, text, window(first, None).limit, place)
    stopped = found.stopped_at
    cursor = None if stopped is None else place_cursor(root.id, stopped)
    return MessageSearchRow(found.messages, cursor)
