"""Processor time of each operation without sockets and HTTP: requests handed to the applications.

    python bench/in_process.py [--large] [--database URL] [--rounds N] [OPERATION ...]

Each server is a process of its own that hands requests to its application, eight at a time. They
take turns, so that a noisy moment meets all alike. `--database` names one that `--fill` has filled;
without it one is made and filled for this run.
"""

import argparse
import asyncio
import os
import pickle
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

sys.path[0] = str(Path(__file__).resolve().parent.parent)

import orjson  # noqa: E402
import uvloop  # noqa: E402

from bench import processes  # noqa: E402
from bench.filling import Size  # noqa: E402
from bench.operations import KEY, Operation, operations  # noqa: E402
from bench.population import LARGE, SMALL, Population, populate  # noqa: E402
from bench.rounds import median  # noqa: E402
from bench.settings import settings_for  # noqa: E402
from models import migrating  # noqa: E402
from server.complaints import PREFIX  # noqa: E402

AT_ONCE = 8
SECONDS = 0.5
"""How long a slot takes."""
OURS, FLOOR, WALKED = "ours", "floor", "walked"
_OURS = "server.app:create_app"
APPS = {OURS: _OURS, FLOOR: "bench.floor:create_app", WALKED: _OURS}


@dataclass(frozen=True, slots=True)
class Request:
    """One request, ready for an application but for the key of its own."""

    headers: list[tuple[bytes, bytes]]
    body: list[bytes]

    @classmethod
    def of(cls, request: bytes) -> "Request":
        head, _, body = request.partition(b"\r\n\r\n")
        lines = [line.partition(b": ") for line in head.split(b"\r\n")[1:]]
        return cls([(name, value) for name, _, value in lines], body.split(KEY.encode()))


class Client:
    """Hands requests to an application, as uvicorn does."""

    def __init__(self, app: Callable[..., Awaitable[None]], state: dict[str, Any]) -> None:
        self._app, self._state = app, state
        self._sent = int(time.time()) * 10_000

    async def ask(self, request: Request) -> bytes:
        """The body of the answer; RuntimeError when it is no good one."""
        self._sent += 1
        body = (b"%032x" % self._sent).join(request.body)
        given = iter([{"type": "http.request", "body": body, "more_body": False}])
        answer: list[Any] = []

        async def receive() -> dict[str, Any]:
            return next(given)

        async def send(message: dict[str, Any]) -> None:
            answer.append(message)

        scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "server": ("127.0.0.1", 1),
            "client": ("127.0.0.1", 2),
            "scheme": "http",
            "method": "POST",
            "root_path": "",
            "path": "/graphql",
            "raw_path": b"/graphql",
            "query_string": b"",
            "headers": request.headers,
            "state": self._state.copy(),
        }
        await self._app(scope, receive, send)
        told: bytes = answer[1]["body"]
        if answer[0]["status"] != 200 or b'"errors":[{' in told[:2000]:
            raise RuntimeError(told[:500])
        return told

    async def slot(self, requests: list[Request], seconds: float) -> tuple[float, int]:
        """Milliseconds of processor for one request, and how many there were."""
        done, ends = 0, time.perf_counter() + seconds

        async def keep_asking(number: int) -> None:
            nonlocal done
            while time.perf_counter() < ends:
                await self.ask(requests[number % len(requests)])
                number += AT_ONCE
                done += 1

        began = time.process_time()
        await asyncio.gather(*(keep_asking(number) for number in range(AT_ONCE)))
        return 1000 * (time.process_time() - began) / done, done


async def live(name: str) -> None:
    """One application; does what it is told on stdin until that ends."""
    module, _, factory = name.partition(":")
    app = getattr(import_module(module), factory)()
    said: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    started, state = asyncio.Event(), dict[str, Any]()

    async def heard(message: dict[str, Any]) -> None:
        started.set()

    await said.put({"type": "lifespan.startup"})
    living = asyncio.create_task(app({"type": "lifespan", "state": state}, said.get, heard))
    await asyncio.wait([living, asyncio.create_task(started.wait())], return_when="FIRST_COMPLETED")
    client, loop = Client(app, state), asyncio.get_running_loop()
    while job := await loop.run_in_executor(None, sys.stdin.buffer.readline):
        requests, seconds = orjson.loads(job)
        made = [Request.of(text.encode()) for text in requests]
        found = await client.slot(made, seconds)
        sys.stdout.buffer.write(orjson.dumps(found) + b"\n")
        sys.stdout.buffer.flush()
    await said.put({"type": "lifespan.shutdown"})
    await living


class Application:
    """A process that lives one."""

    def __init__(self, app: str, settings: dict[str, str]) -> None:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
        command, pipes = [sys.executable, __file__, "--live", app], subprocess.PIPE
        self._process = subprocess.Popen(
            command, cwd=processes.ROOT, stdin=pipes, stdout=pipes, env=kept | settings
        )

    def slot(self, operation: Operation, seconds: float) -> float:
        """Milliseconds of processor for one request."""
        assert self._process.stdin is not None and self._process.stdout is not None
        job = [request.decode() for request in operation.requests], seconds
        self._process.stdin.write(orjson.dumps(job) + b"\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("an application is gone")
        return float(orjson.loads(line)[0])

    def end(self) -> None:
        self._process.communicate(timeout=processes.TIME_LIMIT)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--live", help=argparse.SUPPRESS)
    parser.add_argument("--fill", type=Path, help="make a database in this folder, and keep it up")
    parser.add_argument("--database", type=Path, help="the folder of one that is up")
    parser.add_argument("--large", action="store_true")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--walked", action="store_true", help="ours with its executor off, too")
    parser.add_argument("operations", nargs="*", help="the beginnings of their names; none: all")
    asked = parser.parse_args()
    if asked.live:
        uvloop.run(live(asked.live))
        return
    size = LARGE if asked.large else SMALL
    if asked.fill:
        with filled(asked.fill, size):
            print("filled; ends with its input")
            sys.stdin.read()
        return
    with ExitStack() as steps:
        if asked.database:
            url, population = pickle.loads((asked.database / "people").read_bytes())  # noqa: S301
        else:
            folder = steps.enter_context(tempfile.TemporaryDirectory(prefix="compagnon-bench-"))
            url, population = steps.enter_context(filled(Path(folder), size))
        chosen = [
            each
            for each in operations(population)
            if not asked.operations or each.name.startswith(tuple(asked.operations))
        ]
        names = [OURS, FLOOR, *([WALKED] if asked.walked else [])]
        measure(url, chosen, names, asked.rounds)


@contextmanager
def filled(folder: Path, size: Size) -> Iterator[tuple[str, Population]]:
    """A filled database, up as long as this goes on; its folder says how to use it."""
    with processes.postgres(folder / "data") as postgres:
        asyncio.run(migrating.migrate(postgres.url))
        population = asyncio.run(populate(postgres.url, size))
        (folder / "people").write_bytes(pickle.dumps((postgres.url, population)))
        yield postgres.url, population


def measure(url: str, chosen: list[Operation], names: list[str], rounds: int) -> None:
    """Prints a line for each operation: medians, and of the ratios the least and the greatest."""
    settings = settings_for(url)
    own = {WALKED: {"COMPAGNON_EXECUTOR": "graphql-core"}}
    servers = {name: Application(APPS[name], settings | own.get(name, {})) for name in names}
    for operation in chosen:
        for server in servers.values():
            server.slot(operation, SECONDS)  # warm
    found: dict[tuple[str, str], list[float]] = {}
    for number in range(rounds):
        for operation in chosen:
            turned = names[number % len(names) :] + names[: number % len(names)]
            for name in turned:
                took = servers[name].slot(operation, SECONDS)
                found.setdefault((operation.name, name), []).append(took)
    for operation in chosen:
        ours, floor = found[operation.name, OURS], found[operation.name, FLOOR]
        ratios = [theirs / own for own, theirs in zip(ours, floor, strict=True)]
        line = f"{operation.name:16} ours {median(ours):.3f} ms, floor {median(floor):.3f} ms, "
        line += f"floor / ours {median(ratios):.2f} ({min(ratios):.2f}..{max(ratios):.2f})"
        if walked := found.get((operation.name, WALKED)):
            times = [theirs / own for own, theirs in zip(ours, walked, strict=True)]
            line += f", walked {median(walked):.2f} ms, {median(times):.1f} times ours"
        print(line)
    for server in servers.values():
        server.end()


if __name__ == "__main__":
    main()
