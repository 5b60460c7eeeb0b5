"""`make bench`: measures everything once and prints one table. README.md tells how to read it."""

import asyncio
import signal
import sys
import tempfile
import time
import traceback
from contextlib import ExitStack
from pathlib import Path
from types import FrameType

sys.path[0] = str(Path(__file__).resolve().parent.parent)

from bench import comparing, events, processes, rounds  # noqa: E402
from bench.operations import PING, operations, request  # noqa: E402
from bench.population import populate  # noqa: E402
from bench.report import report  # noqa: E402
from bench.settings import settings_for  # noqa: E402
from models import migrating  # noqa: E402


class OutOfTime(BaseException):
    """The run is broken off; what was measured until then is printed."""


def main() -> None:
    form = rounds.FORMS.get(sys.argv[-1], rounds.FULL)
    began = time.monotonic()
    signal.signal(signal.SIGALRM, _break_off)
    signal.signal(signal.SIGTERM, _break_off)
    signal.setitimer(signal.ITIMER_REAL, form.end)
    measured = rounds.Measured()
    with ExitStack() as steps:
        try:
            _measure(steps, measured, form, began + form.last_round)
        except OutOfTime:
            print("broken off before the end")
        except Exception:
            traceback.print_exc()
        signal.setitimer(signal.ITIMER_REAL, 0)
    print(report(measured, time.monotonic() - began))


def _measure(
    steps: ExitStack, measured: rounds.Measured, form: rounds.Form, last_round: float
) -> None:
    folder = steps.enter_context(tempfile.TemporaryDirectory(prefix="compagnon-bench-"))
    postgres = steps.enter_context(processes.postgres(Path(folder) / "data"))
    asyncio.run(migrating.migrate(postgres.url))
    population = asyncio.run(populate(postgres.url, form.size))
    settings = settings_for(postgres.url)
    ours = steps.enter_context(processes.server("ours", "server.app:create_app", settings))
    floor = steps.enter_context(processes.server("floor", "bench.floor:create_app", settings))
    walking = settings | {"COMPAGNON_EXECUTOR": "graphql-core"}
    load = steps.enter_context(processes.load())
    for server in (ours, floor):
        server.ask(request(None, PING), patience=processes.STARTING)
    measured.compared = comparing.compare(ours, floor, population)
    with rounds.others_noticed(measured, (floor, ours), load, postgres):
        for pace in form.paces:
            for server in (floor, ours):
                found = events.measure(server, load, population.listeners, postgres, pace)
                measured.events.append((server.name, found))
    if not form.rounds:
        return
    walked = steps.enter_context(processes.server("walked", "server.app:create_app", walking))
    walked.ask(request(None, PING), patience=processes.STARTING)
    servers = ours, floor, walked
    rounds.run(measured, operations(population), servers, load, postgres, form, last_round)
    measured.memory = {server.name: processes.memory_of(server.pid) for server in servers}


def _break_off(number: int, frame: FrameType | None) -> None:
    raise OutOfTime


if __name__ == "__main__":
    main()
