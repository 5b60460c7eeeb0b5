"""The workers of a server: forked from a process that has read everything, watched, and replaced.

A worker begins where this process stands, so that it is there in a moment, and shares its memory.
In return this process does nothing that a fork could not take along: no thread, no event loop and
no connection is open in it.
"""

import gc
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from selectors import EVENT_READ, PollSelector

import structlog

from server.failing import CannotStart
from server.forking import READY, STOPPING, Child, Line, fork

log = structlog.get_logger("compagnon.process")

SILENT = 60.0
"""Seconds after which a worker that says nothing is given up. It speaks once a second."""
APART = 1.0
"""Seconds between two births in one place: what ends at once would keep the machine busy."""
_LOOK_EVERY = 1.0


@dataclass
class _Place:
    child: Child | None = None
    born: float = float("-inf")
    heard: float = 0.0
    is_ready: bool = False


class Nursery:
    """A number of places for workers, each filled anew when whoever had it is gone."""

    def __init__(
        self,
        work: Callable[[Line], int],
        places: int,
        when_ready: Callable[[], None],
        longest_end: float,
        silent: float = SILENT,
    ) -> None:
        self._work, self._when_ready = work, when_ready
        self._longest_end, self._silent = longest_end, silent
        self._places = [_Place() for _ in range(places)]
        self._has_been_ready = self._is_ending = False

    def keep(self) -> None:
        """Keeps all places filled until SIGTERM, SIGINT or SIGHUP, then ends who is there.

        At first, whatever keeps a worker from starting is told and ends it all. Later it is the
        database that is away, perhaps, and it will be back.
        """
        gc.collect()
        gc.freeze()
        with _signals() as told:
            try:
                while not _numbers(told):
                    self._fill()
                    self._watch(told)
            finally:
                self._end(told)

    def _fill(self) -> None:
        for place in self._places:
            now = time.monotonic()
            if place.child is None and now - place.born >= APART:
                place.born = place.heard = now
                place.is_ready = False
                try:
                    place.child = fork(self._work, self._children())
                except OSError:
                    log.exception("a worker cannot be started")

    def _watch(self, told: socket.socket) -> None:
        """Waits for news, and takes them."""
        self._listen(told, self._patience())
        if not self._has_been_ready and all(place.is_ready for place in self._places):
            self._has_been_ready = True
            self._when_ready()
        for place in self._places:
            if place.child is not None and time.monotonic() - place.heard > self._silent:
                log.error("a worker says nothing", worker=place.child.pid)
                self._bury(place)

    def _patience(self) -> float:
        """Seconds until an empty place may be filled, or else until the next look."""
        now = time.monotonic()
        due = [place.born + APART - now for place in self._places if place.child is None]
        return max(0.0, min((_LOOK_EVERY, *due)))

    def _listen(self, told: socket.socket, patience: float) -> None:
        with PollSelector() as selector:
            watched: list[socket.socket | Child] = [told, *self._children()]
            for one in watched:
                selector.register(one, EVENT_READ)
            heard = [key.fileobj for key, _ in selector.select(patience)]
        for place in self._places:
            if place.child is None or place.child not in heard:
                continue
            if words := place.child.heard():
                place.heard = time.monotonic()
                place.is_ready |= READY in words
            else:
                self._bury(place)

    def _bury(self, place: _Place) -> None:
        if place.child is None:
            return
        child, place.child = place.child, None
        code = child.bury()
        if self._is_ending:
            return
        if code > 0 and not self._has_been_ready:
            raise CannotStart("A worker has not started; the log says why.")
        log.warning("a worker has ended", worker=child.pid, code=code)

    def _end(self, told: socket.socket) -> None:
        """Ends all who are there: what they are doing they finish; whoever takes too long is cut.

        Who presses Ctrl+C twice does not wait for clients.
        """
        self._is_ending = True
        deadline = time.monotonic() + self._longest_end
        for child in self._children():
            child.send(signal.SIGTERM)
        while self._children() and (left := deadline - time.monotonic()) > 0:
            self._listen(told, left)
            if signal.SIGINT in _numbers(told):
                for child in self._children():
                    child.send(signal.SIGINT)
        for child in self._children():
            log.error("a worker does not end", worker=child.pid)
            child.bury()

    def _children(self) -> list[Child]:
        return [place.child for place in self._places if place.child is not None]


@contextmanager
def _signals() -> Iterator[socket.socket]:
    """What can be read once a signal to stop has come: its number."""
    told, tell = socket.socketpair()
    tell.setblocking(False)
    told.setblocking(False)
    before = {number: signal.getsignal(number) for number in STOPPING}
    others = signal.set_wakeup_fd(tell.fileno())
    for number, handler in before.items():
        if handler is not signal.SIG_IGN:  # nohup
            signal.signal(number, lambda *_: None)
    try:
        yield told
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(others)
        told.close()
        tell.close()


def _numbers(told: socket.socket) -> bytes:
    try:
        return told.recv(64)
    except BlockingIOError:
        return b""
