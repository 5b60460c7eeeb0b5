"""A process that has read everything, and turns into commands of `compagnon` when it is asked to.

`python -m tests.forerunner DESCRIPTOR`: the socket over which `tests.prepared` asks. Each command
is a fork, which goes on as one that was started on the command line would: same output, same end.
"""

import gc
import os
import signal
import socket
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from selectors import EVENT_READ, DefaultSelector

import orjson

from server import cli
from tests.hashing import hasten

COMMANDS = Path(cli.__file__).parent / "commands"
LENGTH = 4
"""Bytes before each request that say how long it is."""
_reporting: dict[int, socket.socket] = {}
"""Where the end of each command is told."""


def read_everything() -> None:
    """All modules that a command or a server may read by itself, and nothing they do; passwords
    are hashed in haste."""
    import_module("server.app")
    for command in COMMANDS.glob("[a-z]*.py"):
        import_module(f"server.commands.{command.stem}")
    for late in ("uvloop", "uvicorn.lifespan.on", "broadcaster._backends.postgres", "server.demo"):
        import_module(late)
    hasten()
    gc.collect()
    gc.freeze()


def become(asking: socket.socket) -> Sequence[str]:
    """Returns in each fork, with what its command line says; without anybody who asks, ends."""
    ended, end = socket.socketpair()
    end.setblocking(False)
    signal.set_wakeup_fd(end.fileno())
    signal.signal(signal.SIGCHLD, lambda *_: None)
    with DefaultSelector() as selector:
        selector.register(asking, EVENT_READ)
        selector.register(ended, EVENT_READ)
        while True:
            for key, _ in selector.select():
                if key.fileobj is ended:
                    ended.recv(1024)
                    _report()
                elif (asked := _asked(asking)) is None:
                    sys.exit()
                elif (line := _forked(*asked)) is not None:
                    signal.set_wakeup_fd(-1)
                    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                    for one in (ended, end, asking, *_reporting.values()):
                        one.close()
                    return line


def _asked(asking: socket.socket) -> tuple[dict[str, object], list[int]] | None:
    head, files, *_ = socket.recv_fds(asking, LENGTH, 4)
    if not head:
        return None
    left, body = int.from_bytes(head), b""
    while len(body) < left:
        body += asking.recv(left - len(body))
    return orjson.loads(body), files


def _forked(request: dict[str, object], files: list[int]) -> Sequence[str] | None:
    """In the fork its arguments, here None."""
    told = socket.socket(fileno=files[0])
    pid = os.fork()
    if pid != 0:
        _reporting[pid] = told
        told.sendall(b"%d\n" % pid)
        for file in files[1:]:
            os.close(file)
        return None
    told.close()
    os.setsid()
    signal.signal(signal.SIGHUP, signal.SIG_DFL)  # as at a terminal, where the tests have none
    for number, file in enumerate(files[1:]):
        os.dup2(file, number)
        os.close(file)
    os.environ.clear()
    os.environ.update(request["environment"])  # type: ignore[call-overload]
    return request["arguments"]  # type: ignore[return-value]


def _report() -> None:
    while _reporting:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if pid == 0:
            return
        with _reporting.pop(pid) as told, suppress(OSError):  # perhaps nobody waits any more
            told.sendall(b"%d\n" % os.waitstatus_to_exitcode(status))


if __name__ == "__main__":
    read_everything()
    cli.main(become(socket.socket(fileno=int(sys.argv[1]))))
