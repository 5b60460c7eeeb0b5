"""The stream of what happens in one's conversations."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

from strawberry import ID

from domain.denials import NothingThere
from models.ids import id_of
from realtime import topics
from resolvers.context import Info, viewer_of
from resolvers.following import followed
from resolvers.listener import Listener
from resolvers.message_events import Event


async def follow_messages(
    info: Info, match_id: ID | None = None, after: str | None = None
) -> AsyncGenerator[Event, None]:
    """What happens in one pair, or in all of the viewer's, from a place on."""
    viewer = viewer_of(info)
    only = None if match_id is None else id_of("match", match_id)
    if match_id is not None and only is None:
        raise NothingThere
    listener = Listener(viewer, only, after)
    topic = topics.person(viewer.id) if only is None else topics.match(only)
    async with aclosing(followed(info, listener, topic)) as found:
        async for event in found:
            yield event
