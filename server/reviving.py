"""The embedded database, started again when it has died: nobody else would do it."""

import asyncio
from pathlib import Path

import structlog

from server.embedded import revive
from server.errors import traced

log = structlog.get_logger("compagnon.embedded")

LOOK_EVERY = 0.25


async def keep_alive(directory: Path) -> None:
    """Looks after it for ever; whoever comes first of several processes starts it."""
    while True:
        await asyncio.sleep(LOOK_EVERY)
        try:
            if await asyncio.to_thread(revive, directory):
                log.warning("the database had died and was started again")
        except Exception as error:
            log.error("the database has died and does not start", **traced(error))
