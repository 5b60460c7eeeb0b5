"""The rounds: in each, every operation on both servers, the order turned from round to round."""

import statistics
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

import psutil

from bench.comparing import Compared
from bench.events import Delivered, Pace
from bench.filling import Size
from bench.operations import Operation
from bench.population import LARGE, SMALL
from bench.processes import Load, Postgres, Server, cpu_of

T = TypeVar("T")

WARM_UP = 0.5


@dataclass(frozen=True, slots=True)
class Form:
    """How long and how much: five rounds that are short, or long ones over more connections."""

    size: Size
    rounds: int
    seconds: float
    connections: tuple[int, ...]
    paces: tuple[Pace, ...]
    last_round: float
    """Seconds after which no further round begins."""
    end: float
    """Seconds after which whatever is going on is broken off."""


MIDDLE = 16
"""Connections at which ours is also measured with its executor, lane and caches off."""
PACES = Pace(500, 100, 3), Pace(500, 500, 4), Pace(500, 4000, 2)
SHORT = Form(SMALL, 4, 0.6, (MIDDLE,), (Pace(100, 100, 3),), 85, 120)
FULL = Form(LARGE, 5, 1.0, (1, MIDDLE, 64), PACES, 470, 590)
SOCKETS = Form(SMALL, 0, 0, (), PACES, 0, 240)
FORMS = {"--short": SHORT, "--sockets": SOCKETS}


@dataclass(frozen=True, slots=True)
class Slot:
    """One operation on one server for a moment."""

    per_second: float
    cpu: float
    """CPU seconds of the server for 1,000 requests."""
    postgres_cpu: float
    seconds: list[float]
    """How long each request took."""


Row = tuple[str, int]
"""An operation, and over how many connections at once."""


@dataclass
class Measured:
    """Everything that a run found out."""

    slots: dict[Row, dict[str, list[Slot]]] = field(default_factory=dict)
    bad: list[str] = field(default_factory=list)
    compared: Compared | None = None
    events: list[tuple[str, Delivered]] = field(default_factory=list)
    """With the name of the server."""
    memory: dict[str, int] = field(default_factory=dict)
    """Bytes of each server once the rounds were over."""
    others: float | None = None
    """How many cores were busy with what is not ours, on average; known once all is over."""

    def ratios(self, row: Row, to: str = "floor") -> list[float]:
        """Requests per second of ours, divided by another server's in the same round."""
        pairs = zip(self.of("ours", row), self.of(to, row), strict=False)
        return [ours.per_second / other.per_second for ours, other in pairs]

    def of(self, server: str, row: Row) -> list[Slot]:
        """One server's slots, one for each round."""
        return self.slots[row].get(server, [])


def run(
    measured: Measured,
    operations: Sequence[Operation],
    servers: Sequence[Server],
    load: Load,
    postgres: Postgres,
    form: Form,
    last_round: float,
) -> None:
    """As many rounds as the form has, unless it is too late to begin another."""
    bench = Bench(load, postgres, measured)
    for operation in operations:
        for server in servers:
            bench.slot(operation, server, MIDDLE, WARM_UP)
    with others_noticed(measured, servers, load, postgres):
        for number in range(form.rounds):
            if time.monotonic() > last_round:
                break
            for i, operation in enumerate(_turned(operations, number)):
                for connections in form.connections:
                    for server in _turned(servers, number + i):
                        if server.name == "walked" and connections != MIDDLE:
                            continue
                        slot = bench.slot(operation, server, connections, form.seconds)
                        row = measured.slots.setdefault((operation.name, connections), {})
                        row.setdefault(server.name, []).append(slot)


@contextmanager
def others_noticed(
    measured: Measured, servers: Sequence[Server], load: Load, postgres: Postgres
) -> Iterator[None]:
    """Finds out how busy whatever is not ours keeps the cores meanwhile; what was found out before
    does not count any more."""
    measured.others = None
    pids = [load.pid, psutil.Process().pid, *(server.pid for server in servers)]
    began, busy = time.monotonic(), _busy() - _own(pids, postgres)
    yield
    busy = _busy() - _own(pids, postgres) - busy
    measured.others = max(0.0, busy / (time.monotonic() - began))


class Bench:
    """Runs slots and remembers which message keys were used."""

    def __init__(self, load: Load, postgres: Postgres, measured: Measured) -> None:
        self._load, self._postgres, self._measured = load, postgres, measured
        self._sent = 1

    def slot(self, operation: Operation, server: Server, connections: int, seconds: float) -> Slot:
        cpu, postgres = cpu_of(server.pid), self._postgres.cpu()
        done = self._load.do(
            port=server.port,
            seconds=seconds,
            connections=connections,
            first=self._sent,
            requests=[request.decode() for request in operation.requests],
        )
        cpu = cpu_of(server.pid) - cpu
        spent = sum(now - postgres.get(pid, now) for pid, now in self._postgres.cpu().items())
        self._sent = done["sent"]
        self._measured.bad += [f"{server.name}, {operation.name}: {bad}" for bad in done["bad"]]
        count = len(done["seconds"])
        return Slot(count / done["took"], cpu / count * 1000, spent / count * 1000, done["seconds"])


def median(values: Sequence[float]) -> float:
    return statistics.median(values) if values else float("nan")


def _turned(things: Sequence[T], by: int) -> list[T]:
    by %= len(things)
    return [*things[by:], *things[:by]]


def _busy() -> float:
    times = psutil.cpu_times()
    return float(times.user + times.nice + times.system)


def _own(pids: Sequence[int], postgres: Postgres) -> float:
    return sum(cpu_of(pid) for pid in pids) + sum(postgres.cpu().values())
