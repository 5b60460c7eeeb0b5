"""What is wrong with a document: the first of it, without hints where the schema is not shown.

Each error is looked up in the text, and each hint compared with all names there are: both take far
longer than to find that something is wrong.
"""

from collections.abc import Iterator
from typing import Any

from graphql import DocumentNode, GraphQLError, validate
from strawberry import Schema
from strawberry.extensions import SchemaExtension
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule

ERRORS = 10
"""So many are found, and no more are looked for."""


def errors_in(schema: Schema, tree: DocumentNode, rules: tuple[Any, ...]) -> list[GraphQLError]:
    """What these rules, and those that every document is held to, find wrong with it."""
    return validate(
        schema._schema,
        tree,
        (*rules, MaybeNullValidationRule, OneOfInputValidationRule),
        max_errors=ERRORS,
        hide_suggestions=schema.config.disable_field_suggestions,
    )


class Validating(SchemaExtension):
    """Validates whatever nothing has been found wrong with, or right, before."""

    def on_validate(self) -> Iterator[None]:
        asked = self.execution_context
        if asked.validation_rules and asked.pre_execution_errors is None and asked.graphql_document:
            asked.pre_execution_errors = errors_in(
                asked.schema, asked.graphql_document, asked.validation_rules
            )
        yield
