"""Characters that no text may hold which is to be kept: neither UTF-8 nor PostgreSQL has them."""

import re

UNSTORABLE = "\0\ud800-\udfff"
"""As it stands in a class of a regular expression: zero, and halves of characters, which JSON can
name one by one."""

_UNSTORABLE = re.compile(f"[{UNSTORABLE}]")


def can_be_stored(text: str) -> bool:
    """Whether a text holds none of them."""
    return _UNSTORABLE.search(text) is None


def without_unstorable(text: str) -> str:
    """The text with a space for each of them."""
    return _UNSTORABLE.sub(" ", text)
