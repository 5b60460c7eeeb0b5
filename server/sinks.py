"""What takes a subscription off its stream, for whoever tells it without one."""

from collections.abc import Sequence
from typing import Any, Protocol
from uuid import UUID

from resolvers.following import Telling
from server.observing import Observation
from server.selections import Held, Selection, Selections


class SubscribeRequest(Protocol):
    """A subscription as a client asks for it."""

    id: str
    query: str
    operation_name: str | None
    variables: dict[str, Any] | None


class Sink:
    """Takes a subscription off its stream, once that has been allowed to begin."""

    is_taken = False
    """Whether it was; then all these are there."""
    selection: Selection
    held: Held
    reader: Telling[Any]
    topics: Sequence[str]
    observation: Observation

    def __init__(
        self, selections: Selections, asked: SubscribeRequest, person: UUID | None
    ) -> None:
        self.asked, self._selections, self._person = asked, selections, person

    def take(self, reader: Telling[Any], topics: Sequence[str]) -> bool:
        asked = self.asked
        said = asked.query, asked.operation_name, asked.variables
        selection = self._selections.find(*said, self._person)
        if selection is None:
            return False
        self.held = self._selections.hold(selection, asked.variables, self._person)
        self.selection, self.reader, self.topics = selection, reader, topics
        self.is_taken = True
        return True

    def has_taken(self, observation: Observation) -> bool:
        """Whether it was taken; then whoever took it goes on observing it."""
        self.observation = observation
        return self.is_taken
