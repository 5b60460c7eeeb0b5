"""Documents that ask for too much are refused before they are validated, and never run."""

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, TypeAlias

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
)
from strawberry.extensions import SchemaExtension

from execution.cost import NESTED, Cost, TooNestedError, Walk
from execution.lengths import Lengths, length
from execution.limits import Limits

_ENDLESS = re.compile(r"\d{4301}")
"""Digits: more than Python reads, validation included. A text has no need of so many either."""
TOO_DEEP, TOO_COMPLEX = "QUERY_TOO_DEEP", "QUERY_TOO_COMPLEX"
Refusal: TypeAlias = tuple[str, str]
"""A code and a message."""


@dataclass(frozen=True, slots=True)
class Document:
    """A document that is known again by its text: its tree is slow to compare."""

    text: str
    tree: DocumentNode = field(compare=False)


class Budget(SchemaExtension):
    """Refuses documents that ask for more than the limits."""

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._refusal: Refusal | None = None

    def on_operation(self) -> Iterator[None]:
        self.execution_context.parse_options["max_tokens"] = self._limits.tokens
        yield

    def on_parse(self) -> Iterator[None]:
        yield
        asked = self.execution_context
        if asked.query and asked.graphql_document:
            if _ENDLESS.search(asked.query):
                raise GraphQLError("A number of the document is longer than any may be.")
            schema, document = asked.schema._schema, Document(asked.query, asked.graphql_document)
            self._refusal = refusal(schema, document, asked.variables or {}, self._limits)
        if self._refusal:
            asked.validation_rules = ()  # to validate it may take as long as to run it

    def on_validate(self) -> Iterator[None]:
        if self._refusal:
            code, message = self._refusal
            error = GraphQLError(message, extensions={"code": code})
            self.execution_context.pre_execution_errors = [error]
        yield


def refusal(
    schema: GraphQLSchema, document: Document, variables: Mapping[str, Any], limits: Limits
) -> Refusal | None:
    """Why the document is refused; None when it is within the limits."""
    names = _variables_of_lengths(schema, document, limits)
    given = tuple((name, length(variables[name])) for name in names if name in variables)
    return _refusal(schema, document, given, limits)


@lru_cache(maxsize=1000)
def _variables_of_lengths(
    schema: GraphQLSchema, document: Document, limits: Limits
) -> tuple[str, ...]:
    """The variables that say how long a list is: no others make a difference."""
    if not any(operation.variable_definitions for operation in _operations(document)):
        return ()
    lengths = Lengths(document.tree, {}, limits)
    walk = Walk(schema, document.tree, lengths)
    with suppress(TooNestedError):  # then it is refused whatever they are
        for operation in _operations(document):
            walk.operation(operation)
    return tuple(sorted(lengths.asked))


@lru_cache(maxsize=1000)
def _refusal(
    schema: GraphQLSchema,
    document: Document,
    given: tuple[tuple[str, int | None], ...],
    limits: Limits,
) -> Refusal | None:
    walk = Walk(schema, document.tree, Lengths(document.tree, dict(given), limits))
    return _first_beyond(walk, document, limits)


def _first_beyond(walk: Walk, document: Document, limits: Limits) -> Refusal | None:
    try:
        for operation in _operations(document):
            is_mutation = operation.operation is OperationType.MUTATION
            roots = limits.mutations if is_mutation else limits.queries
            cost = walk.operation(operation)
            if cost.depth > limits.depth:
                return _too_deep(limits.depth)
            if cost.fields > roots:
                return _too_many("fields at its root", roots)
            if cost.nodes > limits.nodes:
                return _too_many("objects, every list at its longest", limits.nodes)
            if beyond := _beyond(cost, limits):
                return beyond
        return next((found for f in walk.fragments() if (found := _beyond(f, limits))), None)
    except TooNestedError:
        return _too_deep(NESTED)


def _beyond(cost: Cost, limits: Limits) -> Refusal | None:
    """What makes a document slow to validate, whatever of it is run."""
    if cost.aliases > limits.aliases:
        return _too_many("aliases and fields asked for again", limits.aliases)
    if cost.directives > limits.directives:
        return _too_many("directives", limits.directives)
    if cost.fragments > limits.fragments:
        return _too_many("fragments", limits.fragments)
    return None


def _operations(document: Document) -> list[OperationDefinitionNode]:
    return [d for d in document.tree.definitions if isinstance(d, OperationDefinitionNode)]


def _too_deep(most: int) -> Refusal:
    return TOO_DEEP, f"The document is nested more than {most} levels deep."


def _too_many(what: str, most: int) -> Refusal:
    return TOO_COMPLEX, f"The document asks for more than {most} {what}."
