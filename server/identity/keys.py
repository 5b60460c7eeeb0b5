"""A provider's keys, kept for a while: one asks for them, all wait, and not too often."""

import asyncio
import time
from collections.abc import Awaitable, Callable

import structlog
from joserfc.jwk import Key

log = structlog.get_logger("compagnon.identity")

FRESH = 600.0
"""Seconds after which keys are fetched anew, in the background: one may be withdrawn."""
STALE = 24 * 3600.0
"""Seconds for which they go on being good while the provider does not answer."""
AGAIN = 30.0
"""Seconds between two attempts, whatever strange keys tokens name and however it failed."""


class ProviderAway(Exception):
    """The identity provider does not answer, or not with what it should: nobody can be told from
    anybody until it does."""


class Keys:
    """The keys that `fetch` brings."""

    def __init__(self, fetch: Callable[[], Awaitable[list[Key]]]) -> None:
        self._fetch = fetch
        self._keys: list[Key] = []
        self._fetched_at = self._tried_at = float("-inf")
        self._fetching: asyncio.Task[None] | None = None
        self._failure: Exception | None = None

    async def find(self, kid: str | None, key_type: str) -> Key | None:
        """The key of this name and type; None when there is none, or more than one without a name.

        Raises what `fetch` does while there are no keys at all.
        """
        now = time.monotonic()
        if now - self._fetched_at > STALE:
            await self._renew(now)
            if now - self._fetched_at > STALE and self._failure is not None:
                raise self._failure
        elif now - self._fetched_at > FRESH:
            self._begin(now)
        found = self._among(kid, key_type)
        if found is None and kid is not None:  # new keys may have been published
            await self._renew(now)
            found = self._among(kid, key_type)
        return found

    async def find_changed(self, before: Key, kid: str | None) -> Key | None:
        """What has taken the place of a key that does not fit, if anything has: providers that
        give their keys no names change them as others do."""
        await self._renew(time.monotonic())
        found = self._among(kid, before.key_type)
        return None if found is before else found

    def _among(self, kid: str | None, key_type: str) -> Key | None:
        fitting = [key for key in self._keys if key.key_type == key_type and kid in (None, key.kid)]
        return fitting[0] if len(fitting) == 1 else None

    async def _renew(self, now: float) -> None:
        task = self._begin(now)
        if task is not None:
            await asyncio.wait([task])

    def _begin(self, now: float) -> asyncio.Task[None] | None:
        """The fetching under way, or a new one unless there has just been one."""
        if self._fetching is None and now - self._tried_at > AGAIN:
            self._tried_at = now
            self._fetching = asyncio.create_task(self._take())
        return self._fetching

    async def _take(self) -> None:
        try:
            self._keys = await self._fetch()
            self._fetched_at, self._failure = time.monotonic(), None
        except Exception as error:
            self._failure = error
            log.warning("the identity provider's keys cannot be had", exc_info=error)
        finally:
            self._fetching = None

    async def close(self) -> None:
        """Leaves no task behind."""
        if self._fetching is not None:
            self._fetching.cancel()
            await asyncio.wait([self._fetching])
