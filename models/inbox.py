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
    return _chosen(read, OLDEST_FIRST, window, "m.id > {0}", window.after)


def latest_within(read: Read[MatchRow], window: Window) -> Read[MatchRow]:
    """The same, the match with the latest message first; `window.after` is when that was, and its
    match. It is looked up of each: a column that says it would be written with every message."""
    beyond = f"({_SAID}, m.id) < ({{0}}, {{1}})"
    return _chosen(read, LATEST_FIRST, window, beyond, *(window.after or ()))


def said_part() -> Part[Any]:
    """When that was, read together with each match."""
    return Part(columns=_SAID, width=1, build=lambda _, values: values[0])


def _chosen(
    read: Read[MatchRow], order: str, window: Window, beyond: str, *after: object
) -> Read[MatchRow]:
    left = read if window.after is None else read.where(beyond, *after)
    chosen = f"""SELECT m.id FROM matches m WHERE {" AND ".join(left.conditions)}
        ORDER BY {order} LIMIT {window.limit + 1}"""
    return read.where(f"m.id = ANY (ARRAY({chosen}))", *left.values)
