"""The short way to an answer, for documents that have gone the long one.

Strawberry parses, counts, validates, and tells its extensions of each step, for every request anew.
Whatever of that depends on the text alone is over once the text has been through: after that only
its length depends on its variables (`Budget`), and it is counted again. Nothing is left out:
documents are remembered when they are run, and one that was refused goes the long way each time.

The extensions of the schema must have said all they have to say before a document is run; whether
it may be run now is asked of `admit` on either way.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from inspect import isawaitable
from typing import Any, TypeAlias

from graphql import DocumentNode, GraphQLError
from strawberry import Schema
from strawberry.execution import optimized_is_awaitable
from strawberry.extensions import SchemaExtension
from strawberry.types import ExecutionResult
from strawberry.types.graphql import OperationType

from execution.admission import Admit
from execution.budget import Document, refusal
from execution.limits import Limits

DOCUMENTS = 1_000
"""How many documents are remembered, each with the operation that is asked of it."""


@dataclass(frozen=True, slots=True)
class Known:
    """A document that has been run."""

    document: Document
    operation_type: OperationType
    name: str | None


Note: TypeAlias = Callable[[OperationType, str | None], None]
"""Told of an operation before it is run: its type, and its name in the document."""


class Lane:
    """Executes as `Schema.execute` does. Queries and mutations that are known go the short way."""

    def __init__(
        self,
        schema: Schema,
        limits: Limits | None = None,
        documents: int = DOCUMENTS,
        note: Note | None = None,
        admit: Admit | None = None,
    ) -> None:
        """`note` is told of what goes the short way: extensions hear of the long one alone."""
        self._schema, self._limits, self._most = schema, limits or Limits(), documents
        self._note = note
        self._admit = admit
        self._known: OrderedDict[tuple[str, str | None], Known] = OrderedDict()
        schema.extensions = (*schema.extensions, lambda: _Remembering(self))

    async def execute(
        self,
        query: str,
        *,
        variable_values: dict[str, Any] | None,
        context_value: Any,
        operation_name: str | None = None,
        allowed_operation_types: Iterable[OperationType],
    ) -> ExecutionResult:
        """The answer to one operation."""
        known = self._known.get((query, operation_name))
        if (
            known is None
            or known.operation_type not in allowed_operation_types
            or refusal(self._schema._schema, known.document, variable_values or {}, self._limits)
        ):
            return await self._schema.execute(
                query,
                variable_values=variable_values,
                context_value=context_value,
                operation_name=operation_name,
                allowed_operation_types=allowed_operation_types,
            )
        self._known.move_to_end((query, operation_name))
        try:
            if self._note is not None:
                self._note(known.operation_type, known.name)
            if self._admit is not None:
                said = variable_values or {}
                await self._admit(known.document, operation_name, said, context_value)
            return await self._run(known, variable_values, context_value, operation_name)
        except Exception as error:
            raised = (
                error
                if isinstance(error, GraphQLError)
                else GraphQLError(str(error), original_error=error)
            )
            return ExecutionResult(data=None, errors=[raised])

    async def _run(
        self, known: Known, variables: dict[str, Any] | None, context: Any, name: str | None
    ) -> ExecutionResult:
        build: Any = self._schema.execution_context_class.build
        executor = build(
            self._schema._schema,
            known.document.tree,
            context_value=context,
            raw_variable_values=variables,
            operation_name=name,
            is_awaitable=optimized_is_awaitable,
            operation_extensions=None,
        )
        if isinstance(executor, list):
            return ExecutionResult(data=None, errors=executor)
        result = executor.execute_operation()
        if isawaitable(result):
            result = await result
        return ExecutionResult(data=result.data, errors=result.errors)

    def remember(
        self, query: str, asked: str | None, tree: DocumentNode, type: Any, name: str | None
    ) -> None:
        """From now on this operation of this document goes the short way."""
        self._known[query, asked] = Known(Document(query, tree), type, name)
        if len(self._known) > self._most:
            self._known.popitem(last=False)


class _Remembering(SchemaExtension):
    def __init__(self, lane: Lane) -> None:
        self._lane = lane

    def on_execute(self) -> Iterator[None]:
        asked = self.execution_context
        type, tree = asked.operation_type, asked.graphql_document
        if asked.query and tree is not None and type is not OperationType.SUBSCRIPTION:
            name = asked._provided_operation_name
            self._lane.remember(asked.query, name, tree, type, asked.operation_name)
        yield
