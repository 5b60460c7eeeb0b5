"""Whether the process lives, and whether it is ready to serve."""

import asyncio

import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from models.connecting import config
from models.database import fetch
from models.migrating import pending
from realtime.hub import Hub
from server.ticking import pulse

log = structlog.get_logger("compagnon.health")

ANSWERS_WITHIN = 1.0
OLDEST_BEAT = 5.0
"""Seconds; a hub beats twice a second, and starts anew after two seconds of silence."""
OLDEST_TICK = 120.0
"""Seconds; a worker ticks about every 20, and each kind of work has its own limits."""
_MIGRATIONS = config("postgresql://")
"""Whatever the URL: it is the connected database that is asked."""
_NEVER_STORED = {"cache-control": "no-store"}


def routes() -> list[BaseRoute]:
    """GET /healthz and GET /readyz, for whoever restarts the process or sends it work."""
    return [Route("/healthz", healthz), Route("/readyz", Readiness().readyz)]


async def healthz(request: Request) -> Response:
    """200 as long as the event loop turns."""
    return JSONResponse({"status": "alive"}, headers=_NEVER_STORED)


class Readiness:
    """What is asked of the database is asked once at a time, however long it takes to answer."""

    def __init__(self) -> None:
        self._asking: asyncio.Task[bool] | None = None
        self._is_migrated = False

    async def readyz(self, request: Request) -> Response:
        """200 when every part is ready, else 503; says it of each part."""
        hub: Hub = request.state.hub
        parts = {
            "database": await self._database_answers(),
            "migrations": self._is_migrated,
            "hub": hub.is_listening and hub.age < OLDEST_BEAT,
            "ticking": pulse.since_beat < OLDEST_TICK,
        }
        is_ready = all(parts.values())
        body = {"status": "ready" if is_ready else "not ready", **parts}
        return JSONResponse(body, 200 if is_ready else 503, _NEVER_STORED)

    async def _database_answers(self) -> bool:
        if self._asking is None:
            self._asking = asyncio.create_task(self._ask())
        asking = self._asking
        await asyncio.wait({asking}, timeout=ANSWERS_WITHIN)
        if not asking.done():
            return False
        self._asking = None
        return asking.result()

    async def _ask(self) -> bool:
        try:
            await fetch("SELECT 1")
            # A migration comes with a new version of the program, which is another process.
            self._is_migrated = self._is_migrated or not await pending(_MIGRATIONS)
        except Exception as error:
            log.warning("database does not answer", exc_info=error)
            return False
        return True
