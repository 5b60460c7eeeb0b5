"""Counts that all workers share; while those do not answer, each worker counts for itself."""

import asyncio
import time

import structlog
from limits import RateLimitItem
from limits.aio.storage import RedisStorage, Storage
from limits.aio.strategies import FixedWindowRateLimiter

from server.errors import traced
from server.settings import Settings
from server.storages import InDatabase, Local

log = structlog.get_logger("compagnon.limits")

WITHIN = 1.0
"""Seconds the shared counts may take to answer; after that one counts for oneself."""


def storage_of(settings: Settings) -> Storage | None:
    """Where all workers count: the broker when it is a Redis, else the database."""
    url = settings.broadcast_url or ""
    if url.startswith(("redis://", "rediss://")):
        return RedisStorage(f"async+{url}", implementation="redispy", key_prefix="compagnon")
    if url.startswith("memory://") or (settings.is_embedded and settings.workers == 1):
        return None
    return InDatabase()


class Counts:
    """How often something was done, by the keys of who did it."""

    def __init__(self, shared: Storage | None = None) -> None:
        self._local = FixedWindowRateLimiter(Local())
        self._shared = FixedWindowRateLimiter(shared) if shared else self._local

    async def too_often(
        self, item: RateLimitItem, key: str, times: int, *, shared: bool
    ) -> int | None:
        """Counts so many times more; the seconds to wait when that is too often."""
        if shared and self._shared is not self._local:
            try:
                async with asyncio.timeout(WITHIN):
                    return await _hit(self._shared, item, key, times)
            except Exception as error:
                log.warning("limits not shared", **traced(error))
        return await _hit(self._local, item, key, times)

    async def clear(self, item: RateLimitItem, key: str) -> None:
        """Forgets what was counted, here and where it is shared."""
        try:
            async with asyncio.timeout(WITHIN):
                await self._shared.clear(item, key)
        except Exception as error:
            log.warning("limits not cleared", **traced(error))
        await self._local.clear(item, key)

    async def give_back(self, item: RateLimitItem, key: str) -> None:
        """Counts one less where it is shared, or here where it is not."""
        try:
            async with asyncio.timeout(WITHIN):
                await self._shared.storage.incr(item.key_for(key), item.get_expiry(), -1)
        except Exception as error:
            log.warning("limits not given back", **traced(error))

    async def close(self) -> None:
        """Hangs up at a broker that counts."""
        bridge = getattr(self._shared.storage, "bridge", None)
        if bridge is not None:
            await bridge.storage.aclose()


async def _hit(
    limiter: FixedWindowRateLimiter, item: RateLimitItem, key: str, n: int
) -> int | None:
    if await limiter.hit(item, key, cost=n):
        return None
    stats = await limiter.get_window_stats(item, key)
    return max(1, round(stats.reset_time - time.time() + 0.5))
