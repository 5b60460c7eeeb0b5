"""The best assignment there is, by SciPy's exact solvers, with its proof.

Whole numbers throughout, in doubles where SciPy wants them: those hold whole numbers up to 2**53
exactly. The largest that a solver meets are lengths of paths, with at most as many steps as there
are mentees, of one weight each: for 20,000 mentees 20,000 x 20,001 x 10**6, a twentieth of 2**53.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment
from scipy.sparse import csr_array
from scipy.sparse.csgraph import min_weight_full_bipartite_matching

from domain.matching.failures import TooLargeError
from domain.matching.prices import Proof, prove, prove_dense
from domain.matching.problem import NOBODY, Ints, Problem

_CELLS = 40_000_000
"""The most cells of a full matrix, mentees times places: 320 MB."""
_PAIRS = 15_000_000
"""The most pairs of a mentee and a place that the sparse solver is given."""
_THIN = 0.08
"""Below this share of allowed pairs the sparse solver is the faster one."""


def demand_size(mentees: int, mentors: int, pairs: int) -> None:
    """Refuses, before they are all collected, more allowed pairs than either solver is given."""
    if pairs > _PAIRS and mentees * mentors > _CELLS:
        raise TooLargeError


@dataclass(frozen=True, slots=True)
class Assignment:
    """The mentor of each mentee, or NOBODY, and why nothing is better."""

    mate: Ints
    proof: Proof


def assign(problem: Problem) -> Assignment:
    """The best assignment; for the same problem always the same one.

    Where only scores count, it places as many as it can without losing any score.
    """
    n, m = problem.size
    pairs = len(problem.mentors)
    degrees = np.bincount(problem.mentors, minlength=m)
    seats = np.repeat(np.arange(m), np.minimum(problem.places, degrees))
    is_thin = pairs < _THIN * n * m or n * len(seats) > _CELLS
    if not pairs or not len(seats) or is_thin:
        mate = _sparse(problem, _wishes(problem, len(seats)), seats)
        return Assignment(mate, prove(problem, mate))
    gains = _matrix(problem, problem.gains)
    wishes = gains if problem.covers else _matrix(problem, _wishes(problem, len(seats)))
    mate = _dense(wishes, seats)
    return Assignment(mate, prove_dense(problem, gains, mate))


def _wishes(problem: Problem, seats: int) -> Ints:
    """What is maximised: above 0 for every pair, so that nobody is left out for nothing."""
    if problem.covers:
        return problem.gains
    return problem.scores * (min(problem.size[0], seats) + 1) + 1


def _matrix(problem: Problem, gains: Ints) -> NDArray[np.float64]:
    """The gains of every mentee with every mentor; 0 for a forbidden pair, as for being left out:
    so the solver needs no place for those who are."""
    n, m = problem.size
    if len(gains) == n * m:
        return gains.astype(float).reshape(n, m)
    matrix = np.zeros((n, m))
    matrix[problem.mentees, problem.mentors] = gains
    return matrix


def _dense(wishes: NDArray[np.float64], seats: Ints) -> Ints:
    rows, columns = linear_sum_assignment(np.take(-wishes, seats, axis=1))
    mate = np.full(len(wishes), NOBODY)
    taken = seats[columns]
    is_allowed = wishes[rows, taken] > 0
    mate[rows[is_allowed]] = taken[is_allowed]
    return mate


def _sparse(problem: Problem, wishes: Ints, seats: Ints) -> Ints:
    """Each mentee has, beside the places, one column of their own: left out, which gains 0."""
    n, m = problem.size
    mate = np.full(n, NOBODY)
    if not len(seats) or not len(wishes):
        return mate
    counts = np.bincount(seats, minlength=m)
    first = np.cumsum(counts) - counts
    copies = counts[problem.mentors]
    total = int(copies.sum())
    if total > _PAIRS:
        raise TooLargeError
    nth = np.arange(total) - np.repeat(np.cumsum(copies) - copies, copies)
    rows = np.repeat(problem.mentees, copies)
    columns = np.repeat(first[problem.mentors], copies) + nth
    everybody = np.arange(n)
    # What is stored must not be 0: the solver takes that for no edge.
    worst = int(wishes.max()) + 1
    costs = np.concatenate([np.repeat(worst - wishes, copies), np.full(n, worst)])
    at = (np.concatenate([rows, everybody]), np.concatenate([columns, len(seats) + everybody]))
    graph = csr_array((costs.astype(float), at), shape=(n, len(seats) + n))
    rows, columns = min_weight_full_bipartite_matching(graph)
    is_seat = columns < len(seats)
    mate[rows[is_seat]] = seats[columns[is_seat]]
    return mate
