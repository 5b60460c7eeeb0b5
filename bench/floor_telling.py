"""The floor's wake-ups: what was written is told to all processes, several things at a time."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import asyncpg

CHANNEL = "floor"


class Teller:
    """Publishes topics over a connection of its own, and hears them as every process does."""

    def __init__(self, pass_on: Callable[[str, str], Awaitable[None]]) -> None:
        self._pass_on = pass_on
        self._passing: set[asyncio.Task[None]] = set()
        self._topics: set[str] = set()
        self._filled = asyncio.Event()

    def tell(self, *topics: str) -> None:
        self._topics.update(topics)
        self._filled.set()

    @asynccontextmanager
    async def telling(self, url: str) -> AsyncIterator[None]:
        """Publishes from now on, until left."""
        connection = await asyncpg.connect(url)
        await connection.add_listener(CHANNEL, self._hear)
        task = asyncio.create_task(self._tell(connection))
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
            await connection.close()

    def _hear(self, *heard: object) -> None:
        """What begins with a pair and a brace is a frame for those who listen to it."""
        match, found, frame = str(heard[-1]).partition(" ")
        if found:
            task = asyncio.ensure_future(self._pass_on(match, frame))
            self._passing.add(task)
            task.add_done_callback(self._passing.discard)

    async def _tell(self, connection: asyncpg.Connection) -> None:
        while True:
            await self._filled.wait()
            topics, self._topics = self._topics, set()
            self._filled.clear()
            await connection.execute("SELECT pg_notify($1, $2)", CHANNEL, "\n".join(topics)[:7900])


class Announcer:
    """Tells the floor frames as a hub tells topics: several at a time, over a connection of its
    own, for which nobody who writes has to wait."""

    def __init__(self) -> None:
        self._frames: list[str] = []
        self._filled = asyncio.Event()

    def tell(self, frame: str) -> None:
        self._frames.append(frame)
        self._filled.set()

    @asynccontextmanager
    async def telling(self, url: str) -> AsyncIterator[None]:
        """Publishes from now on, until left; then what is left first."""
        connection = await asyncpg.connect(url)
        task = asyncio.create_task(self._tell(connection))
        try:
            yield
        finally:
            while self._frames:
                await asyncio.sleep(0.01)
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
            await connection.close()

    async def _tell(self, connection: asyncpg.Connection) -> None:
        while True:
            await self._filled.wait()
            frames, self._frames = self._frames, []
            self._filled.clear()
            await connection.execute(
                "SELECT pg_notify($1, frame) FROM unnest($2::text[]) AS frame", CHANNEL, frames
            )
