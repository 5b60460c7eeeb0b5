"""The process that works out assignments: one job at a time, until nobody asks any more.

It does not outlive whoever has started it, nor its time limit, even where nobody is left to end it
and a solver, deep in its work, hears of nothing: the kernel sees to both.
"""

import ctypes
import os
import resource
import signal
import sys
import traceback

from domain.matching.failures import PinGoneError, TooLargeError
from domain.matching.jobs import do
from domain.matching.wire import DONE, FAILED, PIN_GONE, TOO_LARGE, receive, send

_NICE = 10
"""Behind everybody who waits for an answer that is quicker to give."""


_DIE_WITH_PARENT = 1
"""PR_SET_PDEATHSIG."""
_MEMORY = 4 << 30
"""Bytes of addresses it may use; a third of it is what the largest programs take."""


def main() -> None:
    """Answers until the input ends; the one argument is the id of the process that started it."""
    _keep_in_bounds(int(sys.argv[1]))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who has started it ends it
    os.nice(_NICE)
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # nothing else may get between the answers
    requests = sys.stdin.buffer
    while (limit := receive(requests)) and (request := receive(requests)) is not None:
        signal.setitimer(signal.ITIMER_REAL, float(limit))  # not caught: it ends the process
        answer = _answer(request)
        signal.setitimer(signal.ITIMER_REAL, 0)
        send(answers, answer)


def _keep_in_bounds(parent: int) -> None:
    """Elsewhere than on Linux it ends when its input does, or its time."""
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
        if os.getppid() != parent:  # it was over before this was said
            sys.exit()


def _answer(request: bytes) -> bytes:
    try:
        return DONE + do(request)
    except (TooLargeError, MemoryError):
        return TOO_LARGE
    except PinGoneError:
        return PIN_GONE
    except Exception as error:
        frames = traceback.extract_tb(error.__traceback__)[-6:]
        where = " < ".join(f"{frame.name}:{frame.lineno}" for frame in reversed(frames))
        told = f"{type(error).__name__} in {where}"  # never with what: people's words are in it
        sys.stderr.write(f"an assignment could not be worked out: {told}\n")
        return FAILED + told.encode()


if __name__ == "__main__":
    main()
