"""Which operation of a document is run."""

from collections.abc import Iterator

from graphql import GraphQLError, OperationDefinitionNode
from strawberry.extensions import SchemaExtension


class OneOperation(SchemaExtension):
    """Of several operations, one has to be named: the first is not run because it stands first."""

    def on_validate(self) -> Iterator[None]:
        asked = self.execution_context
        document = asked.graphql_document
        if document is not None and asked._provided_operation_name is None:
            operations = [d for d in document.definitions if isinstance(d, OperationDefinitionNode)]
            if len(operations) > 1:
                error = GraphQLError("Say which operation to run in `operationName`.", operations)
                asked.pre_execution_errors = [error]
        yield
