"""How long one request may take: its body to come, its operation to run, its client to be away.

Clients that hang up while their query runs: nobody waits for the answer, so nothing goes on.
Mutations go on to their end, as what they have begun to write does. Most requests are over long
before anybody looks: one look now and then at all that are under way is all they pay.
"""

import asyncio
from collections.abc import Callable
from types import TracebackType
from typing import Self

from starlette.requests import ClientDisconnect
from starlette.types import Receive

EVERY = 0.25
"""Seconds between two looks at what is under way: by so much a time-out may be late."""
LATE, GONE = "too late", "gone"
"""What a cancellation says of its reason to whoever sees it pass."""
_NEVER = float("inf")


class Rounds:
    """Goes round all requests of one event loop now and then; while there are none, never."""

    __slots__ = ("_goes_on_in", "_under_way")

    def __init__(self) -> None:
        self._under_way: set[Patience] = set()
        self._goes_on_in: asyncio.AbstractEventLoop | None = None

    def begin(self, request: "Patience", loop: asyncio.AbstractEventLoop) -> None:
        """From now on it is looked at."""
        self._under_way.add(request)
        if self._goes_on_in is not loop:
            self._goes_on_in = loop
            loop.call_later(EVERY, self._go_round, loop)

    def end(self, request: "Patience") -> None:
        """It is over."""
        self._under_way.discard(request)

    def _go_round(self, loop: asyncio.AbstractEventLoop) -> None:
        if not self._under_way:
            self._goes_on_in = None
            return
        loop.call_later(EVERY, self._go_round, loop)
        for request in tuple(self._under_way):
            request.look()


class Patience:
    """With one request, from its first byte to its answer: what lasts too long is cancelled.

    Whoever waits for its answer gets what `until` was told, or ClientDisconnect.
    """

    __slots__ = (
        *("_cancels", "_due", "_loop", "_rounds", "_task", "_too_late"),
        *("_watched", "_watching", "_why"),
    )

    def __init__(self, rounds: Rounds) -> None:
        self._rounds, self._loop = rounds, asyncio.get_running_loop()
        self._task = asyncio.current_task()
        self._due = _NEVER
        self._too_late: Callable[[], Exception] = TimeoutError
        self._watched: tuple[Receive, Callable[[], bool | None]] | None = None
        self._watching: asyncio.Task[None] | None = None
        self._why: Callable[[], Exception] | None = None
        self._cancels = 0

    def until(self, seconds: float, too_late: Callable[[], Exception] = TimeoutError) -> None:
        """What is done from now on may take so long; else this is raised."""
        self._due, self._too_late = self._loop.time() + seconds, too_late

    def watch(self, receive: Receive, is_query: Callable[[], bool | None]) -> None:
        """A client that hangs up from now on does not wait for an answer, if it is to a query.

        The body must have been read: the next thing to come from the client is that they are gone.
        Whether it is a query is asked only when it takes long; None: nobody knows yet, and it is
        asked again.
        """
        self._watched = receive, is_query
        if self._watching is not None:
            self._stop_watching()

    def rest(self) -> None:
        """What is left to do takes as long as it takes, whoever waits for it."""
        self._due, self._watched = _NEVER, None
        if self._watching is not None:
            self._stop_watching()

    def __enter__(self) -> Self:
        self._rounds.begin(self, self._loop)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._rounds.end(self)
        if self._watching is not None:
            self._stop_watching()
        if kind is asyncio.CancelledError and self._why is not None and self._are_all_ours():
            raise self._why() from error

    def look(self) -> None:
        """Cancels what should be over; begins to listen for the end of a client that waits long."""
        if self._loop.time() >= self._due:
            self._due = _NEVER
            self._cancel(self._too_late)
        elif self._watched is not None and self._watching is None:
            receive, is_query = self._watched
            if (answer := is_query()) is not None:
                self._watched = None
            if answer:
                watching = self._wait(receive)
                self._watching = asyncio.create_task(watching, name="watching a client")

    async def _wait(self, receive: Receive) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        self._cancel(ClientDisconnect)

    def _stop_watching(self) -> None:
        watching, self._watching = self._watching, None
        if watching is not None:
            watching.cancel()

    def _cancel(self, why: Callable[[], Exception]) -> None:
        if self._task is not None:
            self._why = why
            self._cancels += 1
            self._task.cancel(GONE if why is ClientDisconnect else LATE)

    def _are_all_ours(self) -> bool:
        """Whether nobody else has cancelled the request; ours are taken back."""
        left = 0
        while self._cancels and self._task is not None:
            self._cancels -= 1
            left = self._task.uncancel()
        return left == 0
