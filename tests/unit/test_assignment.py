"""The assignment is the best there is: two other solvers, known optima, and laws it has to obey."""

import os
import random
from dataclasses import replace

import numpy as np
import pytest

from domain.matching.assignment import assign
from domain.matching.prices import NotOptimalError, prove
from domain.matching.problem import NOBODY, WHOLE, Problem
from tests.unit.assignments import Pairs, by_flow, by_trying, drawn, problem_of, worth

PROGRAMS, SMALL, LAWS = (2000, 4000, 600) if os.environ.get("TESTS_AT_LENGTH") else (300, 60, 60)
"""How many random programs are solved by others, too; how many are tried; how many obey the laws.
"""


def value(problem: Problem) -> tuple[int, int]:
    """Placed and score of our assignment, whose proof has been checked."""
    solved = assign(problem)
    demand_proof(problem, solved.proof.mentees, solved.proof.places)
    placed, score = worth(problem, solved.mate)
    assert solved.proof.value == solved.proof.bound == problem.weight * placed + score
    return placed, score


def demand_proof(problem: Problem, mentees: object, places: object) -> None:
    paid, asked = np.asarray(mentees), np.asarray(places)
    assert (paid >= 0).all() and (asked >= 0).all()
    assert (paid[problem.mentees] + asked[problem.mentors] >= problem.gains).all()


@pytest.mark.parametrize("covers", [True, False])
def test_another_solver_places_as_many_and_scores_as_high_whatever_the_shape(covers: bool) -> None:
    for seed in range(PROGRAMS // 2):
        problem = problem_of(*drawn(random.Random(seed)), covers=covers)

        assert value(problem) == by_flow(problem), seed


def test_trying_every_assignment_finds_none_better() -> None:
    for seed in range(SMALL):
        dice = random.Random(seed)
        problem = problem_of(*drawn(dice, most=7), covers=bool(seed % 2))

        placed, score = value(problem)

        assert by_trying(problem) == problem.weight * placed + score, seed


@pytest.mark.parametrize("thin", [0.0, 2.0])
def test_the_sparse_and_the_dense_solver_agree(
    thin: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("domain.matching.assignment._THIN", thin)

    for seed in range(LAWS):
        for covers in (True, False):
            problem = problem_of(*drawn(random.Random(seed), most=25), covers=covers)
            assert value(problem) == by_flow(problem), seed


def test_whoever_can_be_placed_for_a_score_of_zero_is_placed() -> None:
    problem = problem_of({(0, 0): 0, (1, 0): 0, (1, 1): 0}, 2, [1, 1], covers=False)

    assert value(problem) == (2, 0)


def test_a_place_more_takes_nothing_away_and_a_pair_less_adds_nothing() -> None:
    for seed in range(LAWS):
        dice = random.Random(seed)
        pairs, mentees, places = drawn(dice, most=15)
        before = value(problem_of(pairs, mentees, places, covers=True))
        if places:
            more = [*places]
            more[dice.randrange(len(places))] += 1
            assert value(problem_of(pairs, mentees, more, covers=True)) >= before
        if pairs:
            fewer = {pair: score for pair, score in pairs.items() if pair != min(pairs)}
            assert value(problem_of(fewer, mentees, places, covers=True)) <= before


def test_other_names_and_another_order_change_nothing() -> None:
    for seed in range(LAWS):
        dice = random.Random(seed)
        pairs, mentees, places = drawn(dice, most=15)
        rows, columns = [*range(mentees)], [*range(len(places))]
        dice.shuffle(rows)
        dice.shuffle(columns)
        renamed: Pairs = {(rows[i], columns[j]): score for (i, j), score in pairs.items()}
        moved = [places[columns.index(j)] for j in range(len(places))]

        for covers in (True, False):
            ours = value(problem_of(pairs, mentees, places, covers=covers))
            assert value(problem_of(renamed, mentees, moved, covers=covers)) == ours


def test_scores_twice_as_high_pair_the_same_people() -> None:
    for seed in range(LAWS):
        pairs, mentees, places = drawn(random.Random(seed), most=15)
        halved = {pair: score // 4 * 2 for pair, score in pairs.items()}
        doubled = {pair: score * 2 for pair, score in halved.items()}
        for covers in (True, False):
            small = problem_of(halved, mentees, places, covers=covers)
            large = problem_of(doubled, mentees, places, covers=covers)
            assert value(large) == (value(small)[0], value(small)[1] * 2)
            assert worth(small, assign(large).mate) == value(small)


def test_an_assignment_that_could_be_better_has_no_proof() -> None:
    problem = problem_of({(0, 0): 2, (0, 1): 1, (1, 0): 3, (1, 1): 1}, 2, [1, 1], covers=True)

    prove(problem, np.array([1, 0]))
    for worse in ([0, 1], [NOBODY, 0], [NOBODY, NOBODY]):
        with pytest.raises(NotOptimalError):
            prove(problem, np.array(worse))


@pytest.mark.parametrize("size", [100, 200, 300, 400, 500, 600, 700, 800])
def test_square_instances_like_the_published_ones_reach_their_optimum(size: int) -> None:
    # Of the size and range of OR-Library's assign100 to assign800: whole costs from 1 to 100.
    costs = np.random.default_rng(size).integers(1, 101, (size, size))
    n = np.arange(size, dtype=np.int64)
    problem = Problem(
        np.arange(size + 1, dtype=np.int64) * size,
        np.tile(n, size),
        (101 - costs).astype(np.int64).ravel(),
        np.ones(size, np.int64),
        covers=True,
    )

    solved = assign(problem)

    placed, score = worth(replace(problem), solved.mate)
    assert placed == size and solved.proof.value == solved.proof.bound
    assert solved.proof.bound - size * problem.weight == score
    if size <= 300:
        assert (placed, score) == by_flow(problem)


def test_everything_stays_exact_where_doubles_end() -> None:
    # the heaviest weight that a full program of the largest size would have
    problem = problem_of(
        {(i, j): WHOLE - i * j for i in range(9) for j in range(9)}, 9, [1] * 9, covers=True
    )
    far = replace(problem, places=np.array([1] * 8 + [20_000]))

    assert far.weight == 10 * WHOLE
    assert value(far) == by_flow(far)
