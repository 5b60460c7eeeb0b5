"""Clients that follow: subscriptions run in this process, told one event after the other."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from typing import Any, Self

from strawberry import Schema

import realtime
from realtime.hub import Hub
from resolvers.context import Context
from schema import schema_of
from server.errors import formatted
from tests.integration.clients import Nobody, as_sent
from tests.waiting import come_to

PATIENCE = 10.0
"""Seconds after which what should have come is taken to be lost: less than a poll takes."""


@asynccontextmanager
async def running_hub(url: str = "memory://") -> AsyncIterator[Hub]:
    """The process's hub."""
    async with Hub(url) as hub:
        realtime.install(hub)
        try:
            yield hub
        finally:
            realtime.install(None)


class Follower:
    """A running subscription. `told` is what came so far, `codes` are those of its errors.

    async with Follower(hub, person, DOCUMENT, after="") as follower:
        event = await follower.next()
        assert await follower.rest() == []
    """

    def __init__(self, hub: Hub, person: Nobody, document: str, /, **variables: Any) -> None:
        self.told: list[dict[str, Any]] = []
        self.codes: list[str] = []
        self.context: Context | None = None
        self._hub, self._person = hub, person
        self._document, self._variables = document, variables
        self._taken = 0
        self._news = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        before = self._watched()
        self._task = asyncio.create_task(self._run())
        async with asyncio.timeout(PATIENCE):
            while self._watched() <= before and not self.is_over:
                await asyncio.sleep(0.001)  # until this one, too, listens
        self._demand_whole()
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._task is not None and not self._task.done():
            self._task.cancel()
            await asyncio.wait([self._task])
        self._demand_whole()

    async def next(self) -> dict[str, Any]:
        """The next event that has not been taken yet."""
        async with asyncio.timeout(PATIENCE):
            while self._taken == len(self.told):
                self._demand_whole()
                assert not self.is_over, f"it ended instead: {self.codes}"
                self._news.clear()
                await self._news.wait()
        self._taken += 1
        return self.told[self._taken - 1]

    async def rest(self) -> list[dict[str, Any]]:
        """What came and has not been taken, once everything that is there has been told."""
        await come_to(lambda: self.is_over or self._is_waiting())
        self._demand_whole()
        rest = self.told[self._taken :]
        self._taken = len(self.told)
        return rest

    async def end(self) -> list[str]:
        """Waits until it ends by itself; the codes it ended with."""
        assert self._task is not None
        async with asyncio.timeout(PATIENCE):
            await self._task
        return self.codes

    @property
    def is_over(self) -> bool:
        return self._task is not None and self._task.done()

    def _demand_whole(self) -> None:
        """What breaks the subscription breaks the test."""
        if self._task is not None and self._task.done() and not self._task.cancelled():
            self._task.result()

    def _is_waiting(self) -> bool:
        """Whether all who follow have read what there is, and wait for a wake-up."""
        watched = self._watched()
        return bool(watched) and all(not e.is_set() and len(e._waiters) for e in watched)

    def _watched(self) -> set[asyncio.Event]:
        watched = {waker for wakers in self._hub._watchers.values() for waker in wakers}
        return {waker for waker in watched if isinstance(waker, asyncio.Event)}

    async def _run(self) -> None:
        self.context = await self._person.context()
        results: Any = await schema().subscribe(
            self._document, variable_values=self._variables, context_value=self.context
        )
        try:
            async for result in results:
                if result.errors:
                    shown = formatted(result.errors, self.context.locale)
                    self.codes += [error["extensions"]["code"] for error in shown]
                if result.data is not None:
                    self.told.append(as_sent(next(iter(result.data.values()))))
                self._news.set()
        finally:
            self._news.set()
            await results.aclose()


@cache
def schema() -> Schema:
    return schema_of()
