"""Learns from each document what its requests read first, to read it with the session next time.

A statement is learned by the letter, and of its values whose they are: the person's own id, or an
id in the variables. That is enough to guess right for other people; a wrong guess costs the time of
a read, is seen by nobody, and soon no more is made for that document.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self, TypeAlias
from uuid import UUID

from domain.viewer import Viewer
from execution.documents import Document
from execution.lane import Lane
from execution.trusted import DocumentRefused
from models.foresight import Foresight
from models.ids import parse_global_id
from server.requests import Operation
from server.terms import Terms

MISSES = 3
"""So many wrong guesses in a row, and there are no more."""
_CONSTANT = (str, int, type(None))
_LONGEST = 100
"""Characters of a text that is kept: what is longer is somebody's own, and may be a megabyte."""

Variables: TypeAlias = Mapping[str, Any]
Filling: TypeAlias = Callable[[UUID, Variables], Any]
"""Makes a value of a person's id and the variables; KeyError where an id is missing."""
Place: TypeAlias = tuple[str, ...]
"""Where an id stands in the variables: its name, and the name of the input that it is in."""


class First:
    """What one request will read first, and what it has; while it is entered."""

    __slots__ = ("_document", "_lane", "_seen", "_terms", "_text", "operation")

    def __init__(self, lane: Lane | None, terms: Terms, operation: Operation) -> None:
        self._lane, self._terms, self.operation = lane, terms, operation
        self._text: str | None = None
        self._document: Document | None = None
        self._seen: Foresight | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """What was read for this request is nobody else's."""
        if self._seen is not None:
            self._seen.close()

    def text(self) -> str:
        """The document; DocumentRefused when there is none, or none that may be."""
        if self._text is None:
            self._text = self._terms.documents.text_of(self.operation.document)
        return self._text

    def foresee(self, user: UUID) -> Foresight | None:
        """Nothing for documents that are new, and for who is refused just now."""
        if self._lane is None or self._terms.limiter.refuses(user):
            return None
        asked = self.operation
        try:
            self._document = self._lane.known(self.text(), asked.name)
        except DocumentRefused:
            return None
        if self._document is not None:
            self._seen = foresee(self._document, asked.name, asked.variables, user)
        return self._seen

    def learn(self, viewer: Viewer | None) -> None:
        """For the next one who asks for the same."""
        if self._seen is not None and self._document is not None and viewer is not None:
            asked = self.operation.name, self.operation.variables, viewer.id
            learn(self._document, *asked, self._seen)


@dataclass(slots=True)
class Learned:
    """What requests for one operation read first."""

    sql: str = ""
    fillings: tuple[Filling, ...] | None = None
    misses: int = 0


def foresee(
    document: Document, name: str | None, variables: Variables | None, user: UUID
) -> Foresight:
    """What will be read first by this person, who asks for this."""
    learned: Learned | None = document.found.get((Learned, name))
    if learned is None or learned.fillings is None or learned.misses >= MISSES:
        return Foresight()
    said = variables or {}
    try:
        values = tuple([filling(user, said) for filling in learned.fillings])
    except KeyError:
        return Foresight()
    return Foresight((learned.sql, values))


def learn(
    document: Document,
    name: str | None,
    variables: Variables | None,
    user: UUID,
    seen: Foresight,
) -> None:
    """Takes note of what was read first in fact."""
    learned: Learned = document.found.setdefault((Learned, name), Learned())
    if learned.misses >= MISSES:
        return
    if seen.guess is None:
        if learned.fillings is None and not _learned(learned, seen, variables, user):
            learned.misses += 1
    elif seen.first == seen.guess and not seen.has_failed:
        learned.misses = 0
    else:
        learned.misses += 1
        _learned(learned, seen, variables, user)


def _learned(learned: Learned, seen: Foresight, variables: Variables | None, user: UUID) -> bool:
    """Whether what was read could have been told beforehand; from now on it is."""
    learned.fillings = None
    if seen.first is None:
        return False
    where = {id: place for place, id in _ids_in(variables)}
    learned.sql, values = seen.first
    fillings = [_filling(value, user, where) for value in values]
    if None in fillings:
        return False
    learned.fillings = tuple(each for each in fillings if each is not None)
    return True


def _filling(value: Any, user: UUID, where: Mapping[UUID, Place]) -> Filling | None:
    """How a value may be told beforehand; None when nobody can."""
    if isinstance(value, UUID):
        if value == user:
            return lambda user, said: user
        place = where.get(value)
        return None if place is None else lambda user, said: _id_at(place, said)
    if isinstance(value, list) and len(value) == 1:
        one = _filling(value[0], user, where) if isinstance(value[0], UUID) else None
        return None if one is None else lambda user, said: [one(user, said)]
    if type(value) not in _CONSTANT or (isinstance(value, str) and len(value) > _LONGEST):
        return None
    return lambda user, said: value


def _ids_in(variables: Variables | None, within: Place = ()) -> Iterator[tuple[Place, UUID]]:
    for name, value in (variables or {}).items():
        if isinstance(value, str):
            if (parsed := parse_global_id(value)) is not None:
                yield (*within, name), parsed[1]
        elif isinstance(value, dict) and not within:
            yield from _ids_in(value, (name,))


def _id_at(place: Place, variables: Variables) -> UUID:
    value: Any = variables
    for name in place:
        value = value.get(name) if isinstance(value, dict) else None
    parsed = parse_global_id(value) if isinstance(value, str) else None
    if parsed is None:
        raise KeyError(place)
    return parsed[1]
