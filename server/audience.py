"""All who follow in this process, over sockets and event streams alike: what they share."""

from strawberry import Schema

from realtime.feed import Feed
from resolvers.context import Context
from server.frames import Frame
from server.guards import Guards
from server.pairs import Pairs
from server.selections import Selections
from server.sinks import Sink, SubscribeRequest
from server.subscribers import Place, Subscriber, Wire


class Audience:
    """Those of one schema: they get their turns from one feed, of one person a few at once."""

    def __init__(self, schema: Schema) -> None:
        self.feed, self.guards = Feed(), Guards()
        self._selections, self._pairs = Selections(schema), Pairs()

    def sink(self, asked: SubscribeRequest, context: Context) -> Sink:
        """What takes this subscription off its stream, where it can be told without one."""
        viewer = context.viewer
        return Sink(self._selections, asked, None if viewer is None else viewer.id)

    def subscriber(self, sink: Sink, place: Place, wire: Wire, frame: Frame) -> Subscriber | None:
        """Whoever goes on with the subscription, once they join; None: it was not taken."""
        return Subscriber(place, wire, self._pairs, sink, frame) if sink.is_taken else None
