"""Long lists, answered a stretch at a time: whoever else waits gets their turn in between."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterable
from contextlib import aclosing
from itertools import islice
from typing import Any, Generic, TypeVar

import orjson

T = TypeVar("T")

_STRETCH = 10


class InTurns(Generic[T]):
    """A list for a field that may hold thousands; its items are made when it is their turn.

    Executors that know no more of it than that it is iterated asynchronously pause within it. The
    compiled one asks for stretches, and puts what was made of each into JSON before the next: a
    tree of a hundred thousand objects is slow to build, to encode, and to throw away.
    """

    def __init__(self, items: Iterable[T] | AsyncGenerator[T, None]) -> None:
        self._items = items

    async def __aiter__(self) -> AsyncIterator[T]:
        async with aclosing(self.stretches()) as stretches:
            async for stretch in stretches:
                for item in stretch:
                    yield item
                await asyncio.sleep(0)

    async def stretches(self) -> AsyncGenerator[list[T], None]:
        """The items, so few at a time that nobody notices."""
        if isinstance(self._items, AsyncGenerator):
            async with aclosing(self._items) as items:
                stretch: list[T] = []
                async for item in items:
                    stretch.append(item)
                    if len(stretch) == _STRETCH:
                        yield stretch
                        stretch = []
                if stretch:
                    yield stretch
        else:
            at_hand = iter(self._items)
            while stretch := list(islice(at_hand, _STRETCH)):
                yield stretch

    def encoded(self, answered: list[Any]) -> bytes:
        """What was answered for a stretch, as it stands within a list in JSON."""
        return orjson.dumps(answered)[1:-1]

    def joined(self, stretches: Iterable[bytes]) -> Any:
        """The whole list, as JSON for whoever encodes what is around it."""
        return orjson.Fragment(b"[" + b",".join(stretches) + b"]")
