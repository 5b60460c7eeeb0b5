"""Compagnon with a watch on its event loop: for how long does nobody else get their turn?

GET /holds tells the turns of the loop that took a millisecond or more since it was last asked, in
milliseconds of the thread's own CPU: on a crowded machine, too, the same work takes as long.
"""

import asyncio
import time
from contextlib import suppress
from typing import Any

import orjson

from server.app import create_app as ours

PATH = "/holds"
_TICK = 0.0005
_NOTED = 0.001


class Watch:
    """A tick in every turn of the loop, and the CPU that was used between two of them."""

    def __init__(self) -> None:
        self._turns: list[float] = []
        self._task: asyncio.Task[None] | None = None

    def longest(self) -> list[float]:
        """The long turns, in order; the watch begins anew."""
        if self._task is None:
            self._task = asyncio.create_task(self._tick())
        turns, self._turns = self._turns, []
        return turns

    async def _tick(self) -> None:
        before = time.thread_time()
        with suppress(asyncio.CancelledError):
            while True:
                await asyncio.sleep(_TICK)
                now = time.thread_time()
                if now - before > _NOTED:
                    self._turns.append(1000 * (now - before))
                before = now


def create_app() -> Any:
    """The application, and the watch beside it."""
    app, watch = ours(), Watch()

    async def watched(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http" or scope["path"] != PATH:
            await app(scope, receive, send)
            return
        body = orjson.dumps(watch.longest())
        head = [(b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": head})
        await send({"type": "http.response.body", "body": body})

    return watched
