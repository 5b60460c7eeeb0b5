"""The best pairs there are, for one person or for everybody, each pair by itself."""

import numpy as np

from domain.matching.pool import Facts, Pool
from domain.matching.problem import Ints
from domain.matching.scoring import Scores, Stretch

_INDEX = 40
"""Bits of a key that tell pairs of the same score apart."""


def suggest(pool: Pool, only: str | None, most: int) -> list[tuple[Facts, Facts, int]]:
    """Up to `most` pairs (mentor, mentee, score), best first; of one enrollment, or of all.

    Ties fall by lot, always the same; nobody without an open place is suggested.
    """
    whole = pool.ordered(0)
    mentors = tuple(m for m in whole.mentors if m.places > 0)
    mentees = whole.mentees
    if only is not None:
        mentors, mentees = (
            (mentors, tuple(m for m in mentees if m.id == only))
            if any(m.id == only for m in mentees)
            else (tuple(m for m in mentors if m.id == only), mentees)
        )
    if not mentors or not mentees or most < 1:
        return []
    best = np.zeros(0, np.int64)
    for stretch in Scores(whole.only(mentors, mentees), whole.waiting).stretches():
        best = _largest(np.concatenate([best, _keys(stretch, len(mentors))]), most)
    found = []
    for key in np.sort(best)[::-1].tolist():
        row, column = divmod(((1 << _INDEX) - 1) - (key & ((1 << _INDEX) - 1)), len(mentors))
        found.append((mentors[column], mentees[row], key >> _INDEX))
    return found


def _keys(stretch: Stretch, mentors: int) -> Ints:
    """A number for each allowed pair: the larger the better, earlier ones first."""
    index = (stretch.row + stretch.start) * mentors + stretch.mentor
    keys: Ints = (stretch.score << _INDEX) + ((1 << _INDEX) - 1 - index)
    return keys


def _largest(keys: Ints, most: int) -> Ints:
    return np.partition(keys, -most)[-most:] if len(keys) > most else keys
