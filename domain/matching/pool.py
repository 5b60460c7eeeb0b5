"""Who is there to be paired, put in an order that their ids and the seed alone decide."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from itertools import chain
from typing import Any

NOT_WAITING = -1
"""Stands for the date of a mentee who is not in the pool."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a score is made of, of one enrollment; ids are 32 hex digits.

    `since`: seconds from 1970 on, of a mentee who waits. `places` are open, of `capacity`.
    """

    id: str
    user: str
    topics: tuple[str, ...]
    languages: tuple[str, ...]
    zone: str
    places: int = 1
    capacity: int = 1
    since: int = 0


@dataclass(frozen=True, slots=True)
class Pool:
    """Approved mentors, waiting mentees, and which of them may not be paired.

    `blocked`, `met` (paired before) and `excluded` (an admin says so) are pairs (mentor, mentee) of
    enrollments.
    """

    mentors: tuple[Facts, ...]
    mentees: tuple[Facts, ...]
    blocked: frozenset[tuple[str, str]]
    met: frozenset[tuple[str, str]]
    year: int
    excluded: frozenset[tuple[str, str]] = frozenset()

    def ordered(self, seed: int) -> "Pool":
        """The same people, drawn by lot: ties fall by the seed, never by the order of rows."""
        return replace(self, mentors=_drawn(self.mentors, seed), mentees=_drawn(self.mentees, seed))

    def without(self, user: str | None) -> "Pool":
        """The same, less one person."""
        return replace(
            self,
            mentors=tuple(m for m in self.mentors if m.user != user),
            mentees=tuple(m for m in self.mentees if m.user != user),
        )

    def only(
        self, mentors: Iterable[Facts] | None = None, mentees: Iterable[Facts] | None = None
    ) -> "Pool":
        """The same pool with other people in it."""
        return replace(
            self,
            mentors=self.mentors if mentors is None else tuple(mentors),
            mentees=self.mentees if mentees is None else tuple(mentees),
        )

    @property
    def waiting(self) -> tuple[int, int]:
        """Since when the first and the last of the mentees wait."""
        dates = [mentee.since for mentee in self.mentees] or [0]
        return min(dates), max(dates)


def pool_of(read: dict[str, Any], year: int) -> Pool:
    """The pool from what `models.matching.pool` reads."""
    mentors = tuple(mentor_of(row) for row in read["mentors"])
    mentees = tuple(mentee_of(row) for row in read["mentees"])
    guides = {one.user: one.id for one in mentors}
    learners = {one.user: one.id for one in mentees}

    def enrolled(people: Iterable[Sequence[str]]) -> frozenset[tuple[str, str]]:
        """Two people are kept apart whichever of them is the mentor."""
        either_way = chain.from_iterable(((one, other), (other, one)) for one, other in people)
        return frozenset(
            (guides[mentor], learners[mentee])
            for mentor, mentee in either_way
            if mentor in guides and mentee in learners
        )

    return Pool(mentors, mentees, enrolled(read["blocked"]), enrolled(read["met"]), year)


def mentor_of(row: Sequence[Any]) -> Facts:
    id, user, topics, languages, zone, places, capacity = row
    return Facts(id, user, tuple(topics), tuple(languages), zone, places, capacity)


def mentee_of(row: Sequence[Any]) -> Facts:
    id, user, topics, languages, zone, since = row
    return Facts(
        id,
        user,
        tuple(topics),
        tuple(languages),
        zone,
        since=NOT_WAITING if since is None else since,
    )


def _drawn(people: tuple[Facts, ...], seed: int) -> tuple[Facts, ...]:
    key = seed.to_bytes(8, "big", signed=True)
    return tuple(sorted(people, key=lambda one: blake2b(one.id.encode(), key=key).digest()))
