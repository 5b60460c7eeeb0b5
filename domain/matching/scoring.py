"""How well two people fit: whole millionths, so that sums are exact and proofs are equalities."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.sparse import csr_array

from domain.matching.languages import primary
from domain.matching.pool import Facts, Pool
from domain.matching.problem import Ints
from domain.matching.topics import SAME, Meaning, likeness, meaning
from domain.matching.weights import FAR, NEAR, SHORTEST_WAIT, TOPICS_ENOUGH, WEIGHTS
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
        row, mentor, place = _places(shared)
        apart = self._apart_within(rows)
        is_allowed = ~np.isin(place, apart[0] * shared.shape[1] + apart[1])
        row, mentor, place = row[is_allowed], mentor[is_allowed], place[is_allowed]
        score = _SPOKEN[np.minimum(shared.data[is_allowed], 2)]
        topics = self._topics.points(rows)
        _, _, met = _places(topics)
        found = np.minimum(np.searchsorted(met, place), len(met) - 1)
        if len(met):
            score += np.where(met[found] == place, topics.data[found], 0)
        score += self._zones[self._mentee_zones[rows][row], self._mentor_zones[mentor]]
        score += self._waits[rows][row] + self._free[mentor]
        return row, mentor, score

    @cached_property
    def _topics(self) -> "Topics":
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
            for mentor, mentee in self.pool.blocked | self.pool.met
            if mentee in mentees and mentor in mentors
        ]
        apart += [
            (i, users[one.user]) for i, one in enumerate(self.pool.mentees) if one.user in users
        ]
        found = np.array(sorted(apart), np.int64).reshape(-1, 2)
        return found[:, 0], found[:, 1]


@dataclass(slots=True)
class Topics:
    """What of the topics each mentee looks for each mentor offers."""

    _wanted: csr_array
    _offered: csr_array
    _enough: Ints

    def __init__(self, pool: Pool) -> None:
        wanted, listed = _listed(pool.mentees)
        offered, offers = _listed(pool.mentors)
        self._wanted = incidence(listed, len(wanted))
        self._offered = _best(wanted, offered, offers)
        self._enough = SAME * np.clip([len(one) for one in listed], 1, TOPICS_ENOUGH).astype(int)

    def points(self, rows: slice) -> csr_array:
        """What a stretch of mentees finds with every mentor; nothing where it is nothing."""
        met = csr_array(self._wanted[rows] @ self._offered)
        enough = np.repeat(self._enough[rows], np.diff(met.indptr))
        met.data = WEIGHTS[Reason.SHARED_TOPICS] * np.minimum(met.data, enough) // enough
        return met


def _places(matrix: csr_array) -> tuple[Ints, Ints, Ints]:
    """Row, column and number of each entry, in the order of the numbers, row by row."""
    matrix.sort_indices()
    row = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    column = matrix.indices.astype(np.int64)
    return row, column, row * matrix.shape[1] + column


def incidence(rows: Sequence[Sequence[int] | set[int]], width: int) -> csr_array:
    """A sparse matrix with a 1 in each named column of each row."""
    columns = [column for row in rows for column in sorted(row)]
    starts = np.cumsum([0, *(len(row) for row in rows)])
    return csr_array(
        (np.ones(len(columns), np.int64), np.array(columns, np.int64), starts),
        shape=(len(rows), width),
    )


def _listed(people: Sequence[Facts]) -> tuple[list[Meaning], list[set[int]]]:
    """The different meanings there are, and which of them each person names."""
    known: dict[Meaning, int] = {}
    rows = [{known.setdefault(meaning(t), len(known)) for t in one.topics} for one in people]
    return list(known), rows


def _best(
    wanted: Sequence[Meaning], offered: Sequence[Meaning], offers: list[set[int]]
) -> csr_array:
    """For each topic looked for and each mentor, the likeness of the nearest topic they offer."""
    by_notion: dict[str | None, list[int]] = {}
    for i, topic in enumerate(offered):
        for notion in (*topic.notions, topic.whole):
            by_notion.setdefault(notion, []).append(i)
    mentors: list[list[int]] = [[] for _ in offered]
    for j, topics in enumerate(offers):
        for i in topics:
            mentors[i].append(j)
    rows: list[dict[int, int]] = []
    for topic in wanted:
        best: dict[int, int] = {}
        for i in _near(topic, by_notion):
            alike = likeness(topic, offered[i])
            for j in mentors[i] if alike else ():
                best[j] = max(best.get(j, 0), alike)
        rows.append(best)
    columns = [j for best in rows for j in best]
    values = [value for best in rows for value in best.values()]
    starts = np.cumsum([0, *(len(best) for best in rows)])
    return csr_array(
        (np.array(values, np.int64), np.array(columns, np.int64), starts),
        shape=(len(wanted), len(offers)),
    )


def _near(topic: Meaning, by_notion: dict[str | None, list[int]]) -> set[int]:
    """The topics that share anything with this one."""
    notions = (*topic.notions, *([topic.whole] if topic.whole else []))
    return {i for notion in notions for i in by_notion.get(notion, ())}
