"""An operation made ready once: what graphql-core finds out about a document for every request."""

from typing import Any, Self

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLError,
    OperationDefinitionNode,
    default_field_resolver,
    default_type_resolver,
)
from graphql.execution.collect_fields import FragmentDetails
from graphql.execution.values import VariableValues, get_variable_values
from strawberry import Schema
from strawberry.execution import optimized_is_awaitable

from execution.compiled.executor import CompiledExecutor
from execution.compiled.variables import variables_reader

_ERRORS_AT_MOST = 50
"""As many as graphql-core tells of variables."""


class Prepared:
    """One operation of a document that was validated; makes its executors without looking anew."""

    def __init__(
        self, schema: Schema, document: DocumentNode, operation: OperationDefinitionNode
    ) -> None:
        self._kind: Any = schema.execution_context_class
        self._schema, self._document = schema._schema, document
        self._variables = operation.variable_definitions or ()
        self._definitions = {
            each.name.value: each
            for each in document.definitions
            if isinstance(each, FragmentDefinitionNode)
        }
        self._constant: dict[str, Any] = {
            "schema": schema._schema,
            "fragment_definitions": self._definitions,
            "fragments": {
                name: FragmentDetails(each, None) for name, each in self._definitions.items()
            },
            "root_value": None,
            "operation": operation,
            "field_resolver": default_field_resolver,
            "type_resolver": default_type_resolver,
            "subscribe_field_resolver": default_field_resolver,
            "middleware_manager": None,
            "is_awaitable": optimized_is_awaitable,
            "hide_suggestions": False,
            "abort_signal": None,
            "operation_extensions": None,
        }
        self._read_variables = variables_reader(schema._schema, self._variables)
        self._is_compiled = issubclass(self._kind, CompiledExecutor)

    @classmethod
    def of(cls, schema: Schema, document: DocumentNode, name: str | None) -> Self | None:
        """The operation with this name, or the only one; None when there is more to find out."""
        operations = [
            each for each in document.definitions if isinstance(each, OperationDefinitionNode)
        ]
        if name is not None:
            operations = [each for each in operations if each.name and each.name.value == name]
        if len(operations) != 1:
            return None
        made = cls(schema, document, operations[0])
        has_own = any(each.variable_definitions for each in made._definitions.values())
        return None if has_own else made

    def executor(self, context: Any, variables: dict[str, Any] | None) -> Any:
        """An executor for these variables, or the list of what is wrong with them."""
        given: VariableValues | list[GraphQLError] | None = VariableValues({}, {})
        if self._variables:
            given = self._read_variables(variables or {}) if self._read_variables else None
            if given is None:
                given = get_variable_values(
                    self._schema, self._variables, variables or {}, max_errors=_ERRORS_AT_MOST
                )
                if isinstance(given, list):
                    return given
        if self._is_compiled:
            planned = self._kind.planned(self._constant, given, context)
            planned.find_plan(self._document)
            if planned.plan is not None:
                return planned
        return self._kind(variable_values=given, context_value=context, **self._constant)
