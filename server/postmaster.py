"""The PostgreSQL that runs on a directory, told from whatever a crash has left behind there."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

SOCKET_LOCK = ".s.PGSQL.5432.lock"
"""Names the server, as postmaster.pid does."""


@dataclass(frozen=True, slots=True)
class Postmaster:
    """A living server; before it is ready its sockets are not known yet."""

    is_ready: bool
    sockets: Path | None


def running_on(data: Path) -> Postmaster | None:
    """The server on this directory, if the process that postmaster.pid names is one, and this one.

    The file outlives a crash, and its number is some other process's soon: in a container at once.
    """
    lines = _lines(_file(data))
    if not any(str(data) in word for word in _command(_pid(lines))):
        return None
    is_ready = len(lines) >= 8 and lines[7].strip() == "ready"
    return Postmaster(is_ready, Path(lines[4]) if is_ready else None)


def forget_another(data: Path) -> None:
    """Removes what is left behind where PostgreSQL would take it for a living server's.

    Only when nothing runs here. A number that no process has it sees through by itself, but not
    one that is kept until somebody asks for it: process 1 of a container does so late, or never.
    What may still be left of that server it looks for in either case.
    """
    for file in (_file(data), data / SOCKET_LOCK):
        pid = _pid(_lines(file))
        if pid == 0 or _command(pid) or _is_unburied(pid):
            file.unlink(missing_ok=True)


def _file(data: Path) -> Path:
    return data / "postmaster.pid"


def _lines(file: Path) -> list[str]:
    try:
        return file.read_text().splitlines()
    except FileNotFoundError:
        return []


def _pid(lines: list[str]) -> int:
    return int(lines[0]) if lines and lines[0].strip().isdigit() else 0


def _is_unburied(pid: int) -> bool:
    """Whether nothing but the number is left of a process."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return False


def _command(pid: int) -> list[str]:
    """The words a process was started with; none when there is no such process."""
    if Path("/proc/self/cmdline").exists():
        try:
            return os.fsdecode(Path(f"/proc/{pid}/cmdline").read_bytes()).split("\0")[:-1]
        except OSError:
            return []
    listed = subprocess.run(
        ["ps", "-o", "command=", "-p", str(pid)],  # noqa: S607
        capture_output=True,
        text=True,
        check=False,
    )
    return listed.stdout.splitlines()
