"""What a process of ours is doing, seen from outside."""

import asyncio
import fcntl
import os
import termios
from collections.abc import Callable

import psutil


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


async def come_to(holds: Callable[[], bool]) -> None:
    """Waits for a state that announces itself to nobody."""
    async with asyncio.timeout(30):
        while not holds():
            await asyncio.sleep(0.02)
