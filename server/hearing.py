"""What comes over a socket that was handed over, heard one message after the other."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from server.wires import SocketConnection

Event = dict[str, Any]


class Hearing:
    """Calls `listen` with each message and `end` with the end, each once the one before is done.

    There is a task while there is something to hear, and none while nobody says anything.
    """

    __slots__ = ("_end", "_listen", "_listening", "_unheard", "_wire")

    def __init__(
        self,
        wire: SocketConnection,
        listen: Callable[[Event], Awaitable[None]],
        end: Callable[[], Awaitable[None]],
    ) -> None:
        self._wire, self._listen, self._end = wire, listen, end
        self._unheard: tuple[Event, ...] = ()
        self._listening: asyncio.Task[None] | None = None

    def hear(self, event: Event) -> None:
        """Something has come; what is said on a socket that is closed is not heard."""
        self._unheard = (*self._unheard, event)
        if self._listening is None:
            self._listening = asyncio.create_task(self._go_on())

    async def _go_on(self) -> None:
        try:
            while self._unheard:
                event, *left = self._unheard
                self._unheard = tuple(left)
                if event["type"] == "websocket.disconnect":
                    await self._end()
                elif self._wire.is_open:
                    await self._listen(event)
        finally:
            self._listening = None
            self._wire.read_on()
