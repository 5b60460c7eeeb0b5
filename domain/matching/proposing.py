"""The proposal for a pool: who with whom, who not and why not, and the proof."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from domain.matching.assignment import Assignment, assign, demand_size
from domain.matching.failures import PinGoneError
from domain.matching.pool import Facts, Pool
from domain.matching.problem import NOBODY, Ints, Problem
from domain.matching.reasons import parts
from domain.matching.scoring import Scores
from domain.matching.words import UnplacedReason

_NOBODY = -1
"""The best score with a mentor of somebody who may have none."""


@dataclass(frozen=True, slots=True)
class Question:
    """What an admin asks for; `pinned` and `excluded` are pairs (mentor, mentee), `minimum` is in
    millionths."""

    covers: bool = True
    seed: int = 0
    minimum: int = 0
    pinned: tuple[tuple[str, str], ...] = ()
    excluded: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Proposal:
    """The answer; pairs are (mentor, mentee, score), the pinned ones first, then the best first.

    `problem` is what was to be decided over those who are not pinned, `pool` whom its rows and
    columns stand for.
    """

    pool: Pool
    problem: Problem
    assignment: Assignment
    pinned: list[tuple[Facts, Facts, int]]
    pairs: list[tuple[Facts, Facts, int]]
    unplaced: list[tuple[Facts, UnplacedReason]]

    @property
    def total(self) -> int:
        """The scores of all pairs together."""
        return sum(score for *_, score in self.pairs)


def propose(pool: Pool, question: Question) -> Proposal:
    """The best assignment that keeps what is pinned, and has nothing that is excluded."""
    whole = asked_of(pool, question)
    pinned = pinned_pairs(whole, question.pinned)
    open_pool, problem = posed(whole, question)
    assignment = assign(problem)
    placed = np.flatnonzero(assignment.mate != NOBODY)
    mentors, mentees = open_pool.mentors, open_pool.mentees
    scores = _scores_of(problem, assignment.mate)
    found = [(mentors[assignment.mate[i]], mentees[i], int(scores[i])) for i in placed.tolist()]
    found.sort(key=lambda pair: (-pair[2], pair[1].id))
    left = [mentees[i] for i in np.flatnonzero(assignment.mate == NOBODY).tolist()]
    return Proposal(
        open_pool, problem, assignment, pinned, pinned + found, _reasons(whole, left, question)
    )


def asked_of(pool: Pool, question: Question) -> Pool:
    """The pool in the order that the question draws, less the pairs that it excludes."""
    return replace(pool.ordered(question.seed), excluded=question.excluded)


def posed(pool: Pool, question: Question) -> tuple[Pool, Problem]:
    """Those of the pool that is asked that are left to decide on, and the problem they make."""
    taken: dict[str, int] = {}
    for mentor, _ in question.pinned:
        taken[mentor] = taken.get(mentor, 0) + 1
    gone = {mentee for _, mentee in question.pinned}
    left = pool.only(
        mentors=(m for m in pool.mentors if m.places > taken.get(m.id, 0)),
        mentees=(m for m in pool.mentees if m.id not in gone),
    )
    places = [m.places - taken.get(m.id, 0) for m in left.mentors]
    starts, mentors, scores = _allowed(left, pool, question.minimum)
    return left, Problem(starts, mentors, scores, np.array(places, np.int64), question.covers)


def pinned_pairs(pool: Pool, pins: Sequence[tuple[str, str]]) -> list[tuple[Facts, Facts, int]]:
    """Who is paired in any case, and how well they fit; PinGoneError where they cannot be."""
    mentors = {one.id: one for one in pool.mentors}
    mentees = {one.id: one for one in pool.mentees}
    if not all(mentor in mentors and mentee in mentees for mentor, mentee in pins):
        raise PinGoneError
    # They were looked at before the pool was read: a place may be gone since, or somebody blocked.
    taken = Counter(mentor for mentor, _ in pins)
    if any(taken[id] > mentors[id].places for id in taken) or not pool.blocked.isdisjoint(pins):
        raise PinGoneError
    found = []
    for mentor_id, mentee_id in pins:
        mentor, mentee = mentors[mentor_id], mentees[mentee_id]
        score = sum(p.points for p in parts(mentor, mentee, pool.waiting, pool.year, "EN"))
        found.append((mentor, mentee, score))
    return found


def _allowed(left: Pool, whole: Pool, minimum: int) -> tuple[Ints, Ints, Ints]:
    """The allowed pairs, row by row. Waits are measured within the whole pool."""
    counts, columns, values, found = [np.zeros(1, np.int64)], [], [], 0
    for stretch in Scores(left, whole.waiting).stretches():
        is_enough = stretch.score >= minimum
        counts.append(np.bincount(stretch.row[is_enough], minlength=stretch.count))
        columns.append(stretch.mentor[is_enough])
        values.append(stretch.score[is_enough])
        found += len(values[-1])
        demand_size(len(left.mentees), len(left.mentors), found)
    nothing = np.zeros(0, np.int64)
    return (
        np.cumsum(np.concatenate(counts)),
        np.concatenate([nothing, *columns]),
        np.concatenate([nothing, *values]),
    )


def _scores_of(problem: Problem, mate: Ints) -> Ints:
    """The score of each mentee with their mentor; 0 without one."""
    rows = problem.mentees
    is_own = problem.mentors == mate[rows]
    scores = np.zeros(len(mate), np.int64)
    scores[rows[is_own]] = problem.scores[is_own]
    return scores


def _reasons(
    pool: Pool, left: Sequence[Facts], question: Question
) -> list[tuple[Facts, UnplacedReason]]:
    """Why each is left out; mentors without an open place count among the allowed ones."""
    found: list[tuple[Facts, UnplacedReason]] = []
    for stretch in Scores(pool.only(mentees=left), pool.waiting).stretches():
        best = np.full(stretch.count, _NOBODY)
        np.maximum.at(best, stretch.row, stretch.score)
        for i, score in enumerate(best.tolist(), stretch.start):
            if score == _NOBODY:
                reason = UnplacedReason.NO_ALLOWED_MENTOR
            elif score < question.minimum:
                reason = UnplacedReason.BELOW_MINIMUM_SCORE
            else:
                reason = UnplacedReason.NO_OPEN_PLACE
            found.append((left[i], reason))
    return sorted(found, key=lambda one: one[0].id)
