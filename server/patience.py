"""How long one request may take: its body to come, its operation to run, its client to be away.

Clients that hang up while their query runs: nobody waits for the answer, so nothing goes on.
Mutations go on to their end, as what they have begun to write does. Most requests are over long
before anybody looks: one timer that is never rung is all they pay.
"""

import asyncio
from asyncio import TimerHandle
from collections.abc import Callable
from types import TracebackType

from starlette.requests import ClientDisconnect
from starlette.types import Receive

SOON = 0.25
"""Seconds that an operation may take before somebody looks whether its client is still there."""


class Patience:
    """Of one request, from its first byte to its answer. What lasts too long is cancelled."""

    def __init__(self) -> None:
        self._loop, self._task = asyncio.get_running_loop(), asyncio.current_task()
        self._at, self._due = 0.0, float("inf")
        self._timer: TimerHandle | None = None
        self._watched: tuple[Receive, Callable[[], bool]] | None = None
        self._watching: asyncio.Task[None] | None = None
        self._late = False
        self._cancels = 0

    def for_at_most(self, seconds: float) -> "Patience":
        """A context that raises TimeoutError when what is done in it takes longer."""
        now = self._loop.time()
        self._due = now + seconds
        soon = now + min(SOON, seconds)
        if self._timer is None or self._at > soon:
            self._ring(soon)
        return self

    def unless_hung_up(
        self, seconds: float, receive: Receive, is_query: Callable[[], bool]
    ) -> "Patience":
        """The same for an operation; raises ClientDisconnect for a query whose client hangs up.

        The body must have been read: the next thing to come from the client is that they are gone.
        Whether it is a query is asked only when it takes long.
        """
        self._watched = receive, is_query
        return self.for_at_most(seconds)

    def __enter__(self) -> None:
        pass

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._due, self._watched = float("inf"), None
        if self._watching is not None:
            self._watching.cancel()
            self._watching = None
        if kind is asyncio.CancelledError and self._cancels and self._are_all_ours():
            raise (TimeoutError if self._late else ClientDisconnect) from error

    def end(self) -> None:
        """To be called when the request is over."""
        if self._timer is not None:
            self._timer.cancel()

    def _ring(self, at: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._at = at
        self._timer = self._loop.call_at(at, self._look)

    def _look(self) -> None:
        self._timer = None
        if self._loop.time() >= self._due:
            self._late = True
            self._cancel()
            return
        if self._watched is not None and self._watching is None:
            receive, is_query = self._watched
            if is_query():
                watching = self._wait(receive)
                self._watching = asyncio.create_task(watching, name="watching a client")
        if self._due != float("inf"):
            self._ring(self._due)

    async def _wait(self, receive: Receive) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        self._cancel()

    def _cancel(self) -> None:
        if self._task is not None:
            self._cancels += 1
            self._task.cancel()

    def _are_all_ours(self) -> bool:
        """Whether nobody else has cancelled the request; ours are taken back."""
        left = 0
        while self._cancels and self._task is not None:
            self._cancels -= 1
            left = self._task.uncancel()
        return left == 0
