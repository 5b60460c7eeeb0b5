"""The documents that are remembered: of each schema so many, of so many tokens."""

from collections import OrderedDict
from collections.abc import AsyncIterator, Iterator
from weakref import WeakKeyDictionary, WeakValueDictionary

from graphql import DocumentNode, GraphQLError, get_operation_ast
from graphql import OperationType as CoreOperationType
from strawberry import Schema
from strawberry.extensions import SchemaExtension
from strawberry.types.graphql import OperationType

from execution.compiled import Prepared
from execution.documents import Document, Known
from execution.limits import Limits
from execution.queueing import Queue
from execution.reading import read
from execution.validating import errors_in

DOCUMENTS = 1_000
"""How many documents are remembered."""
TOKENS = 100_000
"""How long all of them may be together: a tree takes a quarter of a kilobyte for each token, and
the collector a microsecond, each time that it looks for old garbage."""
ONCE = 5
"""Of all this a fifth is for those that were asked for once."""


class Documents:
    """The documents of one schema that are remembered.

    Those that were asked for once stand on a shelf of their own: however many somebody sends that
    nobody sends again, what people ask every day is not forgotten for them, nor is there more for
    the collector to go through. While one is being run it is known, too, whatever comes meanwhile.
    """

    def __init__(self, most: int = DOCUMENTS, tokens: int = TOKENS) -> None:
        once = max(1, most // ONCE), tokens // ONCE
        self._once, self._again = _Shelf(*once), _Shelf(most - once[0], tokens - once[1])
        self._known: WeakValueDictionary[str, Document] = WeakValueDictionary()
        self.queue = Queue()

    def find(self, text: str) -> Document | None:
        """The document with this text."""
        return self._known.get(text)

    def use(self, text: str) -> Document | None:
        """The document with this text, asked for anew. Before it has been validated that does not
        count: a subscription over events is taken for a query first, and asked for twice."""
        if (found := self._again.known.get(text)) is not None:
            self._again.known.move_to_end(text)
        elif (found := self.find(text)) is not None and found.errors is not None:
            self._once.remove(found)
            self._again.put(found)
        return found

    def add(self, text: str, tree: DocumentNode) -> Document:
        """Remembers a document that was parsed."""
        if (before := self.find(text)) is not None:
            self.forget(before)
        made = self._known[text] = Document(text, tree)
        self._once.put(made)
        return made

    def forget(self, document: Document) -> None:
        """Nobody asks again for what is refused, and to keep it is to go through it for garbage."""
        if self.find(document.text) is document:
            self._once.remove(document)
            self._again.remove(document)
            self._known.pop(document.text, None)


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


class _Shelf:
    """So many documents, of so many tokens; the one not used for longest is forgotten first."""

    def __init__(self, most: int, tokens: int) -> None:
        self.known: OrderedDict[str, Document] = OrderedDict()
        self._most, self._tokens = most, tokens
        self._taken = 0

    def put(self, document: Document) -> None:
        self.known[document.text] = document
        self._taken += document.room
        while len(self.known) > self._most or self._taken > self._tokens:
            self.remove(next(iter(self.known.values())))

    def remove(self, document: Document) -> None:
        if self.known.pop(document.text, None) is not None:
            self._taken -= document.room


_of_schemas: WeakKeyDictionary[Schema, Documents] = WeakKeyDictionary()


class _Remembering(SchemaExtension):
    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        self._document: Document | None = None

    async def on_parse(self) -> AsyncIterator[None]:
        asked = self.execution_context
        if asked.query and asked.graphql_document is None:
            self._document = self._documents.use(asked.query)
            if self._document is None:
                await self._documents.queue.turn()
                self._document = self._documents.use(asked.query)
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
