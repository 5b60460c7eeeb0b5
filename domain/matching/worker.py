"""The process that works out assignments: one job at a time, until nobody asks any more."""

import os
import signal
import sys
import traceback

from domain.matching.assignment import TooLargeError
from domain.matching.jobs import do
from domain.matching.proposing import PinGoneError
from domain.matching.wire import DONE, FAILED, PIN_GONE, TOO_LARGE, receive, send

_NICE = 10
"""Behind everybody who waits for an answer that is quicker to give."""


def main() -> None:
    """Answers until the input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who has started it ends it
    os.nice(_NICE)
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # nothing else may get between the answers
    while (request := receive(sys.stdin.buffer)) is not None:
        send(answers, _answer(request))


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
