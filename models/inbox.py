"""A person's matches, page by page, in the orders in which clients list them."""

from enum import StrEnum
from typing import Any

from models.matches import MatchRow
from models.reading import Part, Read, Window


class MatchOrder(StrEnum):
    CREATED = "CREATED"
    LAST_MESSAGE = "LAST_MESSAGE"


OLDEST_FIRST = "m.id"
_SAID = """coalesce((SELECT x.sent_at FROM messages x
    WHERE x.match_id = m.id AND x.number = m.last_number), m.created_at)"""
LATEST_FIRST = f"{_SAID} DESC, m.id DESC"
"""The order: by the last message, deleted or not, and without any by when they were matched."""


def oldest_within(read: Read[MatchRow], window: Window) -> Read[MatchRow]:
    """Those of these matches that this window shows, one more than it is long.

    They are chosen before anything else of a match is read: all that is read with one would be read
    of all, to be sorted. The conditions of `read` are about `m`.
    """
    if window.after is None:
        return _chosen(read, (), (), OLDEST_FIRST, window)
    return _chosen(read, ("m.id > {}",), (window.after,), OLDEST_FIRST, window)


def latest_within(read: Read[MatchRow], window: Window) -> Read[MatchRow]:
    """The same, the match with the latest message first; `window.after` is when that was, and its
    match. It is looked up of each: a column that says it would be written with every message."""
    if window.after is None:
        return _chosen(read, (), (), LATEST_FIRST, window)
    return _chosen(read, (f"({_SAID}, m.id) < ({{}}, {{}})",), window.after, LATEST_FIRST, window)


def said_part() -> Part[Any]:
    """When that was, read together with each match."""
    return Part(columns=_SAID, width=1, build=lambda _, values: values[0])


def _chosen(
    read: Read[MatchRow],
    beyond: tuple[str, ...],
    after: tuple[object, ...],
    order: str,
    window: Window,
) -> Read[MatchRow]:
    places = [f"{{{len(read.values) + number}}}" for number in range(len(after))]
    conditions = [*read.conditions, *(each.format(*places) for each in beyond)]
    chosen = f"""SELECT m.id FROM matches m WHERE {" AND ".join(conditions)}
        ORDER BY {order} LIMIT {window.limit + 1}"""
    return read.where(f"m.id = ANY (ARRAY({chosen}))", *read.values, *after)
