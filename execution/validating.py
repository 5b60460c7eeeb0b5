"""What is wrong with a document: the first of it, without hints where the schema is not shown.

Each error is looked up in the text, and shows the value it is about; each hint is compared with all
names there are. All of it takes far longer than to find that something is wrong. And rules about
what stands nowhere in a document go through all of it to find that.
"""

from collections.abc import Iterator
from typing import Any

import graphql
from graphql import (
    SKIP,
    DocumentNode,
    GraphQLError,
    GraphQLInputType,
    ValueNode,
    ValuesOfCorrectTypeRule,
    validate,
)
from graphql.utilities import validate_input_literal
from strawberry import Schema
from strawberry.extensions import SchemaExtension
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule

from execution.reading import lines_of

ERRORS = 10
"""So many are found, and no more are looked for."""
LOOKED_UP = 40_000
"""So many characters are gone through for the places of all of them together."""
LINE = 20
"""To count a line takes as long as to pass over so many characters."""
LONG = 300
"""Characters of a value of which only the first error is told: it shows all of it."""

ABOUT = {
    "$": (
        *(graphql.UniqueVariableNamesRule, graphql.VariablesAreInputTypesRule),
        *(graphql.NoUndefinedVariablesRule, graphql.NoUnusedVariablesRule),
        graphql.VariablesInAllowedPositionRule,
    ),
    "@": (graphql.KnownDirectivesRule, graphql.UniqueDirectivesPerLocationRule),
    "fragment": (graphql.UniqueFragmentNamesRule, graphql.NoUnusedFragmentsRule),
    "...": (
        *(graphql.KnownFragmentNamesRule, graphql.NoFragmentCyclesRule),
        graphql.PossibleFragmentSpreadsRule,
    ),
}
"""Rules that find nothing where this stands nowhere in the text."""


def errors_in(schema: Schema, tree: DocumentNode, rules: tuple[Any, ...]) -> list[GraphQLError]:
    """What these rules, and those that every document is held to, find wrong with it."""
    needless = _needless(tree)
    usual = [_Values if rule is ValuesOfCorrectTypeRule else rule for rule in rules]
    return validate(
        schema._schema,
        tree,
        [
            *(rule for rule in usual if rule not in needless),
            *(MaybeNullValidationRule, OneOfInputValidationRule),
        ],
        max_errors=_most_errors(tree),
        hide_suggestions=schema.config.disable_field_suggestions,
    )


def _needless(tree: DocumentNode) -> set[Any]:
    if tree.loc is None:
        return set()
    text = tree.loc.source.body
    return {rule for mark, rules in ABOUT.items() if mark not in text for rule in rules}


def _most_errors(tree: DocumentNode) -> int:
    """Fewer of long documents: their places are looked for from the beginning each time."""
    last = tree.definitions[-1].loc
    if last is None:
        return ERRORS
    length = last.end + LINE * lines_of(last.source.body, last.end)
    return max(1, min(ERRORS, LOOKED_UP // length))


class Validating(SchemaExtension):
    """Validates whatever nothing has been found wrong with, or right, before."""

    def on_validate(self) -> Iterator[None]:
        asked = self.execution_context
        if asked.validation_rules and asked.pre_execution_errors is None and asked.graphql_document:
            asked.pre_execution_errors = errors_in(
                asked.schema, asked.graphql_document, asked.validation_rules
            )
        yield


class _Values(ValuesOfCorrectTypeRule):
    """As the rule is, but for long values."""

    def is_valid_value_node(self, node: ValueNode, input_type: GraphQLInputType | None) -> Any:
        if input_type is None or node.loc is None or node.loc.end - node.loc.start <= LONG:
            return super().is_valid_value_node(node, input_type)
        try:
            validate_input_literal(
                node, input_type, _first, hide_suggestions=self.context.hide_suggestions
            )
        except _FirstError as found:
            self.report_error(found.error)
        return SKIP


class _FirstError(Exception):
    def __init__(self, error: GraphQLError) -> None:
        self.error = error


def _first(error: GraphQLError, _: list[str | int]) -> None:
    raise _FirstError(error)
