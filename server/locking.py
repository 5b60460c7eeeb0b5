"""File locks between processes; the system releases them when a process dies, however it dies."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from weakref import WeakSet

_held: WeakSet[IO[str]] = WeakSet()


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Waits until no other process holds `path`, then holds it; not to be nested."""
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def shared(path: Path) -> IO[str]:
    """Holds `path` together with others, until the file is closed."""
    file = path.open("a")
    fcntl.flock(file, fcntl.LOCK_SH)
    _held.add(file)
    return file


def is_held_alone(file: IO[str]) -> bool:
    """Whether nobody else holds what `shared` returned; then nobody else can from now on."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _let_go() -> None:
    """A fork has a hand on what its parent holds, and would hold on when the parent is gone."""
    for file in tuple(_held):
        file.close()


os.register_at_fork(after_in_child=_let_go)
