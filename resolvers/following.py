"""Streams as fields answer them: whoever can be told without waiting takes the reader instead."""

from collections.abc import AsyncGenerator
from typing import Any, Protocol, TypeVar

from realtime.follow import Reader, follow
from resolvers.context import Info
from resolvers.loaders import Loaders

Event = TypeVar("Event")
Found = TypeVar("Found")


class Telling(Reader[Found], Protocol[Found]):
    """A reader that knows how clients see what it finds."""

    def told(self, event: Found) -> Any:
        """The event as clients see it, once its place is passed."""


async def followed(info: Info, reader: Telling[Any], *topics: str) -> AsyncGenerator[Any, None]:
    """What the reader finds, woken by these topics; nothing once the reader is taken away."""
    sink = info.context.sink
    if sink is not None and sink.take(reader, topics):
        return
    found = follow(reader, *topics)
    try:
        async for event in found:
            info.context.loaders = Loaders()  # each event is answered from what is true now
            yield reader.told(event)
    finally:
        await found.aclose()
