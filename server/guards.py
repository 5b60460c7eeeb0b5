"""Sockets and streams last no longer than sessions and tokens: all are looked after together."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import structlog

from domain.viewer import Viewer, of_sessions
from realtime import topics
from realtime.feed import Batch, Feed, Follower
from server.errors import traced
from server.subscriptions import ASK_AGAIN, Ending, ending, until_over

log = structlog.get_logger("compagnon.sockets")

Close = Callable[[Ending], Awaitable[None]]


class Guards(Batch):
    """Those of all sockets and streams: their sessions are read in one statement."""

    async def turn(self, followers: "Sequence[Guard]") -> None:
        try:
            present = await of_sessions([one.viewer.session_id for one in followers])
        except Exception as error:  # while the database is away nobody can tell
            log.warning("sessions not checked", **traced(error))
            for one in followers:
                one.look_again = ASK_AGAIN
                if one.viewer.is_over():
                    one.judge(None)
            return
        for one in followers:
            one.judge(present.get(one.viewer.session_id))


class Guard(Follower):
    """Waits for the end of one session, or of the token that somebody came with."""

    __slots__ = ("_close", "_closing", "_guards", "viewer")

    def __init__(self, viewer: Viewer, guards: Guards, close: Close) -> None:
        super().__init__()
        self.viewer, self._guards, self._close = viewer, guards, close
        self._closing: asyncio.Future[None] | None = None

    @property
    def batch(self) -> Batch:
        return self._guards

    def begin(self, feed: Feed) -> None:
        """From now on it watches; it closes what it guards once that is over."""
        self.join(feed, topics.session(self.viewer.session_id))

    def judge(self, is_suspended: bool | None) -> None:
        """Closes it if the session lets nobody in, or nobody of good standing."""
        over = ending(self.viewer, is_suspended)
        if over is None:
            self.look_again = until_over(self.viewer)
        elif not self.is_gone:
            self.leave()
            self._closing = asyncio.ensure_future(self._close(over))
