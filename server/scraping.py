"""GET /metrics, for those who may read it."""

import asyncio
import os
import secrets
from pathlib import Path

from prometheus_client import REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from server.addresses import is_loopback
from server.metrics import count
from server.settings import Settings
from server.sharing import DIRECTORY

_FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip", "via")
_NEVER_STORED = {"cache-control": "no-store"}


def metrics_page(settings: Settings) -> list[BaseRoute]:
    """The page, open to whoever has the token; without one to this machine alone, and in production
    to nobody: what passes through a proxy comes from this machine, too."""
    token = settings.metrics_token
    if token is None and settings.production:
        return []
    expected = None if token is None else f"Bearer {token.get_secret_value()}".encode()

    async def metrics(request: Request) -> Response:
        if expected is None:
            if not _is_from_here(request):
                return PlainTextResponse("Not Found", 404, _NEVER_STORED)
        elif not secrets.compare_digest(_authorization(request), expected):
            refused = {**_NEVER_STORED, "www-authenticate": "Bearer"}
            return PlainTextResponse("The token is not good.", 401, refused)
        count()
        text = await asyncio.to_thread(rendered)
        return Response(text, headers=_NEVER_STORED, media_type=CONTENT_TYPE_LATEST)

    return [Route("/metrics", metrics, methods=["GET"])]


def rendered() -> bytes:
    """All numbers, of all workers, in Prometheus's own format."""
    directory = os.environ.get(DIRECTORY)
    if directory is None:
        return generate_latest(REGISTRY)
    for process in _ended(Path(directory)):
        mark_process_dead(process, directory)  # type: ignore[no-untyped-call]
    registry = CollectorRegistry()
    MultiProcessCollector(registry, directory)  # type: ignore[no-untyped-call]
    return generate_latest(registry)


def _ended(directory: Path) -> set[int]:
    """The workers that are gone and have left numbers that were true while they lived."""
    wrote = {int(path.stem.rpartition("_")[2]) for path in directory.glob("gauge_live*_*.db")}
    return {process for process in wrote if not _lives(process)}


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _is_from_here(request: Request) -> bool:
    if request.client is None or any(name in request.headers for name in _FORWARDED):
        return False
    return is_loopback(request.client.host)


def _authorization(request: Request) -> bytes:
    return request.headers.get("authorization", "").encode()
