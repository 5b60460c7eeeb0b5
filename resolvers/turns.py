"""Long lists, answered a stretch at a time: whoever else waits gets their turn in between."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from typing import TypeVar

T = TypeVar("T")

_STRETCH = 5


class InTurns(list[T]):
    """A list for a field that may hold thousands: asynchronous executors pause within it."""

    async def __aiter__(self) -> AsyncIterator[T]:
        for i, item in enumerate(self, start=1):
            yield item
            if i % _STRETCH == 0:
                await asyncio.sleep(0)


async def in_turns(items: Iterable[T]) -> InTurns[T]:
    """Such a list, made a stretch at a time as well."""
    made: InTurns[T] = InTurns()
    for i, item in enumerate(items, start=1):
        made.append(item)
        if i % (10 * _STRETCH) == 0:
            await asyncio.sleep(0)
    return made
