"""Finding words in one conversation: what is sealed has no index, so messages are opened."""

import unicodedata
from dataclasses import dataclass

from models.conversations import pages
from models.matches import MatchRow
from models.messages import MessageRow
from models.reading import Window

MESSAGES = 5000
"""How many messages one search opens at the most."""
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Found:
    """Newest first; `stopped_at` is the `seq` before which nothing was searched, None: all was."""

    messages: list[MessageRow]
    stopped_at: int | None


async def search(match: MatchRow, text: str, limit: int, before: int | None = None) -> Found:
    """The newest `limit` messages that hold the text, whatever its case and accents, among the
    5000 before the place. `match` proves that the viewer is one of the two."""
    words = folded(text)
    found: list[MessageRow] = []
    for _ in range(MESSAGES // _AT_ONCE if words and limit else 0):
        stretch = (await pages([match], Window(_AT_ONCE, before=before, backwards=True)))[match.id]
        for message in reversed(stretch.rows):
            before = message.seq
            if words in folded(message.readable_body or ""):
                found.append(message)
                if len(found) == limit:
                    return Found(found, before)
        if not stretch.has_previous:
            return Found(found, None)
    return Found(found, before if words and limit else None)


def folded(text: str) -> str:
    """The text without case, accents and other marks."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(c for c in decomposed if not unicodedata.combining(c))
    return " ".join(plain.casefold().split())
