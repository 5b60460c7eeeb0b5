"""Why a document will be refused, known before anybody asks for it: by the checks of a request."""

import re

from graphql import (
    GraphQLError,
    GraphQLSyntaxError,
    ValueNode,
    VariableNode,
    specified_rules,
)
from strawberry import Schema
from strawberry.extensions import AddValidationRules

from execution.budget import read_within, refusal, variables_of_lengths
from execution.documents import Document
from execution.limits import Limits
from execution.validating import errors_in

_FEWEST = 1
"""So many are asked for of each list whose length a variable says."""
_QUOTED = re.compile(r"[\"'].*[\"']", re.DOTALL)


def fault_of(schema: Schema, text: str, limits: Limits | None = None) -> str | None:
    """Why this document is refused whatever its variables; None when it is not.

    What stands in it as a value is not told: the reason goes to logs.
    """
    limits = limits or Limits()
    try:
        tree = read_within(limits, text)
    except GraphQLError as error:
        return _told(error)
    document = Document(text, tree)
    names = variables_of_lengths(schema._schema, document, limits)
    fewest = dict.fromkeys(names, _FEWEST)
    if found := refusal(schema._schema, document, fewest, limits):
        _, message = found
        return message
    errors = errors_in(schema, tree, (*specified_rules, *_further_rules(schema)))
    return _told(errors[0]) if errors else None


def _further_rules(schema: Schema) -> list[object]:
    """Those that the schema holds its documents to besides."""
    return [
        rule
        for extension in schema.get_extensions()
        if isinstance(extension, AddValidationRules)
        for rule in extension.validation_rules
    ]


def _told(error: GraphQLError) -> str:
    message = error.message
    if isinstance(error, GraphQLSyntaxError):
        message = _QUOTED.sub("…", message)
    elif any(_is_written(node) for node in error.nodes or ()):
        message = "There is a value that may not stand there"
    places = [f", at {place.line}:{place.column}" for place in error.locations or ()]
    return f"{message.rstrip('.')}{''.join(places[:1])}."


def _is_written(node: object) -> bool:
    return isinstance(node, ValueNode) and not isinstance(node, VariableNode)
