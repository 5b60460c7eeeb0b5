"""One connection to the broker: there while it works, gone for good once left, however broken."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import Any
from urllib.parse import urlsplit

from broadcaster import Broadcast
from broadcaster._backends.postgres import PostgresBackend
from broadcaster._base import Subscriber as Subscriber

CHANNEL = "compagnon"
POSTGRES = frozenset({"postgres", "postgresql"})
SCHEMES = POSTGRES | {"redis", "rediss", "memory"}

CONNECTING = 3.0
CLOSING = 1.0


@asynccontextmanager
async def connection(
    url: str, hear: Callable[[str], None]
) -> AsyncIterator[tuple[Broadcast, Subscriber]]:
    """Connects and subscribes within 3 s or raises; leaving takes 3 s at most and leaves no task.

    Of PostgreSQL's, `hear` is called with each message, and the subscriber has none.

    A frozen broker answers nothing, not even a farewell, and a dead one answers with errors that
    no longer matter: every step out has its own limit, and its errors are dropped.
    """
    is_postgres = urlsplit(url).scheme in POSTGRES
    broadcast = Broadcast(url, backend=_Postgres(url, hear) if is_postgres else None)
    async with AsyncExitStack() as steps:
        # The backend's, because the Broadcast's own disconnect() fails when connecting has failed.
        steps.push_async_callback(_at_most, CLOSING, broadcast._backend.disconnect)
        try:
            async with asyncio.timeout(CONNECTING):
                await broadcast.connect()
                subscription = broadcast.subscribe(CHANNEL)
                try:
                    subscriber = await subscription.__aenter__()
                except KeyError as hiding:  # so it fails in Broadcaster, whatever the reason
                    raise hiding.__context__ or hiding from None
            steps.push_async_callback(_at_most, CLOSING, subscription.__aexit__, None, None, None)
            yield broadcast, subscriber
        finally:
            # First: while it lives, redis-py's listener reconnects what is being closed.
            await _end_listeners(broadcast)


class _Postgres(PostgresBackend):
    """Hands over what it hears at once: through two queues it would wait for two tasks."""

    def __init__(self, url: str, hear: Callable[[str], None]) -> None:
        super().__init__(url)
        self._hear = hear

    def _listener(self, *heard: Any) -> None:
        self._hear(heard[-1])


async def end(tasks: Iterable[asyncio.Task[Any]]) -> None:
    """Cancels the tasks and waits until they are over, 1 s at most; their errors are dropped."""
    tasks = set(tasks)
    for task in tasks:
        task.add_done_callback(_retrieve)
        task.cancel()
    if tasks:
        await asyncio.wait(tasks, timeout=CLOSING)


async def _end_listeners(broadcast: Broadcast) -> None:
    """Ends the tasks that Broadcaster 0.3.1 starts, cancels at best and never waits for."""
    listener = getattr(broadcast, "_listener_task", None)
    redis_listener = getattr(broadcast._backend, "_listener", None)
    await end(task for task in (listener, redis_listener) if isinstance(task, asyncio.Task))


async def _at_most(seconds: float, step: Callable[..., Awaitable[Any]], *values: object) -> None:
    with suppress(Exception):
        async with asyncio.timeout(seconds):
            await step(*values)


def _retrieve(task: asyncio.Task[Any]) -> None:
    if not task.cancelled():
        task.exception()
