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

FORBIDDEN = -1
_ROWS = 256


class Scores:
    """The scores of every mentee of a pool with every mentor, a stretch of mentees at a time."""

    def __init__(self, pool: Pool, waiting: tuple[int, int]) -> None:
        self.pool = pool
        self._waiting = waiting

    def blocks(self) -> Iterator[tuple[int, Ints]]:
        """For each stretch of mentees its first row and its scores, FORBIDDEN where not allowed."""
        for start in range(0, len(self.pool.mentees), _ROWS):
            rows = slice(start, start + _ROWS)
            scores = self._summed(rows)
            scores[self._languages_shared(rows) == 0] = FORBIDDEN
            at, mentor = self._apart_within(rows)
            scores[at, mentor] = FORBIDDEN
            yield start, scores

    def _summed(self, rows: slice) -> Ints:
        """The sums of all parts, whether the pair is allowed or not."""
        shared = np.minimum(self._languages_shared(rows), 2)
        worth = WEIGHTS[Reason.SHARED_LANGUAGE]
        scores = self._topics.points(rows)
        scores += np.array([0, worth * 2 // 3, worth])[shared]
        scores += self._zones[self._mentee_zones[rows]][:, self._mentor_zones]
        scores += self._waits[rows, None]
        scores += self._free
        return scores

    @cached_property
    def _topics(self) -> "Topics":
        return Topics(self.pool)

    def _languages_shared(self, rows: slice) -> Ints:
        mentees, mentors = self._languages
        return (mentees[rows] @ mentors.T).toarray()  # type: ignore[no-any-return]

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

    def points(self, rows: slice) -> Ints:
        """What a stretch of mentees finds with every mentor."""
        met = (self._wanted[rows] @ self._offered).toarray().astype(np.int64)
        enough = self._enough[rows, None]
        points: Ints = WEIGHTS[Reason.SHARED_TOPICS] * np.minimum(met, enough) // enough
        return points


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
