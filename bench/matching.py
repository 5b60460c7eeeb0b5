"""`python bench/matching.py`: what a proof costs beside a bare solver, and what others feel."""

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parent.parent)

import numpy as np  # noqa: E402
from scipy.optimize import linear_sum_assignment  # noqa: E402
from scipy.sparse import csr_array, hstack  # noqa: E402
from scipy.sparse.csgraph import min_weight_full_bipartite_matching  # noqa: E402

from bench import processes  # noqa: E402
from bench.felt import filled, tell  # noqa: E402
from bench.settings import settings_for  # noqa: E402
from domain.matching.assignment import assign  # noqa: E402
from domain.matching.problem import Problem  # noqa: E402
from models import migrating  # noqa: E402

SHAPES = ((200, 80, 1.0, 40), (2000, 800, 1.0, 5), (5000, 2000, 0.02, 5))
"""Mentees, mentors, share of allowed pairs, how often."""


def main() -> None:
    for mentees, mentors, density, times in SHAPES:
        for scarce in (False, True):
            print(_ratio(mentees, mentors, density, times, scarce), flush=True)
    with ExitStack() as steps:
        folder = steps.enter_context(tempfile.TemporaryDirectory(prefix="compagnon-bench-"))
        postgres = steps.enter_context(processes.postgres(Path(folder) / "data"))
        asyncio.run(migrating.migrate(postgres.url))
        program, token = asyncio.run(filled(postgres.url))
        settings = settings_for(postgres.url)
        server = steps.enter_context(processes.server("ours", "bench.holds:create_app", settings))
        asyncio.run(tell(server, program, token))


def _ratio(mentees: int, mentors: int, density: float, times: int, scarce: bool) -> str:
    """Our solution with its proof beside SciPy's alone, in turn; the medians."""
    problem = _problem(mentees, mentors, density, scarce)
    bare = _bare(problem, dense=density > 0.5)
    ours, theirs = [], []
    for _ in range(times):
        theirs.append(_timed(bare))
        ours.append(_timed(lambda: assign(problem)))
    ratios = sorted(a / b for a, b in zip(ours, theirs, strict=True))
    return (
        f"{mentees:>5} x {mentors:<5} {density:.0%}  {'scarce' if scarce else 'enough'} places  "
        f"SciPy alone {1000 * statistics.median(theirs):7.1f} ms  with prices and check "
        f"{1000 * statistics.median(ours):7.1f} ms  ratio {statistics.median(ratios):.2f} "
        f"({ratios[0]:.2f} to {ratios[-1]:.2f})"
    )


def _problem(mentees: int, mentors: int, density: float, scarce: bool) -> Problem:
    """Scores made as ours are: a few topics, zones, waits and places, so with many ties."""
    dice = np.random.default_rng(1)
    wanted, offered = dice.random((mentees, 30)) < 0.1, dice.random((mentors, 30)) < 0.2
    scores = np.minimum(500_000, (wanted.astype(int) @ offered.T.astype(int)) * 500_000 // 3)
    scores += dice.integers(0, 100, (mentees, 1)) * 1200 + dice.integers(0, 5, mentors) * 16_000
    zones = np.abs(dice.integers(0, 24, (mentees, 1)) - dice.integers(0, 24, mentors)) % 12
    scores += (11 - zones) * 13_000 + 100_000
    allowed = dice.random((mentees, mentors)) < density
    rows, columns = np.nonzero(allowed)
    starts = np.concatenate([[0], np.cumsum(allowed.sum(axis=1))])
    places = dice.integers(1, 4 if scarce else 6, mentors)
    return Problem(starts, columns, scores[rows, columns], places, covers=True)


def _bare(problem: Problem, *, dense: bool) -> Callable[[], object]:
    """One call of SciPy's on a matrix that is ready, in the form that is quickest for it."""
    n, m = problem.size
    seats = np.repeat(np.arange(m), problem.places)
    if dense:
        matrix = np.zeros((n, m))
        matrix[problem.mentees, problem.mentors] = -problem.gains
        costs = matrix[:, seats]
        return lambda: linear_sum_assignment(costs)
    worst = int(problem.gains.max()) + 1
    pairs = csr_array(
        ((worst - problem.gains).astype(float), problem.mentors, problem.starts), shape=(n, m)
    )
    own = csr_array((np.full(n, float(worst)), np.arange(n), np.arange(n + 1)), shape=(n, n))
    graph = hstack([pairs[:, seats], own], format="csr")
    return lambda: min_weight_full_bipartite_matching(graph)


def _timed(call: Callable[[], object]) -> float:
    """Seconds of CPU, whatever else the machine does; both take one thread."""
    began = time.thread_time()
    call()
    return time.thread_time() - began


if __name__ == "__main__":
    main()
