"""What is known of a document, all in one place.

What depends on the text alone is found out once: its tree, what is wrong with it, which variables
make it longer, how much it asks for, its operations made ready to run. It is forgotten together.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from graphql import DocumentNode, GraphQLError, OperationDefinitionNode
from strawberry.types.graphql import OperationType

from execution.compiled import Prepared

CHARACTERS = 500
"""So many characters of a text take as much room as a token."""
VERDICTS = 64
"""For how many lengths of its lists it is remembered what a document comes to."""

T = TypeVar("T")
Refusal = tuple[str, str]
"""A code and a message."""


@dataclass(frozen=True, slots=True)
class Known:
    """An operation of a document that has been run."""

    type: OperationType
    name: str | None
    """As the document has it."""
    prepared: Prepared


@dataclass(slots=True, weakref_slot=True, unsafe_hash=True)
class Document:
    """One document, as one schema and its limits see it; known again by its text alone."""

    text: str
    tree: DocumentNode = field(compare=False)
    errors: list[GraphQLError] | None = field(default=None, compare=False)
    """What is wrong with it; None: nobody has looked yet."""
    lengths: tuple[str, ...] | None = field(default=None, compare=False)
    """The variables that say how long its lists are; None: nobody has looked yet."""
    operations: dict[str | None, Known] = field(default_factory=dict, compare=False)
    """Those that have been run, by the name they were asked for with."""
    found: dict[Any, Any] = field(default_factory=dict, compare=False)
    """What else was looked for in it, and found; `once` looks."""
    _verdicts: dict[Any, Refusal | None] = field(default_factory=dict, compare=False)

    @property
    def room(self) -> int:
        """How much memory it takes, in tokens."""
        return self.tree.token_count + len(self.text) // CHARACTERS

    def once(self, what: Any, look: Callable[[], T]) -> T:
        """What it comes to: found out once, and forgotten with the document."""
        if what not in self.found:
            self.found[what] = look()
        found: T = self.found[what]
        return found

    def verdict(self, given: Any) -> Refusal | None:
        """What it came to with these lengths; KeyError when that is not known."""
        return self._verdicts[given]

    def judge(self, given: Any, verdict: Refusal | None) -> None:
        """Remembers what it comes to with these lengths."""
        if len(self._verdicts) >= VERDICTS:
            self._verdicts.clear()
        self._verdicts[given] = verdict


def operations_of(document: Document, name: str | None = None) -> list[OperationDefinitionNode]:
    """The operations of this name; without one, all."""
    found = [d for d in document.tree.definitions if isinstance(d, OperationDefinitionNode)]
    return [o for o in found if name is None or (o.name and o.name.value == name)]
