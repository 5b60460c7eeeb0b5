"""What an assignment has to decide: who may be paired, with which score, for how many places."""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Ints: TypeAlias = NDArray[np.int64]

NOBODY = -1
"""Who is not placed has this mentor."""
WHOLE = 1_000_000
"""A score of 1."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Allowed pairs, row by row: `starts[i]:starts[i + 1]` are those of mentee i.

    `mentors` are their columns, ascending within a row; `scores` whole millionths, 0 or more;
    `places` how many mentees each mentor can take. With `covers`, more mentees placed are better
    than any score; otherwise the total score alone counts.
    """

    starts: Ints
    mentors: Ints
    scores: Ints
    places: Ints
    covers: bool

    @property
    def size(self) -> tuple[int, int]:
        """How many mentees and mentors there are."""
        return len(self.starts) - 1, len(self.places)

    @property
    def mentees(self) -> Ints:
        """The row of each allowed pair."""
        return np.repeat(np.arange(len(self.starts) - 1), np.diff(self.starts))

    @property
    def weight(self) -> int:
        """What one mentee placed is worth: more than all scores together, or nothing."""
        most = min(self.size[0], int(self.places.sum()))
        return (most + 1) * WHOLE if self.covers else 0

    @property
    def gains(self) -> Ints:
        """What each allowed pair adds to the value of an assignment."""
        return self.scores + self.weight
