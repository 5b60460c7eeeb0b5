"""Streams as fields answer them: whoever can be told without waiting takes the reader instead."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any, Protocol, TypeVar

from realtime import topics
from realtime.follow import Reader, follow
from resolvers.context import Info, viewer_of
from resolvers.loaders import Loaders

Event = TypeVar("Event")
Found = TypeVar("Found")


class Telling(Reader[Found], Protocol[Found]):
    """A reader that knows how clients see what it finds."""

    def told(self, event: Found) -> Any:
        """The event as clients see it, once its place is passed."""


async def followed(info: Info, reader: Telling[Any], topic: str) -> AsyncGenerator[Any, None]:
    """What the reader finds, woken by this topic and by the end of the viewer's session; nothing
    once the reader is taken away."""
    woken_by = topic, topics.session(viewer_of(info).session_id)
    sink = info.context.sink
    if sink is not None and sink.take(reader, woken_by):
        return
    async with aclosing(follow(reader, *woken_by)) as found:
        async for event in found:
            info.context.loaders = Loaders()  # each event is answered from what is true now
            yield reader.told(event)
