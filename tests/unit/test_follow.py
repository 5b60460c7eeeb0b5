"""The follow loop by itself: it hands over all there is, however slow the reading or the reader."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing

import pytest

from realtime import follow as follow_module
from realtime.follow import News, follow
from realtime.hub import Hub


class Counting:
    """Reads the numbers behind its place, a few at a time; over when it has told the last."""

    def __init__(self, last: int, page: int = 3) -> None:
        self.last, self.page = last, page
        self.place = self.reads = 0
        self.before_reading: Callable[[], None] = lambda: None

    async def read(self) -> News[int]:
        self.before_reading()
        self.reads += 1
        found = range(self.place + 1, self.last + 1)[: self.page]
        behind = found[-1] if found else self.place
        return News(list(found), more=behind < self.last, over=behind >= self.last)

    def passed(self, event: int) -> int:
        self.place = event
        return event


async def told(reader: Counting) -> list[int]:
    async with aclosing(follow(reader, "topic")) as events:
        async with asyncio.timeout(5):
            return [event async for event in events]


async def test_all_pages_are_handed_over_before_the_end() -> None:
    reader = Counting(last=10)
    assert await told(reader) == list(range(1, 11))
    assert reader.reads == 4


async def test_what_is_over_and_has_nothing_to_tell_ends_at_once() -> None:
    assert await told(Counting(last=0)) == []


async def test_reading_slower_than_it_counts_still_comes_to_the_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # given a database so slow that whatever is read is too old when it arrives
    monkeypatch.setattr(follow_module, "FRESH", 0.0)
    # then all of it is handed over all the same, one for each reading at least
    reader = Counting(last=10)
    assert await told(reader) == list(range(1, 11))
    assert reader.reads <= 11


async def test_a_slow_reader_is_told_what_is_true_when_it_comes_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # given a reader who takes longer over each event than what was read counts
    monkeypatch.setattr(follow_module, "FRESH", 0.0)
    reader = Counting(last=10, page=100)
    events = follow(reader, "topic")
    first = await anext(events)
    # when the right to read is gone by the time it asks for the next
    reader.before_reading = deny
    # then nothing that was read before is handed over any more
    with pytest.raises(PermissionError):
        await anext(events)
    assert (first, reader.place) == (1, 1)


async def test_a_wake_up_while_reading_is_not_lost(hub: Hub) -> None:
    # given a reader for whom something happens while it reads, and nothing wakes it later
    reader = Late()
    reader.before_reading = lambda: hub.wake("topic") if reader.reads == 0 else None
    async with aclosing(follow(reader, "topic")) as events:
        # then it reads again at once
        async with asyncio.timeout(5):
            assert await anext(events) == 1
    assert reader.reads == 2


@pytest.mark.parametrize("ticks", range(6))
async def test_who_leaves_at_the_moment_of_a_wake_up_is_gone(hub: Hub, ticks: int) -> None:
    # given somebody who waits for something to happen
    reader = Quiet()
    task = asyncio.create_task(all_of(follow(reader, "topic")))
    while reader.reads == 0:
        await asyncio.sleep(0)
    # when they leave some steps of the event loop after they were woken
    hub.wake("topic")
    for _ in range(ticks):
        await asyncio.sleep(0)
    task.cancel()
    # then they do not go on waiting
    done, _ = await asyncio.wait([task], timeout=5)
    assert done and task.cancelled()


async def all_of(events: AsyncGenerator[int, None]) -> list[int]:
    async with aclosing(events):
        return [event async for event in events]


class Quiet(Counting):
    """Never has anything to tell."""

    def __init__(self) -> None:
        super().__init__(last=0)

    async def read(self) -> News[int]:
        self.reads += 1
        return News()


class Late(Counting):
    """Has nothing to tell at its first reading, one thing at its second."""

    def __init__(self) -> None:
        super().__init__(last=1)

    async def read(self) -> News[int]:
        news = await super().read()
        return News() if self.reads == 1 else News(news.events)


def deny() -> None:
    raise PermissionError
