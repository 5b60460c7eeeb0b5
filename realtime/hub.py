"""Wake-ups between processes: hints that there is something new to read, never the news itself."""

import asyncio
import logging
import random
import secrets
import time
from collections.abc import Coroutine, Iterable, Iterator
from contextlib import contextmanager, suppress
from types import TracebackType
from typing import Any, NoReturn, Protocol, Self
from urllib.parse import urlsplit

from broadcaster import Broadcast

from realtime.connection import CHANNEL, SCHEMES, Subscriber, connection, end
from realtime.outbox import Outbox
from realtime.wire import EVERYTHING, Decoder, encode

log = logging.getLogger("compagnon.realtime")

PUBLISHING = 1.0
FLUSHING = 1.0
FIRST_BEATS = 0.05
FIRST_DELAY = 0.1
LAST_DELAY = 5.0


class Waker(Protocol):
    """Whatever is set when a topic wakes: an event, or somebody who is told without waiting."""

    def set(self) -> None: ...


class Hub:
    """Wakes whoever waits for a topic, in this process and in every other, by one subscription.

    A wake-up may come twice, late or for nothing: who watches reads the database when woken, and
    now and then without. After every gap in what was heard, all who watch are woken.
    """

    def __init__(self, url: str, *, beat: float = 0.5, dead: float = 2.0) -> None:
        if urlsplit(url).scheme not in SCHEMES:
            raise ValueError(f"a broker's URL begins with one of {', '.join(sorted(SCHEMES))}")
        self.is_listening = False
        """Whether something has come back on the present connection."""
        self.restarts = 0
        """How often listening has begun again."""
        self.woken = 0
        """How many topics were woken here, whoever had written."""
        self._url, self._pause, self._dead = url, beat, dead
        self._name = secrets.token_hex(8)
        self._watchers: dict[str, tuple[Waker, ...]] = {}
        self._outbox = Outbox()
        self._turn = asyncio.Lock()
        self._sent = self._heard = 0
        self._heard_at = time.monotonic()
        self._has_listened = asyncio.Event()
        self._lost_at: float | None = None
        self._delay = FIRST_DELAY
        self._decoder: Decoder | None = None
        """Reads what comes over the present connection."""
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        """Starts listening and waits for it, `dead` seconds at most: with no broker one polls."""
        self._heard_at = time.monotonic()
        self._task = asyncio.create_task(self._listen(), name="hub")
        try:
            await _at_most(self._dead, self._has_listened.wait())
        except BaseException:
            await self._stop()
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Hands over what is queued if there is a broker to take it, then stops, within seconds."""
        try:
            if self.is_listening:
                await self.flush()
        finally:
            await self._stop()

    @property
    def age(self) -> float:
        """Seconds since the last thing heard from the broker, own beats included."""
        return time.monotonic() - self._heard_at

    @property
    def lost(self) -> int:
        """How many topics could not be published by name."""
        return self._outbox.lost

    @contextmanager
    def watch(self, *topics: str) -> Iterator[asyncio.Event]:
        """One event, set whenever one of these topics wakes; registered before this returns."""
        woken = asyncio.Event()
        self.register(woken, *topics)
        try:
            yield woken
        finally:
            self.unregister(woken, *topics)

    def register(self, waker: Waker, *topics: str) -> None:
        """From now on sets it whenever one of these topics wakes, until it is unregistered."""
        for topic in set(topics):
            self._watchers[topic] = (*self._watchers.get(topic, ()), waker)

    def unregister(self, waker: Waker, *topics: str) -> None:
        """Forgets it, as far as it is known."""
        for topic in set(topics):
            left = tuple(w for w in self._watchers.get(topic, ()) if w is not waker)
            if left:
                self._watchers[topic] = left
            else:
                self._watchers.pop(topic, None)

    def wake(self, *topics: str) -> None:
        """Wakes who watches here at once, elsewhere as soon as may be; never raises nor waits."""
        self._set(topics)
        self._outbox.put(topics)

    async def flush(self) -> None:
        """Waits until all that is queued has been handed to the broker, 1 s at most."""
        await _at_most(FLUSHING, self._outbox.emptied())

    def _set(self, topics: Iterable[str]) -> None:
        for topic in topics:
            self.woken += 1
            for woken in self._watchers.get(topic, ()):
                woken.set()

    def _set_all(self) -> None:
        self._set(self._watchers)

    async def _listen(self) -> None:
        """Keeps a connection, for ever; attempts grow rarer until one has held."""
        while True:
            try:
                self._decoder = Decoder(self._name)
                async with connection(self._url, self._hear) as (broadcast, subscriber):
                    await self._converse(broadcast, subscriber)
            except (Exception, asyncio.CancelledError) as error:
                if self._task is None or self._task.cancelling():
                    raise  # ours; any other is a driver's, out of a broken connection
                self._note_loss(error)
            await asyncio.sleep(self._delay * random.uniform(0.5, 1.5))  # noqa: S311
            self._delay = min(self._delay * 2, LAST_DELAY)

    async def _converse(self, broadcast: Broadcast, subscriber: Subscriber) -> None:
        """Hears, tells and beats until one of the three fails; none ends otherwise."""
        parts = self._hear_all(subscriber), self._tell(broadcast), self._beat(broadcast)
        tasks = [asyncio.create_task(part) for part in parts]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            await done.pop()
        finally:
            self._decoder, self.is_listening = None, False
            await end(tasks)

    async def _hear_all(self, subscriber: Subscriber) -> NoReturn:
        while True:
            self._hear((await subscriber.get()).message)

    def _hear(self, message: str) -> None:
        if (decoder := self._decoder) is None:
            return  # late, from a connection that is being left
        self._heard += 1
        self._heard_at = time.monotonic()
        if not self.is_listening:
            self._note_listening()
        topics = decoder.topics_of(message)
        if EVERYTHING in topics:
            self._set_all()
        else:
            self._set(topics)

    async def _tell(self, broadcast: Broadcast) -> None:
        """Publishes what is queued; what is woken meanwhile goes together in the next message."""
        while True:
            await self._outbox.ready()
            topics = self._outbox.take()
            try:
                await self._publish(broadcast, topics)
            except BaseException:
                self._outbox.put(topics)  # it may have gone out: then it goes twice
                raise
            self._outbox.told()

    async def _beat(self, broadcast: Broadcast) -> None:
        """Publishes a beat, again and again, and fails after a silence of `dead` seconds.

        Silence is counted in pauses, not read from the clock: a process that was itself stuck for
        long has not heard the answers yet that are waiting for it.
        """
        began, silence = time.monotonic(), 0.0
        while silence < self._dead:
            heard = self._heard
            await self._publish(broadcast, [])
            # Redis subscribes some time after it was asked to: the first echo tells when.
            pause = self._pause if self.is_listening else min(self._pause, FIRST_BEATS)
            await asyncio.sleep(pause)
            silence = 0.0 if self._heard > heard else silence + pause
            if time.monotonic() - began > self._dead:
                self._delay = FIRST_DELAY
        raise ConnectionError(f"no echo for {self._dead:g} s")

    async def _publish(self, broadcast: Broadcast, topics: list[str]) -> None:
        """One at a time: on PostgreSQL's only connection two operations at once are an error."""
        async with self._turn, asyncio.timeout(PUBLISHING):
            number = self._sent + 1
            await broadcast.publish(CHANNEL, encode(self._name, number, topics))
            self._sent = number

    def _note_listening(self) -> None:
        """From now on nothing is missed; what was missed until now, the woken ones read."""
        self.is_listening = True
        self.restarts += self._has_listened.is_set()
        self._has_listened.set()
        self._set_all()
        if self._lost_at is not None:
            log.warning("broker is back after %.1f s", time.monotonic() - self._lost_at)
            self._lost_at = None

    def _note_loss(self, error: BaseException) -> None:
        if self._lost_at is None:
            self._lost_at = time.monotonic()
            reason = f"{type(error).__name__}: {error}"
            log.warning("broker lost, readers poll until it is back (%s)", reason)

    async def _stop(self) -> None:
        """Cancels once a second until it works: a library may swallow a cancellation."""
        for _ in range(5):
            if self._task is None or self._task.done():
                break
            await end([self._task])
        self._outbox.give_up()


async def _at_most(seconds: float, waiting: Coroutine[Any, Any, object]) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await waiting
