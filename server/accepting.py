"""What a client says it accepts, and how much it likes each."""

from collections.abc import Mapping
from functools import lru_cache

_LONGEST = 1000
_LONGEST_KNOWN = 200
"""Characters of a header for which is remembered what it comes to: clients send the same ones."""


def qualities(header: str | None) -> Mapping[str, float]:
    """Each name of an Accept header in lower case, as ordered there, with its quality of 0 to 1."""
    if not header:
        return {}
    return _read(header) if len(header) <= _LONGEST_KNOWN else _read.__wrapped__(header)


@lru_cache(maxsize=1000)
def _read(header: str) -> Mapping[str, float]:
    liked: dict[str, float] = {}
    for part in header[:_LONGEST].split(","):
        name, *parameters = (piece.strip().lower() for piece in part.split(";"))
        if name:
            liked.setdefault(name, _quality(parameters))
    return liked


def _quality(parameters: list[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                quality = float(value)
            except ValueError:
                return 0.0
            return quality if 0 <= quality <= 1 else 0.0
    return 1.0
