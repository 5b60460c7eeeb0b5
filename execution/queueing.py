"""What holds the event loop for long is done by one after the other, each in a turn of its own.

A document that is new takes milliseconds to parse and to validate, and nothing can interrupt that.
Ten that come at once would otherwise do it in one turn, and everybody else wait for all of them.
"""

import asyncio


class Queue:
    """Lets one through in each turn of the event loop, in the order they came."""

    def __init__(self) -> None:
        self._lock = asyncio.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None

    async def turn(self) -> None:
        """Returns in a turn in which nobody else is let through."""
        async with self._lock_here():
            await asyncio.sleep(0)

    def _lock_here(self) -> asyncio.Lock:
        """A schema may outlive the loop it was first asked in."""
        loop = asyncio.get_running_loop()
        if self._loop is not loop:
            self._lock, self._loop = asyncio.Lock(), loop
        return self._lock
