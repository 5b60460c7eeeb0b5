"""`python bench/matching.py`: what a proof costs beside a bare solver, and what others feel."""

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from uuid import UUID

sys.path[0] = str(Path(__file__).resolve().parent.parent)

import numpy as np  # noqa: E402
import orjson  # noqa: E402
import psutil  # noqa: E402
from scipy.optimize import linear_sum_assignment  # noqa: E402
from scipy.sparse import csr_array, hstack  # noqa: E402
from scipy.sparse.csgraph import min_weight_full_bipartite_matching  # noqa: E402

from bench import processes  # noqa: E402
from bench.population import populate  # noqa: E402
from bench.settings import settings_for  # noqa: E402
from domain import tokens  # noqa: E402
from domain.matching.assignment import assign  # noqa: E402
from domain.matching.problem import Problem  # noqa: E402
from models import migrating  # noqa: E402
from models.database import connect, disconnect, fetch  # noqa: E402
from models.ids import global_id  # noqa: E402
from tests.crowds import crowd  # noqa: E402

SHAPES = ((200, 80, 1.0, 40), (2000, 800, 1.0, 5), (5000, 2000, 0.02, 5))
"""Mentees, mentors, share of allowed pairs, how often."""
LARGEST = (5000, 2000, 50)
"""Mentees, mentors, languages: each person speaks one, so one pair in fifty is allowed."""
SECONDS, CLIENTS, PAUSE = 15.0, 4, 0.02
ASK = "{ viewer { user { displayName } groups { nodes { id name } } } }"
PROPOSE = """query($id: ID!) { program(id: $id) { assignmentProposal {
  placed totalScore certificate { value bound }
  pairs { mentor { id } mentee { id } score } unplaced { reason } } } }"""


def main() -> None:
    for mentees, mentors, density, times in SHAPES:
        for scarce in (False, True):
            print(_ratio(mentees, mentors, density, times, scarce), flush=True)
    with ExitStack() as steps:
        folder = steps.enter_context(tempfile.TemporaryDirectory(prefix="compagnon-bench-"))
        postgres = steps.enter_context(processes.postgres(Path(folder) / "data"))
        asyncio.run(migrating.migrate(postgres.url))
        program, token = asyncio.run(_filled(postgres.url))
        settings = settings_for(postgres.url)
        server = steps.enter_context(processes.server("ours", "server.app:create_app", settings))
        for line in asyncio.run(_felt(server, program, token)):
            print(line, flush=True)


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
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


async def _filled(url: str) -> tuple[str, str]:
    """A program with the largest crowd, and its admin's token."""
    await populate(url)
    await connect(url)
    try:
        ((program, user, session),) = await fetch(
            """SELECT p.id, a.user_id, s.id FROM programs p
               JOIN group_members a ON a.group_id = p.group_id AND a.role = 'ADMIN'
               JOIN sessions s ON s.user_id = a.user_id ORDER BY p.id LIMIT 1"""
        )
        mentees, mentors, languages = LARGEST
        key = UUID(bytes=program.bytes)
        await crowd(key, mentors=mentors, mentees=mentees, capacity=3, languages=languages)
        await fetch("ANALYZE")
        return global_id("program", program), tokens.sign(session, user)[0]
    finally:
        await disconnect()


async def _felt(server: processes.Server, program: str, token: str) -> Iterable[str]:
    """How long others wait while nothing else goes on, and while proposals are made in a row."""
    small, large = _request(ASK, {}, token), _request(PROPOSE, {"id": program}, token)
    proposal, first = await _asked(server, large)
    made = orjson.loads(proposal)["data"]["program"]["assignmentProposal"]
    quiet = await _during(server, small, asyncio.sleep(SECONDS, result=[]))
    busy = await _during(server, small, _proposals(server, large))
    calm, crowded = _p(quiet[0], 99), _p(busy[0], 99)
    worker, own = _memory(server)
    lines = [
        (
            f"largest: {LARGEST[0]} x {LARGEST[1]}, {made['placed']} placed, value "
            f"{made['certificate']['value']} = bound {made['certificate']['bound']}; {first:.2f} s "
            f"with the process to start, then {statistics.median(busy[1]):.2f} s each "
            f"({len(busy[1])} in a row), {len(proposal) / 1e6:.1f} MB of JSON"
        ),
        (
            f"others: {len(quiet[0])} requests quiet, p50 {_p(quiet[0], 50):.1f} ms, "
            f"p99 {calm:.1f} ms; {len(busy[0])} meanwhile, p50 {_p(busy[0], 50):.1f} ms, "
            f"p99 {crowded:.1f} ms; ratio {crowded / calm:.2f}"
        ),
        f"peak memory: {worker:.0f} MB where it is worked out, {own:.0f} MB in the server",
    ]
    return lines


async def _proposals(server: processes.Server, request: bytes) -> list[float]:
    end, took = time.monotonic() + SECONDS, []
    while time.monotonic() < end:
        took.append((await _asked(server, request))[1])
    return took


async def _during(server: processes.Server, request: bytes, work: Any) -> tuple[list[float], Any]:
    """How many milliseconds each small request took while the work went on."""
    over = asyncio.Event()

    async def client() -> list[float]:
        reader, writer = await asyncio.open_connection(processes.HOST, server.port)
        took = []
        while not over.is_set():
            began = time.perf_counter()
            writer.write(request)
            await _answer(reader)
            took.append(1000 * (time.perf_counter() - began))
            await asyncio.sleep(PAUSE)
        writer.close()
        return took

    clients = [asyncio.create_task(client()) for _ in range(CLIENTS)]
    done = await work
    over.set()
    return [one for client in await asyncio.gather(*clients) for one in client], done


async def _asked(server: processes.Server, request: bytes) -> tuple[bytes, float]:
    reader, writer = await asyncio.open_connection(processes.HOST, server.port)
    began = time.perf_counter()
    writer.write(request)
    body = await _answer(reader)
    writer.close()
    return body, time.perf_counter() - began


async def _answer(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length")]
    return await reader.readexactly(int(lengths[0].partition(b":")[2]))


def _request(query: str, variables: dict[str, str], token: str) -> bytes:
    body = orjson.dumps({"query": query, "variables": variables})
    head = (
        f"POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n"
        f"authorization: Bearer {token}\r\ncontent-length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def _p(values: list[float], percent: int) -> float:
    return float(np.percentile(values, percent))


def _memory(server: processes.Server) -> tuple[float, float]:
    """The most memory that the worker process and the server have had, in MB."""

    def peak(pid: int) -> float:
        status = Path(f"/proc/{pid}/status").read_text()
        (line,) = (line for line in status.splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024

    children = psutil.Process(server.pid).children(recursive=True)
    return max((peak(child.pid) for child in children), default=0.0), peak(server.pid)


if __name__ == "__main__":
    main()
