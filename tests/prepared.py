"""Commands of `compagnon` that begin at once: forks of a process which has read everything."""

import atexit
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import IO

import orjson

from tests.forerunner import LENGTH

ROOT = Path(__file__).parents[1]


class Prepared:
    """One of them, for those who know `subprocess.Popen`; it leads a session of its own."""

    def __init__(self, told: socket.socket, arguments: Sequence[str]) -> None:
        self.args = list(arguments)
        self.returncode: int | None = None
        self._told, self._heard = told, b""
        self.pid = int(self._line(None))

    def poll(self) -> int | None:
        with suppress(subprocess.TimeoutExpired):
            self.wait(0)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        if self.returncode is None:
            try:
                self.returncode = int(self._line(timeout))
            except (TimeoutError, BlockingIOError):
                raise subprocess.TimeoutExpired(self.args, timeout or 0) from None
            self._told.close()
        return self.returncode

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def _line(self, timeout: float | None) -> bytes:
        """What is said next; it is never long."""
        self._told.settimeout(timeout)
        while b"\n" not in self._heard:
            if not (more := self._told.recv(64)):
                raise RuntimeError("the process that begins others is gone")
            self._heard += more
        line, _, self._heard = self._heard.partition(b"\n")
        return line


class _Forerunner:
    """The process that begins the others, itself begun when first one is wanted."""

    def __init__(self) -> None:
        self._turn = Lock()
        self._asking: socket.socket | None = None

    def begin(
        self, arguments: Sequence[str], environment: Mapping[str, str], *files: IO[bytes]
    ) -> Prepared:
        body = orjson.dumps({"arguments": arguments, "environment": environment})
        told, end = socket.socketpair()
        with self._turn, end:
            if self._asking is None:
                self._asking = _forerunner()
            request = len(body).to_bytes(LENGTH) + body
            handed = [end.fileno(), *(file.fileno() for file in files)]
            socket.send_fds(self._asking, [request[:LENGTH]], handed)
            self._asking.sendall(request[LENGTH:])
        return Prepared(told, arguments)


def _forerunner() -> socket.socket:
    asking, asked = socket.socketpair()
    with asked:
        number = asked.fileno()
        command = [sys.executable, "-m", "tests.forerunner", str(number)]
        process = subprocess.Popen(command, cwd=ROOT, pass_fds=[number])

    def end() -> None:
        asking.close()
        process.wait()

    atexit.register(end)
    return asking


_forerunner_of_all = _Forerunner()


def begin(
    arguments: Sequence[str],
    environment: Mapping[str, str],
    stdout: IO[bytes],
    stderr: IO[bytes],
) -> Prepared:
    """Begins `compagnon` with these arguments, in this environment and no other."""
    with open(os.devnull, "rb") as nothing:
        return _forerunner_of_all.begin(arguments, environment, nothing, stdout, stderr)
