"""Those who wait for a connection: first come, first served, and nobody for too long."""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Any

from models.presence import DatabaseAway


class Line:
    """Who waits in it has no timer of their own: there is one, for whoever has waited longest.

    `left` is given what came for somebody who has stopped waiting at that very moment.
    """

    def __init__(self, seconds: float, left: Callable[[Any], None]) -> None:
        self._seconds, self._left = seconds, left
        self._waiting: deque[tuple[asyncio.Future[Any], float]] = deque()
        self._timer: asyncio.TimerHandle | None = None

    async def wait(self) -> Any:
        """What one is served; DatabaseAway when nothing comes in time."""
        loop = asyncio.get_running_loop()
        turn: asyncio.Future[Any] = loop.create_future()
        self._waiting.append((turn, loop.time() + self._seconds))
        if self._timer is None:
            self._timer = loop.call_later(self._seconds, self._look, loop)
        try:
            return await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled() and turn.exception() is None:
                self._left(turn.result())
            raise

    def serve(self, thing: Any) -> bool:
        """Gives it to whoever has waited longest; False when nobody waits."""
        while self._waiting:
            turn, _ = self._waiting.popleft()
            if not turn.done():
                turn.set_result(thing)
                return True
        return False

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        self._timer = None
        while self._waiting:
            turn, until = self._waiting[0]
            if not turn.done() and until > loop.time():
                self._timer = loop.call_at(until, self._look, loop)
                return
            self._waiting.popleft()
            if not turn.done():
                turn.set_exception(DatabaseAway())
