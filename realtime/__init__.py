"""Wake-ups of this process: who writes says `wake`, who waits says `watch`, through one hub."""

import asyncio
from contextlib import AbstractContextManager, nullcontext

from realtime.hub import Hub, Waker

_hub: Hub | None = None


def install(hub: Hub | None) -> None:
    """Makes this the process's hub; None takes it away."""
    global _hub
    _hub = hub


def wake(*topics: str) -> None:
    """Wakes all who watch one of these topics, in every process, after a commit; never raises."""
    if _hub is not None:
        _hub.wake(*topics)


async def flush() -> None:
    """Waits until the other processes have been told, 1 s at most: who wakes thousands waits."""
    if _hub is not None:
        await _hub.flush()


def watch(*topics: str) -> AbstractContextManager[asyncio.Event]:
    """An event set when one of these topics wakes; with no hub, only one's own poll ends a wait."""
    return nullcontext(asyncio.Event()) if _hub is None else _hub.watch(*topics)


def register(waker: Waker, *topics: str) -> None:
    """From now on sets it whenever one of these topics wakes; for whoever has no task to wait."""
    if _hub is not None:
        _hub.register(waker, *topics)


def unregister(waker: Waker, *topics: str) -> None:
    """Forgets it."""
    if _hub is not None:
        _hub.unregister(waker, *topics)
