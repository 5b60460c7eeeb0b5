"""How well two people fit: whole millionths, so that sums are exact and proofs are equalities."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.sparse import csr_array

from domain.matching.languages import primary
from domain.matching.pool import Pool
from domain.matching.problem import Ints
from domain.matching.shared_topics import Topics
from domain.matching.sparse import entries, incidence
from domain.matching.weights import FAR, NEAR, SHORTEST_WAIT, WEIGHTS
from domain.matching.words import MatchReasonKind as Reason
from domain.matching.zones import minutes_apart

_ROWS = 256
_FORBIDDEN = -1
_SPOKEN = WEIGHTS[Reason.SHARED_LANGUAGE] * np.array([0, 2, 3]) // 3
"""What no language in common adds, one, and more."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """The allowed pairs of `count` mentees from `start` on: rows from there, mentors, scores."""

    start: int
    count: int
    row: Ints
    mentor: Ints
    score: Ints


class Scores:
    """The scores of every mentee of a pool with every mentor they may have."""

    def __init__(self, pool: Pool, waiting: tuple[int, int]) -> None:
        self.pool = pool
        self._waiting = waiting

    def stretches(self) -> Iterator[Stretch]:
        """The allowed pairs of so many mentees at a time, in the order of rows."""
        for start in range(0, len(self.pool.mentees), _ROWS):
            rows = slice(start, start + _ROWS)
            shared = self._languages_shared(rows)
            size = shared.shape[0] * shared.shape[1]
            row, mentor, score = (
                self._few(rows, shared) if shared.nnz * 4 < size else self._many(rows, shared)
            )
            yield Stretch(start, shared.shape[0], row, mentor, score)

    def _many(self, rows: slice, shared: csr_array) -> tuple[Ints, Ints, Ints]:
        """All pairs are scored, then those that are not allowed left out."""
        languages = shared.toarray()
        scores = self._topics.points(rows).toarray()
        scores += _SPOKEN[np.minimum(languages, 2)]
        scores += self._zones[self._mentee_zones[rows]][:, self._mentor_zones]
        scores += self._waits[rows, None]
        scores += self._free
        scores[languages == 0] = _FORBIDDEN
        scores[self._apart_within(rows)] = _FORBIDDEN
        row, mentor = np.nonzero(scores != _FORBIDDEN)
        return row, mentor, scores[row, mentor]

    def _few(self, rows: slice, shared: csr_array) -> tuple[Ints, Ints, Ints]:
        """Only pairs with a language in common are looked at: the others are far more."""
        row, mentor, place = entries(shared)
        apart = self._apart_within(rows)
        is_allowed = ~np.isin(place, apart[0] * shared.shape[1] + apart[1])
        row, mentor, place = row[is_allowed], mentor[is_allowed], place[is_allowed]
        score = _SPOKEN[np.minimum(shared.data[is_allowed], 2)]
        topics = self._topics.points(rows)
        _, _, met = entries(topics)
        found = np.minimum(np.searchsorted(met, place), len(met) - 1)
        if len(met):
            score += np.where(met[found] == place, topics.data[found], 0)
        score += self._zones[self._mentee_zones[rows][row], self._mentor_zones[mentor]]
        score += self._waits[rows][row] + self._free[mentor]
        return row, mentor, score

    @cached_property
    def _topics(self) -> Topics:
        return Topics(self.pool)

    def _languages_shared(self, rows: slice) -> csr_array:
        mentees, mentors = self._languages
        return csr_array(mentees[rows] @ mentors.T)

    @cached_property
    def _languages(self) -> tuple[csr_array, csr_array]:
        known: dict[str, int] = {}
        listed = [
            [{known.setdefault(primary(tag), len(known)) for tag in one.languages} for one in side]
            for side in (self.pool.mentees, self.pool.mentors)
        ]
        mentees, mentors = (incidence(side, len(known)) for side in listed)
        return mentees, mentors

    @cached_property
    def _zone_names(self) -> tuple[list[str], list[str]]:
        return (
            sorted({one.zone for one in self.pool.mentees}),
            sorted({one.zone for one in self.pool.mentors}),
        )

    @cached_property
    def _mentee_zones(self) -> Ints:
        at = {zone: i for i, zone in enumerate(self._zone_names[0])}
        return np.array([at[one.zone] for one in self.pool.mentees], np.int64)

    @cached_property
    def _mentor_zones(self) -> Ints:
        at = {zone: i for i, zone in enumerate(self._zone_names[1])}
        return np.array([at[one.zone] for one in self.pool.mentors], np.int64)

    @cached_property
    def _zones(self) -> Ints:
        theirs, ours = self._zone_names
        apart = [[minutes_apart(a, b, self.pool.year) for b in ours] for a in theirs]
        minutes = np.array(apart, np.int64).reshape(len(theirs), len(ours))
        return (
            WEIGHTS[Reason.CLOSE_TIME_ZONES] * (FAR - np.clip(minutes, NEAR, FAR)) // (FAR - NEAR)
        )

    @cached_property
    def _waits(self) -> Ints:
        first, last = self._waiting
        dates = np.array([one.since for one in self.pool.mentees], np.int64)
        longest = max(last - first, SHORTEST_WAIT)
        return WEIGHTS[Reason.WAITING_LONGEST] * np.clip(last - dates, 0, longest) // longest

    @cached_property
    def _free(self) -> Ints:
        places = np.array([one.places for one in self.pool.mentors], np.int64)
        capacity = np.array([one.capacity for one in self.pool.mentors], np.int64)
        return (
            WEIGHTS[Reason.FREE_CAPACITY] * np.clip(places, 0, capacity) // np.maximum(capacity, 1)
        )

    def _apart_within(self, rows: slice) -> tuple[Ints, Ints]:
        mentees, mentors = self._apart
        low, high = np.searchsorted(mentees, (rows.start, rows.stop))
        return mentees[low:high] - rows.start, mentors[low:high]

    @cached_property
    def _apart(self) -> tuple[Ints, Ints]:
        """Rows and columns that are never paired, by row: those kept apart, and oneself."""
        mentors = {one.id: j for j, one in enumerate(self.pool.mentors)}
        users = {one.user: j for j, one in enumerate(self.pool.mentors)}
        mentees = {one.id: i for i, one in enumerate(self.pool.mentees)}
        apart = [
            (mentees[mentee], mentors[mentor])
            for mentor, mentee in self.pool.blocked | self.pool.met | self.pool.excluded
            if mentee in mentees and mentor in mentors
        ]
        apart += [
            (i, users[one.user]) for i, one in enumerate(self.pool.mentees) if one.user in users
        ]
        found = np.array(sorted(apart), np.int64).reshape(-1, 2)
        return found[:, 0], found[:, 1]
