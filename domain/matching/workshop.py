"""Where assignments are worked out: one process beside each worker, with a time limit.

Not a thread: SciPy's solvers keep the interpreter to themselves for seconds. The process is started
when it is first needed and ended when it has had nothing to do for a while. Who stops waiting, or
has waited too long, ends it at once; the next one to ask starts another.
"""

import asyncio
import atexit
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from uuid import UUID

from domain.matching.failures import (
    BeyondLimitsError,
    BrokenError,
    CrowdedError,
    PinGoneError,
)
from domain.matching.wire import DONE, PIN_GONE, TOO_LARGE, receive, send

_IDLE = 120.0
"""Seconds without a request after which it ends: it holds some 100 MB."""
_EACH, _ALL = 20, 60
"""How many requests of one person may wait, and how many people."""
_MARGIN = 1.0
"""Seconds after which the process ends itself, if nobody has done so at the limit."""
_COMMAND = (sys.executable, "-P", "-m", "domain.matching.worker")
_ONE_THREAD = {f"{name}_NUM_THREADS": "1" for name in ("OPENBLAS", "OMP", "MKL")}


class Workshop:
    """One process, for one request at a time; each person has one place in the queue."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._turn = asyncio.Lock()
        self._turns: dict[UUID, asyncio.Lock] = {}
        self._asking: Counter[UUID] = Counter()
        self._idle: asyncio.TimerHandle | None = None

    async def do(self, read: Callable[[], Awaitable[bytes]], *, by: UUID, seconds: float) -> bytes:
        """The answer to a request; BeyondLimitsError after that many seconds, waiting included.

        What is asked is read when it is its turn: programs of thousands are large to hold, and
        slow to read.
        """
        self._bind()
        if self._asking[by] >= _EACH or (not self._asking[by] and len(self._asking) >= _ALL):
            raise CrowdedError
        own = self._turns.setdefault(by, asyncio.Lock())
        self._asking[by] += 1
        limit = asyncio.timeout(seconds)
        try:
            async with limit, own, self._turn:
                answer = await self._exchange(await read(), seconds)
        except TimeoutError:
            if not limit.expired():
                raise
            raise BeyondLimitsError from None
        finally:
            self._asking[by] -= 1
            # Not by the lock: it is free for a moment between two of theirs.
            if not self._asking[by]:
                del self._asking[by], self._turns[by]
        return _read(answer)

    def close(self) -> None:
        """Ends the process, whatever it is doing."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            _bury(process)

    @property
    def process_id(self) -> int | None:
        """The id of the process, or None while there is none."""
        return None if self._process is None else self._process.pid

    async def _exchange(self, request: bytes, seconds: float) -> bytes:
        if self._idle is not None:
            self._idle.cancel()
        process = self._running()
        try:
            answer = await asyncio.to_thread(_ask, process, request, seconds)
        except asyncio.CancelledError:
            self._give_up(process)
            raise
        if answer is None:
            self._give_up(process)
            raise BrokenError("the process has ended")
        self._idle = asyncio.get_running_loop().call_later(_IDLE, self.close)
        return answer

    def _give_up(self, process: subprocess.Popen[bytes]) -> None:
        """Ends the process at once; to put away what is left of it may take a moment longer."""
        self._process = None
        process.kill()
        asyncio.get_running_loop().run_in_executor(None, _bury, process)

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self.close()
            self._process = subprocess.Popen(
                (*_COMMAND, str(os.getpid())),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env=os.environ | _ONE_THREAD,
                start_new_session=True,
            )
        return self._process

    def _bind(self) -> None:
        """Locks belong to an event loop; a process may see more than one, one after the other."""
        loop = asyncio.get_running_loop()
        if self._loop is not loop:
            self._loop, self._turn, self._turns = loop, asyncio.Lock(), {}
            self._asking = Counter()


def _ask(process: subprocess.Popen[bytes], request: bytes, seconds: float) -> bytes | None:
    """The answer, or None when the process has ended; it does by itself after those seconds."""
    answer = None
    if process.stdin is not None and process.stdout is not None:
        with suppress(OSError):
            send(process.stdin, str(seconds + _MARGIN).encode())
            send(process.stdin, request)
            answer = receive(process.stdout)
    return answer


def _bury(process: subprocess.Popen[bytes]) -> None:
    process.wait()
    for pipe in (process.stdin, process.stdout):
        with suppress(OSError):  # what was still to be sent to it
            if pipe is not None:
                pipe.close()


def _read(answer: bytes) -> bytes:
    how, rest = answer[:1], answer[1:]
    if how == DONE:
        return rest
    if how == TOO_LARGE:
        raise BeyondLimitsError
    if how == PIN_GONE:
        raise PinGoneError
    raise BrokenError(rest.decode())


workshop = Workshop()
atexit.register(workshop.close)
