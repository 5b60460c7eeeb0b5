"""The server of a bench of faults, and the people on it."""

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import httpx2

from tests.servers import CLI, MASTER_KEY, SECRET_KEY, ServerProcess

KEYS = {"secret_key": SECRET_KEY, "master_keys": MASTER_KEY}
_CALM = {"rate_limits": "off", "access_token_minutes": "600"}


@asynccontextmanager
async def serving(
    workers: int = 2, settings: Mapping[str, str] = _CALM, module: str = CLI
) -> AsyncIterator[ServerProcess]:
    """A server on these settings; without a database among them it brings its own."""
    with tempfile.TemporaryDirectory(prefix="compagnon-faults-") as directory:
        os.chmod(directory, 0o711)  # noqa: S103
        own = {} if "database_url" in settings else {"data_dir": f"{directory}/data"}
        server = ServerProcess(
            Path(directory) / "log",
            {**_CALM, **settings, **own},
            ("--workers", str(workers)),
            module,
        )
        try:
            await started(server)
            yield server
        finally:
            await asyncio.to_thread(server.end)


async def started(server: ServerProcess) -> None:
    """Starts it, however long that takes on a crowded machine."""
    with suppress(AssertionError):
        await asyncio.to_thread(server.start)
    while await asyncio.to_thread(server.answers, "/readyz") != 200:
        await asyncio.sleep(0.1)


async def read(server: ServerProcess, path: str) -> str:
    """A page of the server's."""
    async with httpx2.AsyncClient(timeout=30) as client:
        return (await client.get(f"{server.url}{path}")).text
