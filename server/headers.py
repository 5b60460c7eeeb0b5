"""What every answer tells the browser about itself."""

from collections.abc import Sequence
from functools import lru_cache
from typing import TypeAlias

Headers: TypeAlias = Sequence[tuple[bytes, bytes]]

HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
}
_SENT = [(name.encode(), value.encode()) for name, value in HEADERS.items()]


def complete(headers: Headers) -> Headers:
    """The headers of an answer, with those that it does not carry by itself."""
    return [*headers, *_missing(tuple([name for name, _ in headers]))]


@lru_cache(maxsize=100)
def _missing(names: tuple[bytes, ...]) -> Headers:
    own = {name.lower() for name in names}
    return [header for header in _SENT if header[0] not in own]
