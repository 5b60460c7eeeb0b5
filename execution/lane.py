"""The short way to an answer, for documents that have gone the long one.

Strawberry parses, counts, validates, and tells its extensions of each step, for every request anew.
Whatever of that depends on the text alone is over once the text has been through: after that only
its length depends on its variables (`Budget`), and it is counted again. Nothing is left out:
operations are remembered when they are run, and one that was refused goes the long way each time.

The extensions of the schema must have said all they have to say before a document is run; whether
it may be run now is asked of `admit` on either way.
"""

from collections.abc import Callable, Container
from typing import Any, TypeAlias

from graphql import GraphQLError
from strawberry import Schema
from strawberry.execution import optimized_is_awaitable as is_awaitable
from strawberry.types import ExecutionResult
from strawberry.types.graphql import OperationType

from execution.admission import Admit
from execution.budget import refusal
from execution.documents import Document
from execution.limits import Limits
from execution.remembering import DOCUMENTS, remember

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
        self._schema, self._limits = schema, limits or Limits()
        self._note = note
        self._admit = admit
        self._documents = remember(schema, documents)

    def known(self, query: str, name: str | None) -> Document | None:
        """What is known of a document whose operation of this name goes the short way."""
        document = self._documents.find(query)
        return document if document is not None and name in document.operations else None

    async def execute(
        self,
        query: str,
        *,
        variable_values: dict[str, Any] | None,
        context_value: Any,
        operation_name: str | None = None,
        allowed_operation_types: Container[OperationType],
    ) -> ExecutionResult:
        """The answer to one operation."""
        document = self._documents.use(query)
        known = None if document is None else document.operations.get(operation_name)
        if (
            document is None
            or known is None
            or known.type not in allowed_operation_types
            or refusal(self._schema._schema, document, variable_values or {}, self._limits)
        ):
            allowed: Any = allowed_operation_types
            return await self._schema.execute(
                query,
                variable_values=variable_values,
                context_value=context_value,
                operation_name=operation_name,
                allowed_operation_types=allowed,
            )
        try:
            if self._note is not None:
                self._note(known.type, known.name)
            if self._admit is not None:
                said = variable_values or {}
                await self._admit(document, operation_name, said, context_value)
            executor = known.prepared.executor(context_value, variable_values)
            if isinstance(executor, list):
                return ExecutionResult(data=None, errors=executor)
            result = executor.execute_operation()
            if is_awaitable(result):
                result = await result
            return ExecutionResult(data=result.data, errors=result.errors)
        except Exception as error:
            raised = (
                error
                if isinstance(error, GraphQLError)
                else GraphQLError(str(error), original_error=error)
            )
            return ExecutionResult(data=None, errors=[raised])
