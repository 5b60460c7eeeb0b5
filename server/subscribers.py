"""Subscriptions that are told without a task of their own."""

import asyncio
import time
from collections.abc import Hashable, Mapping
from dataclasses import replace
from typing import Any, Protocol

import orjson
from graphql import GraphQLError

from domain.viewer import Viewer
from realtime.feed import Batch, Follower
from realtime.follow import FRESH, News
from resolvers.context import Context
from resolvers.listener import Listener
from resolvers.loaders import Loaders
from server.errors import formatted
from server.frames import Frame
from server.selections import Selection
from server.sinks import Sink

Answers = Mapping[tuple[Selection, int], bytes]
"""What was made for several, by what they asked for and the event."""
IN_A_ROW = 10
"""So many answers are made for one, and then others get their turn of the loop."""


class Wire(Protocol):
    """A socket, or a stream of events, that can be written to at once."""

    @property
    def is_writable(self) -> bool:
        """Whether its peer reads what it is sent."""

    def tell(self, text: bytes) -> bool:
        """Sends a text; what is closed sends nothing."""

    def when_writable(self, follower: Follower) -> None:
        """Sets the follower once its peer reads again."""


class Place(Protocol):
    """Where a subscription stands under its id."""

    context: Context

    def forget_id(self, id: str) -> None:
        """From now on the id is free."""


class Subscriber(Follower):
    """One subscription. Its stream would do the same, one event after the other; see `follow`."""

    task = None
    """As Strawberry's operations have one."""
    __slots__ = (
        *("_frame", "_held", "_id", "_observation", "_pairs", "_place", "_wire"),
        *("listener", "reader", "selection"),
    )

    def __init__(self, place: Place, wire: Wire, pairs: Batch, sink: Sink, frame: Frame) -> None:
        super().__init__()
        self.reader, self.selection = sink.reader, sink.selection
        self.listener: Listener | None = None
        """Their reader, where others' answers may be theirs, too."""
        if self.selection.is_shared and isinstance(self.reader, Listener):
            self.listener = self.reader
        self._place, self._wire, self._pairs, self._frame = place, wire, pairs, frame
        self._id = sink.asked.id
        self._held = sink.held
        self._observation = sink.observation

    @property
    def batch(self) -> Batch | None:
        listener = self.listener
        return self._pairs if listener is not None and listener.can_be_read_together else None

    @property
    def viewer(self) -> Viewer | None:
        """Who it is."""
        return self._place.context.viewer

    @property
    def variables(self) -> dict[str, Any]:
        """As much of what was given for the operation's variables as its events take."""
        return self._held.variables

    @property
    def whose(self) -> Hashable | None:
        viewer = self.viewer
        return None if viewer is None else viewer.id

    def is_held_up(self) -> bool:
        """Whether its peer has yet to read what it was sent: then nothing is read for it, and it is
        called again once that is done."""
        if self._wire.is_writable:
            return False
        self._wire.when_writable(self)
        return True

    async def turn(self) -> None:
        self.was_woken()  # whether or not: alone, they are read for
        if self.is_held_up():
            return
        try:
            news = await self.reader.read()
        except Exception as error:
            self._fail(error)
        else:
            await self.deliver(news, time.monotonic(), {})

    def tell_at_once(self, news: News[Any], answers: Answers) -> int | None:
        """As `deliver` does, where little is to be told and all of it is there, as mostly: nobody
        waits for it. None: it is not, and nothing was told."""
        events = news.events
        if len(events) > 1:
            return None
        payload = answers.get((self.selection, id(events[0]))) if events else None
        if (events and payload is None) or self.is_gone or not self._wire.is_writable:
            return None
        try:
            if payload is not None:
                self.reader.passed(events[0])
                self._send(payload)
            self._heard(news)
        except Exception as error:
            self._fail(error)
        return len(events)

    async def deliver(self, news: News[Any], read_at: float, answers: Answers) -> int:
        """Tells all of it, unless they leave, stop reading, or it has been read too long ago.

        Returns how many of the answers were told: whoever made them counts them.
        """
        told = 0
        try:
            for i, event in enumerate(news.events):
                if i and (not i % IN_A_ROW or not self._wire.is_writable):
                    await asyncio.sleep(0)  # or until what was told is on its way
                if self.is_gone:
                    return told
                if i and time.monotonic() - read_at > FRESH:
                    self.set()
                    return told
                if self.is_held_up():
                    return told
                self.reader.passed(event)
                payload = answers.get((self.selection, id(event)))
                if payload is None:
                    payload, errors = await self._answer(event)
                    self._observation.hand_over(errors)
                else:
                    told += 1
                self._send(payload)
            self._heard(news)
        except Exception as error:
            self._fail(error)
        return told

    def leave(self) -> None:
        if not self.is_gone:
            super().leave()
            self._observation.leave()

    def _heard(self, news: News[Any]) -> None:
        """All of it is told."""
        self.look_again = news.look_again
        if news.more:
            self.set()
        elif news.over:
            self._end()

    async def _answer(self, event: Any) -> tuple[bytes, list[GraphQLError] | None]:
        context = replace(self._place.context, loaders=Loaders())
        shown, variables = self.reader.told(event), self.variables
        answer: tuple[bytes, list[GraphQLError] | None]
        answer = await self.selection.answer(shown, context, variables)
        return answer

    def _send(self, payload: bytes) -> None:
        if not self.is_gone:
            self._wire.tell(self._frame.around(payload))

    def _fail(self, error: Exception) -> None:
        """The last word, as a stream that fails has it."""
        if self.is_gone:
            return
        raised = GraphQLError(str(error), original_error=error)
        self._observation.hand_over([raised])
        shown = formatted([raised], self._place.context.locale)
        self._send(orjson.dumps({**self._frame.failed, "errors": shown}))
        self._end()

    def _end(self) -> None:
        if self.is_gone:
            return
        Follower.leave(self)
        self._observation.end()
        self._wire.tell(self._frame.complete)
        self._place.forget_id(self._id)
