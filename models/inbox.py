"""A person's matches by what was said last in each, as chat clients list them."""

from enum import StrEnum
from typing import Any

from models.matches import MatchRow
from models.reading import Part, Read, Window


class MatchOrder(StrEnum):
    CREATED = "CREATED"
    LAST_MESSAGE = "LAST_MESSAGE"


_SAID = """coalesce((SELECT x.sent_at FROM messages x
    WHERE x.match_id = m.id AND x.number = m.last_number), m.created_at)"""
LATEST_FIRST = f"{_SAID} DESC, m.id DESC"
"""The order: by the last message, deleted or not, and without any by when they were matched."""


def latest_within(read: Read[MatchRow], window: Window) -> Read[MatchRow]:
    """Those of these matches that this window shows, one more than it is long.

    They are chosen first, for which the last message of each is looked up: what else is read with a
    match is read of the page alone. A column that says it would be written with every message.
    `window.after` is when it was said, and the match; the conditions of `read` are about `m`.
    """
    after = window.after or ()
    beyond = [f"({_SAID}, m.id) < ({{{len(read.values)}}}, {{{len(read.values) + 1}}})"] * bool(
        after
    )
    chosen = f"""SELECT m.id FROM matches m WHERE {" AND ".join([*read.conditions, *beyond])}
        ORDER BY {LATEST_FIRST} LIMIT {window.limit + 1}"""
    return read.where(f"m.id = ANY (ARRAY({chosen}))", *read.values, *after)


def said_part() -> Part[Any]:
    """When that was, read together with each match."""
    return Part(columns=_SAID, width=1, build=lambda _, values: values[0])
