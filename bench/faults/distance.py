"""A network that takes its time: between a server and its PostgreSQL, for as long as one wants."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path


class Distance:
    """Passes on what the two say to each other, the answers `seconds` late."""

    def __init__(self, there: Path) -> None:
        self.seconds = 0.0
        self._there, self._open = there, set[asyncio.Task[None]]()

    @asynccontextmanager
    async def between(self) -> AsyncIterator[int]:
        """The port to connect to instead of to the socket of PostgreSQL."""
        serving = await asyncio.start_server(self._connected, "127.0.0.1")
        try:
            yield serving.sockets[0].getsockname()[1]
        finally:
            serving.close()
            for task in self._open:
                task.cancel()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if (task := asyncio.current_task()) is not None:
            self._open.add(task)
            task.add_done_callback(self._open.discard)
        answers, questions = await asyncio.open_unix_connection(self._there)
        with suppress(OSError, asyncio.CancelledError):
            await asyncio.gather(self._carry(reader, questions, 0), self._carry(answers, writer, 1))
        writer.transport.abort()
        questions.transport.abort()

    async def _carry(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, times: int
    ) -> None:
        loop = asyncio.get_running_loop()
        under_way = asyncio.Queue[tuple[float, bytes]]()

        async def arrive() -> None:
            while True:
                due, chunk = await under_way.get()
                await asyncio.sleep(due - loop.time())
                if not chunk:
                    raise ConnectionResetError
                writer.write(chunk)
                await writer.drain()

        async def leave() -> None:
            chunk = b"."
            while chunk:
                chunk = await reader.read(65536)
                under_way.put_nowait((loop.time() + times * self.seconds, chunk))

        await asyncio.gather(arrive(), leave())
