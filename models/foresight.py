"""What a request will read first, read together with who asks: one trip to the database for both.

A guess about the very statement. Who reads is told nothing of it: a read whose text and values are
the same to the letter gets the rows that are here, once, and as long as nothing else was sent.
"""

import re
from contextvars import ContextVar
from functools import lru_cache
from typing import Any

from msgspec import Struct

Statement = tuple[str, tuple[Any, ...]]

_NUMBER = re.compile(r"\$(\d+)")


class Foresight(Struct):
    """Of one request: the guess, what was read for it, and what was read first in fact."""

    guess: Statement | None = None
    rows: list[Any] | None = None
    first: Statement | None = None
    is_open: bool = False
    has_failed: bool = False
    """Whether the guess could not be read."""

    def open(self) -> None:
        """From now on the first statement of this task, and of those it makes, counts."""
        self.is_open = True
        _present.set(self)

    def close(self) -> None:
        """From now on none does, and what was read is gone."""
        self.is_open, self.rows = False, None


_present: ContextVar[Foresight | None] = ContextVar("foresight", default=None)


def close() -> None:
    """A statement is sent: what was read before it may be true no more."""
    present = _present.get()
    if present is not None:
        present.close()


def is_at_hand() -> bool:
    """Whether something was read beforehand, and nobody has asked for anything yet."""
    present = _present.get()
    return present is not None and present.is_open and present.rows is not None


def foreseen(sql: str, values: tuple[Any, ...]) -> list[Any] | None:
    """The rows of this read, if it is the first of the request and was foreseen."""
    present = _present.get()
    if present is None or not present.is_open:
        return None
    rows, present.rows, present.is_open = present.rows, None, False
    present.first = sql, values
    return rows if present.first == present.guess else None


@lru_cache(maxsize=1000)
def joined(before: str, width: int, sql: str, values: int) -> str:
    """A statement of one row with the rows of another beside it, marked by a `true` in front.

    `before` has `width` columns and as many `values`, numbered first, and one row at the most.
    Where it has none, the other is not run. The other's order is kept by construction: a join
    without a condition can be nothing but a nested loop, for hashes and merges have nothing to
    compare; a left join goes through the left side, which is one row, and for that row through the
    right side once, as that is sorted. (Numbers in front would have each row copied to be counted:
    2 % of an inbox.)
    """
    then = _NUMBER.sub(lambda found: f"${int(found[1]) + values}", sql)
    names = ", ".join(f"c{number}" for number in range(width))
    return f"""SELECT who.*, ahead.* FROM ({before}) AS who({names})
        LEFT JOIN LATERAL (SELECT true, found.* FROM ({then}) AS found) AS ahead ON true"""
