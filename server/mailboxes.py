"""What somebody waits by at a socket: as asyncio's own, in a tenth of their memory."""

import asyncio
from collections.abc import Callable
from typing import Any, TypeAlias

Receiver: TypeAlias = Callable[[dict[str, Any]], None]
"""Told of each message, and of the end, as an application would receive them."""


def to_nobody(event: dict[str, Any]) -> None:
    """Where all that comes too late goes."""


class Mailbox:
    """What has come and nobody has taken yet: as `asyncio.Queue`."""

    __slots__ = ("_events", "_receiver", "_taker")

    def __init__(self) -> None:
        self._events: list[dict[str, Any]] = []
        self._taker: asyncio.Future[None] | None = None
        self._receiver: Receiver | None = None

    def put_nowait(self, event: dict[str, Any]) -> None:
        if self._receiver is not None:
            self._receiver(event)
            return
        self._events.append(event)
        if self._taker is not None and not self._taker.done():
            self._taker.set_result(None)

    async def get(self) -> dict[str, Any]:
        while not self._events:
            self._taker = asyncio.get_running_loop().create_future()
            await self._taker
        self._taker = None
        return self._events.pop(0)

    def empty(self) -> bool:
        return not self._events

    def forward(self, receiver: Receiver) -> None:
        """All that has come, and will, goes there."""
        self._receiver, events = receiver, self._events
        self._events = []
        for event in events:
            receiver(event)


class Gate:
    """As `asyncio.Event`, open at first, and small while nobody waits."""

    __slots__ = ("_waiting", "is_open")

    def __init__(self) -> None:
        self.is_open = True
        self._waiting: tuple[asyncio.Future[None], ...] = ()

    def is_set(self) -> bool:
        return self.is_open

    def clear(self) -> None:
        self.is_open = False

    def set(self) -> None:
        self.is_open = True
        waiting, self._waiting = self._waiting, ()
        for one in waiting:
            if not one.done():
                one.set_result(None)

    async def wait(self) -> bool:
        while not self.is_open:
            turn = asyncio.get_running_loop().create_future()
            self._waiting = (*self._waiting, turn)
            await turn
        return True
