"""Problems to be solved, and others who solve them: OR-tools, and trying everything."""

import random
from functools import cache

import numpy as np
from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

from domain.matching.problem import NOBODY, WHOLE, Ints, Problem

Pairs = dict[tuple[int, int], int]
"""The score of each allowed pair (mentee, mentor)."""


def problem_of(pairs: Pairs, mentees: int, places: list[int], *, covers: bool) -> Problem:
    """The problem with these allowed pairs."""
    ordered = sorted(pairs)
    counts = np.bincount([i for i, _ in ordered], minlength=mentees).astype(np.int64)
    return Problem(
        np.concatenate([np.zeros(1, np.int64), np.cumsum(counts)]),
        np.array([j for _, j in ordered], np.int64),
        np.array([pairs[pair] for pair in ordered], np.int64),
        np.array(places, np.int64),
        covers,
    )


def drawn(dice: random.Random, most: int = 60) -> tuple[Pairs, int, list[int]]:
    """Allowed pairs, number of mentees, places: of every shape, full of ties, or none allowed."""
    mentees, mentors = dice.randint(0, most), dice.randint(0, most)
    density = dice.choice([0.0, 0.03, 0.1, 0.5, 0.9, 1.0])
    steps = dice.choice([1, 2, 10, WHOLE])
    low = dice.choice([0, 0, WHOLE // 2])
    pairs = {
        (i, j): low + (WHOLE - low) // steps * dice.randint(0, steps)
        for i in range(mentees)
        for j in range(mentors)
        if dice.random() < density
    }
    most_places = dice.choice([1, 1, 3, 8])
    return pairs, mentees, [dice.randint(0, most_places) for _ in range(mentors)]


def worth(problem: Problem, mate: Ints) -> tuple[int, int]:
    """How many are placed and what they score; it breaks unless every pair is allowed."""
    scores = scores_of(problem)
    pairs = [(i, j) for i, j in enumerate(mate.tolist()) if j != NOBODY]
    taken = np.bincount([j for _, j in pairs], minlength=len(problem.places))
    assert (taken <= problem.places).all()
    return len(pairs), sum(scores[pair] for pair in pairs)


def scores_of(problem: Problem) -> Pairs:
    pairs = zip(problem.mentees.tolist(), problem.mentors.tolist(), strict=True)
    return dict(zip(pairs, problem.scores.tolist(), strict=True))


def by_flow(problem: Problem) -> tuple[int, int]:
    """The same from OR-tools: mentees on one side, mentors with their places on the other.

    Where only scores count, it too takes of equally good assignments one that places most.
    """
    n, m = problem.size
    flow = SimpleMinCostFlow()
    source, sink = n + m, n + m + 1
    for (i, j), score in scores_of(problem).items():
        gain = score + problem.weight if problem.covers else score * (n + 1) + 1
        flow.add_arc_with_capacity_and_unit_cost(i, n + j, 1, -gain)
    for i in range(n):
        flow.add_arc_with_capacity_and_unit_cost(source, i, 1, 0)
        flow.add_arc_with_capacity_and_unit_cost(i, sink, 1, 0)
    for j, places in enumerate(problem.places.tolist()):
        flow.add_arc_with_capacity_and_unit_cost(n + j, sink, places, 0)
    flow.set_node_supply(source, n)
    flow.set_node_supply(sink, -n)
    assert flow.solve() == flow.OPTIMAL
    chosen = [arc for arc in range(len(problem.mentors)) if flow.flow(arc)]
    return len(chosen), sum(problem.scores[chosen].tolist())


def by_trying(problem: Problem) -> int:
    """The value of the best of all assignments there are; ends that are alike are tried once."""
    scores, (mentees, _) = scores_of(problem), problem.size

    @cache
    def best(mentee: int, places: tuple[int, ...]) -> int:
        if mentee == mentees:
            return 0
        found = best(mentee + 1, places)
        for j, left in enumerate(places):
            if left and (mentee, j) in scores:
                fewer = (*places[:j], left - 1, *places[j + 1 :])
                gain = scores[mentee, j] + problem.weight
                found = max(found, gain + best(mentee + 1, fewer))
        return found

    return best(0, tuple(problem.places.tolist()))
