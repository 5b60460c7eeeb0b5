"""Documents that ask for too much are refused before they are validated, and never run."""

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    OperationType,
)
from strawberry.extensions import SchemaExtension

from execution.cost import NESTED, Cost, TooNestedError, Walk
from execution.documents import Document, Refusal, operations_of
from execution.lengths import Lengths, length
from execution.limits import Limits
from execution.reading import lines_of, read
from execution.remembering import document_of

_ENDING = re.compile(r"(?:\D++|\d{1,4300}+(?!\d))*+")
"""Numbers no longer than Python reads, validation included. No text has need of longer ones."""
TOO_DEEP, TOO_COMPLEX = "QUERY_TOO_DEEP", "QUERY_TOO_COMPLEX"


class Budget(SchemaExtension):
    """Refuses documents that ask for more than the limits."""

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._refusal: Refusal | None = None

    def on_parse(self) -> Iterator[None]:
        asked = self.execution_context
        if asked.query and asked.graphql_document is None:
            asked.graphql_document = read_within(self._limits, asked.query)
        yield
        if asked.query and asked.graphql_document:
            document = document_of(asked.schema, asked.query, asked.graphql_document)
            variables = asked.variables or {}
            self._refusal = refusal(asked.schema._schema, document, variables, self._limits)
        if self._refusal:
            asked.validation_rules = ()  # to validate it may take as long as to run it

    def on_validate(self) -> Iterator[None]:
        if self._refusal:
            self.execution_context.pre_execution_errors = [_error(self._refusal)]
        yield


def read_within(limits: Limits, text: str) -> DocumentNode:
    """The tree of a document; a GraphQLError when it is none, or longer than may be read."""
    if _ENDING.fullmatch(text) is None:
        raise GraphQLError("A number of the document is longer than any may be.")
    if found := _unreadable(text, limits):
        raise _error(found)
    return read(text, limits)


def refusal(
    schema: GraphQLSchema, document: Document, variables: Mapping[str, Any], limits: Limits
) -> Refusal | None:
    """Why the document is refused; None when it is within the limits."""
    names = variables_of_lengths(schema, document, limits)
    given = tuple([(name, length(variables[name])) for name in names if name in variables])
    try:
        return document.verdict(given)
    except KeyError:
        walk = Walk(schema, document.tree, Lengths(document.tree, dict(given), limits))
        found = _first_beyond(walk, document, limits)
        document.judge(given, found)
        return found


def variables_of_lengths(
    schema: GraphQLSchema, document: Document, limits: Limits
) -> tuple[str, ...]:
    """The variables that say how long a list is: no others make a difference."""
    if document.lengths is None:
        document.lengths = _variables_of_lengths(schema, document, limits)
    return document.lengths


def _variables_of_lengths(
    schema: GraphQLSchema, document: Document, limits: Limits
) -> tuple[str, ...]:
    if not any(operation.variable_definitions for operation in operations_of(document)):
        return ()
    lengths = Lengths(document.tree, {}, limits)
    walk = Walk(schema, document.tree, lengths)
    with suppress(TooNestedError):  # then it is refused whatever they are
        for operation in operations_of(document):
            walk.operation(operation)
    return tuple(sorted(lengths.asked))


def _unreadable(text: str, limits: Limits) -> Refusal | None:
    """What makes a text slow to read, few as its tokens may be."""
    if lines_of(text) > limits.lines:
        return _too_many("lines", limits.lines)
    if text.count("\\u{") > limits.escapes:
        return _too_many("escapes", limits.escapes)
    return None


def _first_beyond(walk: Walk, document: Document, limits: Limits) -> Refusal | None:
    try:
        for operation in operations_of(document):
            is_mutation = operation.operation is OperationType.MUTATION
            roots = limits.mutations if is_mutation else limits.queries
            cost = walk.operation(operation)
            if cost.depth > limits.depth:
                return _too_deep(limits.depth)
            if cost.fields > roots:
                return _too_many("fields at its root", roots)
            if cost.searches and operation.operation is OperationType.SUBSCRIPTION:
                return TOO_COMPLEX, "People are looked for once, and not with every event."
            if cost.nodes > limits.nodes:
                return _too_long(cost.nodes, limits.nodes)
            if beyond := _beyond(cost, limits):
                return beyond
        if len(document.tree.definitions) > limits.definitions:
            return _too_many("operations and fragments", limits.definitions)
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


def _error(refusal: Refusal) -> GraphQLError:
    code, message = refusal
    return GraphQLError(message, extensions={"code": code})


def _too_deep(most: int) -> Refusal:
    return TOO_DEEP, f"The document is nested more than {most} levels deep."


def _too_long(nodes: int, most: int) -> Refusal:
    asked = f"{nodes}" if nodes < 10**6 else "millions of"
    lists = f"The document asks for {asked} objects, every list at its longest"
    return TOO_COMPLEX, f"{lists}, and {most} are the most: ask for shorter pages with `first`."


def _too_many(what: str, most: int) -> Refusal:
    return TOO_COMPLEX, f"The document asks for more than {most} {what}."
