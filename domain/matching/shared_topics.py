"""What every mentee of a pool finds with every mentor among the topics they look for."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from domain.matching.pool import Facts, Pool
from domain.matching.problem import Ints
from domain.matching.sparse import incidence
from domain.matching.topics import SAME, Meaning, likeness, meaning
from domain.matching.weights import TOPICS_ENOUGH, WEIGHTS
from domain.matching.words import MatchReasonKind as Reason


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
