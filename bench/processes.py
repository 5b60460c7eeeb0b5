"""The processes of a run: PostgreSQL, the two servers, the load generator. All end with the run."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import psutil

from server.complaints import PREFIX
from server.embedded import NAME, attached, directory_of

ROOT = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"
TIME_LIMIT = 20.0
STARTING = 90.0
"""Seconds that a server may take to start on a machine that has much else to do."""


@dataclass(frozen=True, slots=True)
class Postgres:
    url: str
    pid: int

    def cpu(self) -> dict[int, float]:
        """CPU seconds of the postmaster and each of its processes so far."""
        postmaster = psutil.Process(self.pid)
        found: dict[int, float] = {}
        for process in (postmaster, *postmaster.children()):
            try:
                found[process.pid] = cpu_of(process.pid)
            except psutil.NoSuchProcess:
                continue
        return found


@dataclass(frozen=True, slots=True)
class Server:
    name: str
    port: int
    pid: int

    def ask(self, request: bytes, patience: float = TIME_LIMIT) -> tuple[int, Any]:
        """The status and the JSON of one answer."""
        with socket.create_connection((HOST, self.port), timeout=patience) as line:
            line.sendall(request.replace(b"\r\n", b"\r\nconnection: close\r\n", 1))
            answer = b"".join(iter(lambda: line.recv(65536), b""))
        head, _, body = answer.partition(b"\r\n\r\n")
        return int(head.split(b" ", 2)[1]), orjson.loads(body)


class Load:
    """The load generator: takes jobs one by one, a line of JSON each, and answers with a line."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        self.pid = process.pid

    def do(self, **job: object) -> dict[str, Any]:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(orjson.dumps(job) + b"\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the load generator is gone")
        done: dict[str, Any] = orjson.loads(line)
        return done


def cpu_of(pid: int) -> float:
    """CPU seconds of one process so far."""
    times = psutil.Process(pid).cpu_times()
    return float(times.user + times.system)


def memory_of(pid: int) -> int:
    """Bytes of memory that a process has to itself and shares."""
    return int(psutil.Process(pid).memory_info().rss)


@contextmanager
def postgres(folder: Path) -> Iterator[Postgres]:
    """A PostgreSQL of its own in an empty folder, started as Compagnon starts its own."""
    folder.parent.chmod(0o711)  # PostgreSQL of root's is another user, and must get through
    with attached(directory_of(folder)) as url:
        pid = (folder / NAME / "postmaster.pid").read_text().split("\n", 1)[0]
        yield Postgres(url, int(pid))


@contextmanager
def server(name: str, app: str, settings: dict[str, str]) -> Iterator[Server]:
    """An app in a process of its own, on a free port of the loopback."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    with socket.create_server((HOST, 0), backlog=256) as listening:
        descriptor = listening.fileno()
        command = [sys.executable, "-m", "bench.serving", app, str(descriptor)]
        process = subprocess.Popen(command, cwd=ROOT, pass_fds=[descriptor], env=kept | settings)
        port: int = listening.getsockname()[1]
    try:
        yield Server(name, port, process.pid)
    finally:
        _end(process)


@contextmanager
def load() -> Iterator[Load]:
    command = [sys.executable, "-m", "bench.load"]
    pipes = subprocess.PIPE
    process = subprocess.Popen(command, cwd=ROOT, stdin=pipes, stdout=pipes)
    try:
        yield Load(process)
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(3)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
