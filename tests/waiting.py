"""Waiting for a state that announces itself to nobody."""

import asyncio
import time
from collections.abc import Callable, Iterator

PATIENCE = 60.0
"""Seconds: far more than it takes, since others may keep the machine busy."""
_PAUSE = 0.02


async def come_to(holds: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Waits for it while the event loop goes on."""
    for _ in _looked_for(holds, seconds):
        await asyncio.sleep(_PAUSE)


def until(holds: Callable[[], object], seconds: float = PATIENCE) -> None:
    """The same where there is no event loop: nothing else goes on in this process meanwhile."""
    for _ in _looked_for(holds, seconds):
        time.sleep(_PAUSE)


def _looked_for(holds: Callable[[], object], seconds: float) -> Iterator[None]:
    """Goes round as long as it does not hold, and fails after so many seconds."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"it has not come to that in {seconds} seconds"
        yield
