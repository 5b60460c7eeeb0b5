"""The topics that the other processes are still to be told."""

import asyncio
import time
from collections.abc import Iterable

from realtime.wire import (
    EVERYTHING,
    HEADING_BYTES,
    MESSAGE_BYTES,
    TOPIC_BYTES,
    can_travel,
)

CAPACITY = 10_000
EACH, FARTHEST = 0.0002, 0.015
"""Seconds from one message to the next: so many for each topic of the former, and so many at most,
where one will hold all that is queued: what is woken meanwhile goes with it. Who has told little
tells the next thing soon. The most is more than what is between two turns of those who hear it
(`realtime/turns.py`), or whatever it brings would wait twice."""


class Outbox:
    """Each topic once, 10,000 at most: beyond, one word that stands for all replaces them."""

    def __init__(self) -> None:
        self.lost = 0
        self._topics: set[str] = set()
        self._filled, self._empty = asyncio.Event(), asyncio.Event()
        self._empty.set()
        self._taken_at, self._apart = float("-inf"), 0.0

    @property
    def is_waiting(self) -> bool:
        """Whether there is something to take."""
        return bool(self._topics)

    @property
    def is_small(self) -> bool:
        """Whether one message holds all of it, however long the topics are."""
        return len(self._topics) * (TOPIC_BYTES + 1) <= MESSAGE_BYTES - HEADING_BYTES

    def put(self, topics: Iterable[str]) -> None:
        """Queues the topics, or counts as lost those that no message can carry."""
        given = set(topics)
        travelling = set(filter(can_travel, given))
        self.lost += len(given) - len(travelling)
        self._topics |= travelling
        if len(self._topics) > CAPACITY:
            self.lost += len(self._topics - {EVERYTHING})
            self._topics = {EVERYTHING}
        if self._topics:
            self._empty.clear()
            self._filled.set()

    async def ready(self) -> None:
        """Waits until there is something to take, and long enough after it was last taken from."""
        await self._filled.wait()
        left = self._taken_at + self._apart - time.monotonic()
        if left > 0 and self.is_small:
            await asyncio.sleep(left)

    def take(self) -> list[str]:
        """As many topics as one message holds; `put` them back if it fails."""
        self._taken_at = time.monotonic()
        if EVERYTHING in self._topics:
            self._topics.clear()
            return [EVERYTHING]
        taken: list[str] = []
        room = MESSAGE_BYTES - HEADING_BYTES
        while self._topics and room > TOPIC_BYTES:
            topic = self._topics.pop()
            taken.append(topic)
            room -= len(topic) + 1
        self._apart = min(EACH * len(taken), FARTHEST)
        return taken

    def told(self) -> None:
        """Confirms that what was taken last has been handed over."""
        if not self._topics:
            self._filled.clear()
            self._empty.set()

    async def emptied(self) -> None:
        """Waits until everything has been handed over."""
        await self._empty.wait()

    def give_up(self) -> None:
        """Counts as lost what is still here: nobody will take it any more."""
        self.lost += len(self._topics)
        self._topics.clear()
