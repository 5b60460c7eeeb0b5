"""The prices that prove an assignment optimal: the smallest ones there are, in whole numbers.

A mentee who is placed pays the gain of the pair less the price of the place, so prices of places
are what is sought. Each is the least that keeps everybody from wanting another place: what the one
who has a place would gain by changing to it, on top of what theirs costs. Those are longest paths
in a graph of the mentors; where the assignment is optimal, no circle in it gains anything.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from domain.matching.problem import NOBODY, Ints, Problem


class NotOptimalError(Exception):
    """There are no such prices: the assignment could be better. A mistake in a solver."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What the assignment is worth, and prices that no assignment can exceed. In millionths."""

    value: int
    bound: int
    mentees: Ints
    places: Ints


def prove(problem: Problem, mate: Ints) -> Proof:
    """The proof that `mate` is optimal, pair by pair; NotOptimalError if it is not."""
    gains, mentees = problem.gains, problem.mentees
    n, m = problem.size
    is_own = problem.mentors == mate[mentees]
    own = np.zeros(n, np.int64)
    own[mentees[is_own]] = gains[is_own]
    by_mentor = np.argsort(problem.mentors, kind="stable")
    heads, first = _groups(problem.mentors[by_mentor])
    better = (gains - own[mentees])[by_mentor]
    holds = mate[mentees][by_mentor]
    prices = np.zeros(m, np.int64)
    for _ in range(m + 2 if len(heads) else 0):
        # Whoever is left out pays nothing for what they have.
        has = np.where(holds == NOBODY, 0, prices[holds])
        raised = np.maximum(prices[heads], np.maximum.reduceat(better + has, first))
        if (raised == prices[heads]).all():
            break
        prices[heads] = raised
    paid = np.zeros(n, np.int64)
    rows, first = _groups(mentees)
    if len(rows):
        paid[rows] = np.maximum(0, np.maximum.reduceat(gains - prices[problem.mentors], first))
    return _checked(problem, int(own.sum()), prices, paid)


def prove_dense(problem: Problem, gains: NDArray[np.float64], mate: Ints) -> Proof:
    """The same from a full matrix, 0 for a forbidden pair: for prices of 0 or more that says
    nothing. Mentees who have the same mentor make one row of the graph."""
    n, m = problem.size
    placed = np.flatnonzero(mate != NOBODY)
    placed = placed[np.argsort(mate[placed], kind="stable")]
    prices = np.zeros(m)
    if len(placed) < n:
        prices = gains[mate == NOBODY].max(axis=0)
    own = gains[placed, mate[placed]]
    if len(placed):
        heads, first = _groups(mate[placed])
        better = np.maximum.reduceat(gains[placed] - own[:, None], first, axis=0)
        changed = heads
        rows = np.arange(len(heads))
        for _ in range(m + 2):
            raised = np.maximum(prices, (better[rows] + prices[changed, None]).max(axis=0))
            rows = np.flatnonzero(raised[heads] > prices[heads])
            prices, changed = raised, heads[rows]
            if not len(rows):
                break
    paid = np.maximum(0, (gains - prices).max(axis=1))
    return _checked(problem, int(own.sum()), prices.astype(np.int64), paid.astype(np.int64))


def _checked(problem: Problem, value: int, prices: Ints, paid: Ints) -> Proof:
    """What every mentee pays and every place costs is at least the value; here it must be equal."""
    bound = int(paid.sum()) + int((problem.places * prices).sum())
    if value != bound:
        raise NotOptimalError(f"{value} is not {bound}")
    return Proof(value, bound, paid, prices)


def _groups(keys: Ints) -> tuple[Ints, Ints]:
    """The different keys of a sorted list, and where each begins."""
    if not len(keys):
        return keys, keys
    first = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]]))
    return keys[first], first
