"""Which languages two people have in common: by the first part of the tag, so en-GB is en."""

from collections.abc import Iterable


def primary(tag: str) -> str:
    """The first part of a BCP 47 tag, which names the language itself."""
    return tag.casefold().partition("-")[0]


def in_common(one: Iterable[str], other: Iterable[str]) -> list[str]:
    """The languages of both, in the order of the first."""
    theirs = {primary(tag) for tag in other}
    return [tag for tag in dict.fromkeys(map(primary, one)) if tag in theirs]
