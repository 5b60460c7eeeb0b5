"""Subscriptions at sockets that are told without a task of their own, many of them at once."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol
from uuid import UUID

import orjson
import structlog
from graphql import GraphQLError

from models.messages import ChangeRow
from realtime.feed import Company, Follower
from realtime.follow import FRESH, News
from resolvers.context import Context
from resolvers.cursors import place_cursor
from resolvers.listener import Listener, read_together
from resolvers.loaders import Loaders
from resolvers.message_events import told
from server.errors import formatted, traced
from server.observing import Observation
from server.selections import Held, Selection, Selections

log = structlog.get_logger("compagnon.subscriptions")

Answers = Mapping[tuple[Selection, int], bytes]
"""What was made for several, by what they asked for and the event."""


class Wire(Protocol):
    """A socket that can be written to at once."""

    @property
    def is_writable(self) -> bool:
        """Whether its peer reads what it is sent."""

    def tell(self, text: bytes) -> bool:
        """Sends a text; a socket that is closed sends nothing."""

    def when_writable(self, follower: Follower) -> None:
        """Sets the follower once its peer reads again."""


class Place(Protocol):
    """Where a subscription stands under its id."""

    context: Context

    def forget_id(self, id: str) -> None:
        """From now on the id is free."""


class Outlet:
    """Takes a subscription off its stream, once that has been allowed to begin."""

    selection: Any = None
    """What it asks for, once it was taken; the reader, its topics and who observes it are there
    then, too."""
    held: Held
    reader: Any
    topics: Sequence[str]
    observation: Observation

    def __init__(self, selections: Selections, asked: Any, person: UUID | None) -> None:
        self.asked, self._selections, self._person = asked, selections, person

    def take(self, reader: Any, topics: Sequence[str]) -> bool:
        asked = self.asked
        said = asked.query, asked.operation_name, asked.variables
        self.selection = self._selections.find(*said, self._person)
        self.reader, self.topics = reader, topics
        if self.selection is None:
            return False
        self.held = self._selections.hold(self.selection, asked.variables, self._person)
        return True

    def has_taken(self, observation: Observation) -> bool:
        """Whether it was taken; then whoever took it goes on observing it."""
        self.observation = observation
        return self.selection is not None


class Pairs(Company):
    """Those who listen to one pair each, read for together and answered once for those alike."""

    async def turn(self, followers: "Sequence[Subscriber]") -> None:
        followers = [one for one in followers if not one.is_held_up()]
        if not followers:
            return
        try:
            found = await read_together([one.reader for one in followers])
        except Exception as error:
            log.warning("nothing read together", **traced(error))
            found = [None] * len(followers)
        read_at = time.monotonic()
        both = [(one, news) for one, news in zip(followers, found, strict=True) if news]
        answers = await _shared(both)
        alone = [one for one, news in zip(followers, found, strict=True) if news is None]
        for one, news in both:
            if time.monotonic() - read_at > FRESH:
                alone.append(one)
            else:
                await one.deliver(news, read_at, answers)
        await asyncio.gather(*(one.turn() for one in alone if not one.is_gone))


class Subscriber(Follower):
    """One subscription. Its stream would do the same, one event after the other; see `follow`."""

    task = None
    """As Strawberry's operations have one."""
    __slots__ = (
        *("_held", "_id", "_observation", "_pairs", "_place", "_selection", "_wire"),
        "reader",
    )

    def __init__(self, place: Place, wire: Wire, pairs: Pairs, outlet: Outlet) -> None:
        super().__init__()
        self.reader, self._selection = outlet.reader, outlet.selection
        self._place, self._wire, self._pairs = place, wire, pairs
        self._id: str = outlet.asked.id
        self._held = outlet.held
        self._observation = outlet.observation

    @property
    def company(self) -> Company | None:
        if not self._selection.is_shared or not isinstance(self.reader, Listener):
            return None
        return self._pairs if self.reader.asked is not None else None

    def is_held_up(self) -> bool:
        """Whether its peer has yet to read what it was sent: then nothing is read for it, and it is
        called again once that is done."""
        if self._wire.is_writable:
            return False
        self._wire.when_writable(self)
        return True

    async def turn(self) -> None:
        if self.is_held_up():
            return
        try:
            news = await self.reader.read()
        except Exception as error:
            self._fail(error)
        else:
            await self.deliver(news, time.monotonic(), {})

    async def deliver(self, news: News[Any], read_at: float, answers: Answers) -> None:
        """Tells all of it, unless they leave, stop reading, or it has been read too long ago."""
        try:
            await self._deliver(news, read_at, answers)
        except Exception as error:
            self._fail(error)

    async def _deliver(self, news: News[Any], read_at: float, answers: Answers) -> None:
        for i, event in enumerate(news.events):
            if self.is_gone:
                return
            if i and time.monotonic() - read_at > FRESH:
                self.set()
                return
            if self.is_held_up():
                return
            self.reader.passed(event)
            payload = answers.get((self._selection, id(event)))
            if payload is None:
                payload, errors = await self._answer(event)
                self._observation.hand_over(errors)
            else:
                self._observation.hand_over(None)
            self._send(payload)
        self.look_again = news.look_again
        if news.more:
            self.set()
        elif news.over:
            self._end()

    def leave(self) -> None:
        if not self.is_gone:
            super().leave()
            self._observation.leave()

    async def _answer(self, event: Any) -> tuple[bytes, list[GraphQLError] | None]:
        context = replace(self._place.context, loaders=Loaders())
        shown, variables = self.reader.told(event), self._held.variables
        answer: tuple[bytes, list[GraphQLError] | None]
        answer = await self._selection.answer(shown, context, variables)
        return answer

    def _send(self, payload: bytes) -> None:
        if not self.is_gone:
            head = b'{"id":%b,"type":"next","payload":' % orjson.dumps(self._id)
            self._wire.tell(b"".join((head, payload, b"}")))

    def _fail(self, error: Exception) -> None:
        """The last word, as a stream that fails has it."""
        if self.is_gone:
            return
        raised = GraphQLError(str(error), original_error=error)
        self._observation.hand_over([raised])
        shown = formatted([raised], self._place.context.locale)
        self._send(orjson.dumps({"data": None, "errors": shown}))
        self._end()

    def _end(self) -> None:
        if self.is_gone:
            return
        Follower.leave(self)
        self._observation.end()
        self._place.forget_id(self._id)
        self._wire.tell(orjson.dumps({"id": self._id, "type": "complete"}))


async def _shared(
    both: Sequence[tuple[Subscriber, News[Any]]],
) -> dict[tuple[Selection, int], bytes]:
    """What is made once for all who ask for the same of an event that is the same for them."""
    groups: dict[tuple[Selection, int], tuple[ChangeRow, list[Subscriber]]] = {}
    for one, news in both:
        for event in news.events:
            if isinstance(event, ChangeRow):
                key = one._selection, id(event)
                groups.setdefault(key, (event, []))[1].append(one)
    answers = {}
    for key, (event, people) in groups.items():
        everybody = [viewer for one in people if (viewer := one._place.context.viewer)]
        try:
            shown = told(event, place_cursor(event.match.id, event.seq), everybody[0].id)
            answer = await key[0].shared_answer(shown, everybody, people[0]._held.variables)
        except Exception as error:  # each is answered alone
            log.warning("nothing answered for all", **traced(error))
        else:
            if answer is not None:
                answers[key] = answer
    return answers
