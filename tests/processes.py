"""What a process of ours is doing, seen from outside, and how to keep it from doing it."""

import fcntl
import os
import signal
import termios
import time

import psutil

_AT_REST = {psutil.STATUS_STOPPED, psutil.STATUS_ZOMBIE}
"""One that has just ended stays for as long as its parent does nothing."""


def freeze(*processes: int) -> None:
    """Stops them; they do nothing any more once this returns.

    A signal alone is only on its way: who waits for input and is sent some before the signal is
    seen reads it, and stops afterwards.
    """
    for process in processes:
        os.kill(process, signal.SIGSTOP)
    for process in processes:
        while psutil.Process(process).status() not in _AT_REST:
            time.sleep(0.001)


def thaw(*processes: int) -> None:
    """Lets them go on."""
    for process in processes:
        os.kill(process, signal.SIGCONT)


def has_unread(process: int) -> bool:
    """Whether it was sent something that it has not read."""
    end = os.open(f"/proc/{process}/fd/0", os.O_RDONLY | os.O_NONBLOCK)
    try:
        return fcntl.ioctl(end, termios.FIONREAD, b"\0" * 4) != b"\0" * 4
    finally:
        os.close(end)


def is_gone(process: int) -> bool:
    """Whether nothing is left of it."""
    return not psutil.pid_exists(process)
