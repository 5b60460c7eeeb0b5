"""The three spots of generated code at which a value is completed, and the words used there.

In a field, a value or what is to be awaited for it is put into `wait` under the field's key; in a
list, under the item's index; a coroutine awaits by itself.
"""

from dataclasses import dataclass
from typing import Protocol


class Spot(Protocol):
    """`result` is the variable that is set, `trail` the expression of the value's path."""

    @property
    def result(self) -> str: ...

    @property
    def trail(self) -> str: ...

    @property
    def rest(self) -> str:
        """A statement for a value `v` that is not recognized."""

    def rest_of(self, kind: str, made: str) -> str:
        """The same where an object or a list was expected, for which `made` is the function."""

    @property
    def later(self) -> str:
        """A statement for a result that may have to be awaited."""

    @property
    def failed(self) -> str:
        """A statement for the error that is being handled."""


@dataclass(frozen=True, slots=True)
class Field:
    """In the function of an object, whose path is `path`."""

    result: str
    place: str
    key: str
    parent: str

    @property
    def trail(self) -> str:
        return f"(path, {self.key!r}, {self.parent!r})"

    @property
    def rest(self) -> str:
        return f"{self.result}, wait = rest(ex, {self.place}, path, v, wait)"

    def rest_of(self, kind: str, made: str) -> str:
        return f"{self.result}, wait = rest_{kind}(ex, {self.place}, path, v, wait, {made})"

    @property
    def later(self) -> str:
        return f"{self.result}, wait = later(ex, {self.place}, path, {self.result}, wait)"

    @property
    def failed(self) -> str:
        return f"{self.result} = failed(ex, {self.place}, path)"


@dataclass(frozen=True, slots=True)
class Awaited(Field):
    """In the coroutine of a field."""

    @property
    def rest(self) -> str:
        return f"{self.result} = await settled(ex, {self.place}, path, v)"

    def rest_of(self, kind: str, made: str) -> str:
        return self.rest

    @property
    def later(self) -> str:
        return f"{self.result} = await {self.result} if awaits({self.result}) else {self.result}"


@dataclass(frozen=True, slots=True)
class Item:
    """In the function of a list, whose path is `path`, at the index `i`."""

    result: str
    place: str
    type: str
    trail: str = "(path, i, None)"

    @property
    def rest(self) -> str:
        return f"{self.result}, wait = rest_item(ex, {self.place}, {self.type}, path, i, v, wait)"

    def rest_of(self, kind: str, made: str) -> str:
        return self.rest

    @property
    def later(self) -> str:
        given = f"ex, {self.place}, {self.type}, path, i, {self.result}, wait"
        return f"{self.result}, wait = later_item({given})"

    @property
    def failed(self) -> str:
        return f"{self.result} = failed_item(ex, {self.place}, {self.type}, path, i)"
