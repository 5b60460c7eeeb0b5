"""Arguments, read as graphql-core reads them and given as Strawberry gives them."""

from collections.abc import Iterator
from datetime import date, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

from graphql import FieldNode, GraphQLField, Node, VariableNode
from graphql.execution import Executor
from graphql.execution.values import get_argument_values
from strawberry.schema import Schema
from strawberry.schema.schema_converter import get_arguments
from strawberry.types.field import StrawberryField

from execution.compiled.places import Place

_NEVER_CHANGES = (str, int, float, bool, type(None), date, time, timedelta, Decimal, UUID, Enum)


def arguments(executor: Executor[Any], place: Place) -> dict[str, Any]:
    """The arguments as graphql-core gives them to Strawberry."""
    node = place.nodes[0]
    if not place.field.args and not node.arguments:
        return {}
    if (named := place.variables) is not None:
        given = executor.variable_values.coerced
        values = {name: given.get(variable) for name, variable in named}
        if all(value is not None for value in values.values()):
            return values
    variables, hide = executor.variable_values, executor.hide_suggestions
    return get_argument_values(place.field, node, variables, None, hide)


def converted_arguments(
    schema: Schema, field: StrawberryField, source: Any, info: Any, values: dict[str, Any]
) -> tuple[list[Any], dict[str, Any]]:
    """The arguments as Strawberry gives them to a resolver, the object among them, no `info`."""
    converter = schema.schema_converter
    args, kwargs = get_arguments(
        field=field,
        source=source,
        info=info,
        kwargs=values,
        config=converter.config,
        scalar_registry=converter.scalar_registry,
    )
    kwargs.pop("info", None)
    return args, kwargs


def constants_of(
    schema: Schema, own: StrawberryField, field: GraphQLField, node: FieldNode
) -> dict[str, Any] | None:
    """The arguments as a resolver is given them, if the document alone says what they are."""
    if not field.args and not node.arguments:
        return {}
    if any(isinstance(each, VariableNode) for each in _within(node.arguments)):
        return None
    try:
        values = get_argument_values(field, node)
        _, converted = converted_arguments(schema, own, None, None, values)
    except Exception:  # raised again, at its place, whenever the field is asked for
        return None
    given = {argument.python_name for argument in own.arguments}
    constants = {name: value for name, value in converted.items() if name in given}
    return constants if all(isinstance(v, _NEVER_CHANGES) for v in constants.values()) else None


def _within(nodes: Any) -> Iterator[Node]:
    """Nodes and all below them."""
    for node in nodes or ():
        yield node
        for key in node.keys:
            child = getattr(node, key, None)
            if isinstance(child, Node):
                yield from _within([child])
            elif isinstance(child, list | tuple):
                yield from _within([each for each in child if isinstance(each, Node)])
