"""Server processes that a test starts, asks, kills and starts again; and other commands."""

import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, TypeAlias
from urllib.parse import urlsplit

from tests import prepared
from tests.ports import free_port
from tests.waiting import PATIENCE, until

ROOT = Path(__file__).parents[1]

CLI = "server.cli"
Process: TypeAlias = subprocess.Popen[bytes] | prepared.Prepared

SECRET_KEY = "a secret that only the tests know"
MASTER_KEY = "dGhpcnR5LXR3byBieXRlcyBmb3IgYWxsIHRoZSB0ZXM="
"""32 bytes in base64."""


class ServerProcess:
    """One `compagnon serve`, on a port of its own, begun on the command line as people begin
    theirs; `start` returns once it is ready. `module`: what is run in place of the command."""

    def __init__(
        self,
        log: Path,
        settings: Mapping[str, str],
        arguments: Sequence[str] = (),
        module: str = CLI,
    ) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.ws_url = f"ws://127.0.0.1:{self.port}"
        self._log, self._arguments, self._module = log, arguments, module
        self.settings, self._environment = settings, environment(settings)
        self._process: Process | None = None

    @property
    def pid(self) -> int:
        return self._started().pid

    @property
    def log(self) -> str:
        """All that it has printed and logged since it was first started."""
        return self._log.read_text()

    def start(self) -> None:
        arguments = ("serve", "--port", str(self.port), *self._arguments)
        with self._log.open("ab") as log:
            self._process = self._begun(arguments, log)
        until(lambda: self._has_ended() or self.answers("/readyz") == 200)
        assert not self._has_ended(), self.log

    def kill(self) -> None:
        """Ends it at once, as the lack of memory does."""
        self._started().kill()
        self._started().wait(PATIENCE)

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Asks it to end, and returns its exit code."""
        self._started().send_signal(number)
        return self._started().wait(PATIENCE)

    def restart(self) -> None:
        """Starts it on the same port and data, after stopping it if need be."""
        self.end()
        self.start()

    def end(self) -> None:
        """Sees to it that nothing of it is left, whatever has happened to it."""
        if self._process is not None and not self._has_ended():
            try:
                self.stop()
            except subprocess.TimeoutExpired:
                self.kill()

    def answers(self, path: str) -> int | None:
        """The status with which it answers, or None when it does not."""
        try:
            with urllib.request.urlopen(f"{self.url}{path}", timeout=5) as response:
                status: int = response.status
                return status
        except urllib.error.HTTPError as error:
            with error:
                return error.code
        except OSError:
            return None

    def workers(self) -> list[int]:
        """The processes that serve, where there are several."""
        own = Path(f"/proc/{self.pid}/cmdline").read_bytes()
        found = []
        for child in self._children():
            with suppress(OSError):  # of one that has just ended there is nothing to read
                if Path(f"/proc/{child}/cmdline").read_bytes() == own:
                    found.append(child)
        return found

    def worker_at(self, port: int) -> int:
        """The worker that holds the other end of a connection from this port of ours."""
        ends = [f"{self.port:04X}", f"{port:04X}"]
        lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
        (inode,) = [line[9] for line in lines if [line[1][-4:], line[2][-4:]] == ends]
        assert inode != "0", "no worker has accepted it yet"
        for worker in self._children():
            if f"socket:[{inode}]" in _files_of(worker):
                return worker
        raise AssertionError("none of them holds it")

    def _children(self) -> list[int]:
        """All processes begun by it, workers or not."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text()
        return [int(child) for child in children.split()]

    def _begun(self, arguments: Sequence[str], log: IO[bytes]) -> Process:
        return subprocess.Popen(
            command(*arguments, module=self._module),
            env=self._environment,
            stdout=log,
            stderr=log,
            start_new_session=True,  # a Ctrl+C for the tests is not one for the server
        )

    def _started(self) -> Process:
        assert self._process is not None
        return self._process

    def _has_ended(self) -> bool:
        return self._started().poll() is not None


class PreparedServer(ServerProcess):
    """The same, begun as a fork of a process that has read everything: reading takes seconds."""

    def _begun(self, arguments: Sequence[str], log: IO[bytes]) -> Process:
        return prepared.begin(arguments, self._environment, log, log)


def run(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Runs one command of `compagnon` to its end."""
    with TemporaryFile() as stdout, TemporaryFile() as stderr:
        process = prepared.begin(arguments, environment(settings), stdout, stderr)
        try:
            code = process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
        said = []
        for file in (stdout, stderr):
            file.seek(0)
            said.append(file.read().decode())
        return subprocess.CompletedProcess(arguments, code, *said)


def run_afresh(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """The same as somebody at a terminal does it: a process that has still to read everything."""
    return subprocess.run(
        command(*arguments),
        env=environment(settings),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def command(*arguments: str, module: str = CLI) -> list[str]:
    return [sys.executable, "-m", module, *arguments]


def environment(settings: Mapping[str, str]) -> dict[str, str]:
    """This process's environment, with these settings and of its own only the executor."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("COMPAGNON_") or name == "COMPAGNON_EXECUTOR"
    }
    given = {f"COMPAGNON_{name.upper()}": value for name, value in settings.items()}
    return {**kept, "PYTHONPATH": str(ROOT), **given}


def url_of(server: str, database: str) -> str:
    """The URL of another database on the same PostgreSQL."""
    return urlsplit(server)._replace(path=f"/{database}").geturl()


def _files_of(process: int) -> set[str]:
    """What a process has open; of one that has just ended, nothing."""
    found = set()
    with suppress(OSError):
        for link in Path(f"/proc/{process}/fd").iterdir():
            with suppress(OSError):
                found.add(str(link.readlink()))
    return found
