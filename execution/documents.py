"""What is known of a document, all in one place, and the documents that are remembered.

What depends on the text alone is found out once: its tree, what is wrong with it, which variables
make it longer, how much it asks for, its operations made ready to run. It is forgotten together.
"""

from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from graphql import (
    DocumentNode,
    GraphQLError,
    OperationDefinitionNode,
    get_operation_ast,
)
from graphql import OperationType as CoreOperationType
from strawberry import Schema
from strawberry.extensions import SchemaExtension
from strawberry.types.graphql import OperationType

from execution.compiled import Prepared
from execution.limits import Limits
from execution.queueing import Queue
from execution.reading import Whole, read
from execution.validating import errors_in

DOCUMENTS = 1_000
"""How many documents are remembered."""
TOKENS = 100_000
"""How long all of them may be together: a tree takes a quarter of a kilobyte for each token, and
the collector a microsecond, each time that it looks for old garbage."""
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


@dataclass(slots=True, unsafe_hash=True)
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
        place = self.tree.loc
        tokens = place.tokens if isinstance(place, Whole) else len(self.text)
        return tokens + len(self.text) // CHARACTERS

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


class Documents:
    """The documents of one schema; the one not used for longest is forgotten first."""

    def __init__(self, most: int = DOCUMENTS, tokens: int = TOKENS) -> None:
        self._most, self._tokens = most, tokens
        self._known: OrderedDict[str, Document] = OrderedDict()
        self._room: dict[str, int] = {}
        self._taken = 0
        self.queue = Queue()

    def find(self, text: str) -> Document | None:
        """The document with this text, used just now."""
        found = self._known.get(text)
        if found is not None:
            self._known.move_to_end(text)
        return found

    def add(self, text: str, tree: DocumentNode) -> Document:
        """Remembers a document that was parsed."""
        self._taken -= self._room.get(text, 0)
        made = self._known[text] = Document(text, tree)
        self._known.move_to_end(text)
        self._room[text] = made.room
        self._taken += self._room[text]
        while len(self._known) > self._most or self._taken > self._tokens:
            forgotten, _ = self._known.popitem(last=False)
            self._taken -= self._room.pop(forgotten)
        return made

    def forget(self, document: Document) -> None:
        """Nobody asks again for what is refused, and to keep it is to go through it for garbage."""
        if self._known.get(document.text) is document:
            del self._known[document.text]
            self._taken -= self._room.pop(document.text)


def remember(schema: Schema, most: int = DOCUMENTS) -> Documents:
    """From now on the documents that this schema is asked are parsed and validated once."""
    documents = _of_schemas[schema] = Documents(most)
    schema.extensions = (lambda: _Remembering(documents), *schema.extensions)
    return documents


def document_of(schema: Schema, text: str, tree: DocumentNode) -> Document:
    """What is known of a document of this schema; nothing yet, where none are remembered."""
    documents = _of_schemas.get(schema)
    found = documents.find(text) if documents is not None else None
    return found if found is not None and found.tree is tree else Document(text, tree)


def known_document(schema: Schema, text: str) -> Document | None:
    """The document of this text, if this schema remembers it."""
    documents = _of_schemas.get(schema)
    return None if documents is None else documents.find(text)


def is_query(schema: Schema, text: str, name: str | None) -> bool | None:
    """Whether this operation of a document that is being run is a query; None: it has not been read
    yet. It is read anew where none are remembered, and so none waits to be read."""
    documents = _of_schemas.get(schema)
    if documents is None:
        try:
            tree = read(text, Limits())
        except GraphQLError:
            return False
    elif (known := documents.find(text)) is None:
        return None  # to be read in a turn of its own, or refused: who only asks does neither
    else:
        tree = known.tree
    found = get_operation_ast(tree, name)
    return found is not None and found.operation is CoreOperationType.QUERY


def operations_of(document: Document, name: str | None = None) -> list[OperationDefinitionNode]:
    """The operations of this name; without one, all."""
    found = [d for d in document.tree.definitions if isinstance(d, OperationDefinitionNode)]
    return [o for o in found if name is None or (o.name and o.name.value == name)]


_of_schemas: WeakKeyDictionary[Schema, Documents] = WeakKeyDictionary()


class _Remembering(SchemaExtension):
    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        self._document: Document | None = None

    async def on_parse(self) -> AsyncIterator[None]:
        asked = self.execution_context
        if asked.query and asked.graphql_document is None:
            self._document = self._documents.find(asked.query)
            if self._document is None:
                await self._documents.queue.turn()
                self._document = self._documents.find(asked.query)
            if self._document is not None:
                asked.graphql_document = self._document.tree
        yield
        if asked.query and asked.graphql_document is not None and self._document is None:
            self._document = self._documents.add(asked.query, asked.graphql_document)

    async def on_validate(self) -> AsyncIterator[None]:
        asked, document = self.execution_context, self._document
        # Without rules it is refused already: to validate it may take as long as to run it.
        if document is not None and asked.validation_rules:
            if document.errors is None:
                await self._documents.queue.turn()
            if document.errors is None:
                document.errors = errors_in(asked.schema, document.tree, asked.validation_rules)
            asked.pre_execution_errors = document.errors
        yield
        if document is not None and asked.pre_execution_errors and not document.lengths:
            self._documents.forget(document)  # with other variables it would be refused, too

    def on_execute(self) -> Iterator[None]:
        asked, document = self.execution_context, self._document
        type, name = asked.operation_type, asked._provided_operation_name
        if (
            document is not None
            and type is not OperationType.SUBSCRIPTION
            and name not in document.operations
        ):
            found = Prepared.of(asked.schema, document.tree, name)
            if found is not None:
                document.operations[name] = Known(type, asked.operation_name, found)
        yield
