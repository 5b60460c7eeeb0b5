"""The follow loop: everything that happens, in order, to somebody who listens. Nothing twice.

    register for wake-ups
    forever:
        forget the wake-up           before reading, so that one that comes meanwhile counts
        check the rights, read what is new
        hand it over, one by one     each moves the reader's place forward
        wait for a wake-up, or poll

docs/realtime.md goes through the races one by one.
"""

import asyncio
import random
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import suppress
from typing import Generic, Protocol, TypeVar

from msgspec import Struct

from realtime import watch

Event = TypeVar("Event")

POLL = 15.0
"""Seconds after which one looks without a wake-up: the delay when the broker is gone."""
FRESH = 1.0
"""Seconds for which a check of rights counts; a slow reader's page is read anew after that."""


class News(Struct, Generic[Event], eq=False):
    """What one reading found. `more`: read on at once; `over`: nothing can come any more;
    `look_again`: seconds until something changes by itself."""

    events: Sequence[Event] = ()
    more: bool = False
    over: bool = False
    look_again: float = POLL


class Reader(Protocol[Event]):
    """Somebody's place in what happens."""

    async def read(self) -> News[Event]:
        """Checks the rights (an exception ends the stream) and reads what lies behind the place."""

    def passed(self, event: Event) -> Event:
        """Moves the place behind this event, which is about to be handed over."""


async def follow(reader: Reader[Event], *topics: str) -> AsyncGenerator[Event, None]:
    """Hands over what the reader finds, woken by these topics; ends when the reader says so."""
    with watch(*topics) as woken:
        while True:
            woken.clear()
            news = await reader.read()
            read_at = time.monotonic()
            for i, event in enumerate(news.events):
                # One of them is handed over however long the reading took, or none ever would be.
                if i and time.monotonic() - read_at > FRESH:
                    break  # the reader was slow: the rest is read again, the rights with it
                yield reader.passed(event)
            else:
                if news.more:
                    continue
                if news.over:
                    return
                await _wake_up(woken, news.look_again)


async def _wake_up(woken: asyncio.Event, look_again: float) -> None:
    poll = POLL * random.uniform(0.8, 1.2)  # noqa: S311 -- so that not all poll at once
    with suppress(TimeoutError):
        # Python 3.11's wait_for forgets a cancellation that comes together with the wake-up.
        async with asyncio.timeout(max(0.05, min(poll, look_again))):
            await woken.wait()
