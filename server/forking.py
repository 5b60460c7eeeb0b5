"""A process forked to work, and the line between the two: its end is the end of who held it."""

import os
import signal
import socket
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import NoReturn

import structlog

log = structlog.get_logger("compagnon.process")

STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
ALIVE, READY = b".", b"!"


class Line:
    """The child's end: it can be read once the parent is gone."""

    def __init__(self, end: socket.socket) -> None:
        end.setblocking(False)
        self._end = end

    def tell(self, what: bytes) -> None:
        """Says that it is ALIVE, or READY; nobody waits for a parent that does not listen."""
        with suppress(OSError):
            self._end.send(what)

    def fileno(self) -> int:
        return self._end.fileno()


class Child:
    """The parent's end, and the process at the other one."""

    def __init__(self, pid: int, end: socket.socket) -> None:
        end.setblocking(False)
        self.pid, self._end = pid, end

    def fileno(self) -> int:
        return self._end.fileno()

    def heard(self) -> bytes:
        """What it has said by now; nothing once it has ended. For a line that can be read."""
        with suppress(ConnectionResetError):
            return self._end.recv(65536)
        return b""

    def send(self, number: signal.Signals) -> None:
        """Sends it a signal; its number is its own until it is buried."""
        os.kill(self.pid, number)

    def bury(self) -> int:
        """Ends it if it still lives, and returns its exit code; that of a signal is negative."""
        self.hang_up()
        self.send(signal.SIGKILL)
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])

    def hang_up(self) -> None:
        self._end.close()


def fork(work: Callable[[Line], int], siblings: Iterable[Child] = ()) -> Child:
    """A child that does this work and ends with its result as exit code.

    Of what is open here it keeps all but the lines to its siblings. To be called without threads.
    """
    ours, theirs = socket.socketpair()
    for stream in (sys.stdout, sys.stderr):
        stream.flush()  # or it would be written twice
    # A signal that came before the child has its own handlers would be taken for one to us.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, STOPPING)
    try:
        pid = os.fork()
        if pid == 0:
            _live(work, Line(theirs), [ours, *siblings], before)
    except OSError:
        ours.close()
        raise
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        theirs.close()
    return Child(pid, ours)


def _live(
    work: Callable[[Line], int],
    line: Line,
    others: list[socket.socket | Child],
    mask: Iterable[int],
) -> NoReturn:
    """The whole life of a child: what the parent has begun it neither goes on with nor closes."""
    code = 1
    try:
        for other in others:
            other.close() if isinstance(other, socket.socket) else other.hang_up()
        signal.set_wakeup_fd(-1)
        for number in STOPPING:
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, lambda *_: os._exit(0))  # until it has something to finish
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        code = work(line)
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except BaseException:
        log.exception("a worker has failed")
    finally:
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError):
                stream.flush()
        os._exit(code)
