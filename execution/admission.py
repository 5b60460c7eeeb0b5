"""The last question before a valid document is run: whether it may be, now."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any, TypeAlias

from strawberry.extensions import SchemaExtension

from execution.documents import Document
from execution.remembering import document_of

Admit: TypeAlias = Callable[[Document, str | None, Mapping[str, Any], Any], Awaitable[None]]
"""Given a document, the name of its operation, the variables and the context; raises to refuse."""


class Admission(SchemaExtension):
    """Asks before each operation. What is raised becomes the one error of an operation not run."""

    def __init__(self, admit: Admit) -> None:
        self._admit = admit

    async def on_execute(self) -> AsyncIterator[None]:
        asked = self.execution_context
        if asked.query and asked.graphql_document:
            document = document_of(asked.schema, asked.query, asked.graphql_document)
            name, variables = asked._provided_operation_name, asked.variables or {}
            await self._admit(document, name, variables, asked.context)
        yield
