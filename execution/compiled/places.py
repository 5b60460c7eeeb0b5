"""Where one is: in a document, and in an answer."""

import dataclasses
from collections.abc import Callable
from typing import Any, TypeAlias

from graphql import (
    FieldNode,
    GraphQLArgument,
    GraphQLField,
    GraphQLObjectType,
    GraphQLOutputType,
    Undefined,
    VariableNode,
    is_required_argument,
)
from graphql.execution import Executor
from graphql.execution.collect_fields import FieldDetails
from graphql.pyutils import Path

Trail: TypeAlias = tuple[Any, str | int, str | None]
"""A path as generated code carries it: what `Path` holds, in a tuple that costs a tenth of it."""


@dataclasses.dataclass(slots=True, eq=False)
class Place:
    """A field of one type of object, with all the nodes of a document that ask for it."""

    parent: GraphQLObjectType
    key: str
    field: GraphQLField
    details: list[FieldDetails]
    nodes: list[FieldNode]
    fields: "list[Place]" = dataclasses.field(default_factory=list)
    """What is asked of the object that stands here, or of each in the list; of an interface or a
    union nothing, as that depends on what it is."""
    arguments_of: Callable[[Executor[Any]], dict[str, Any]] | None = None
    """How its arguments are read, as its resolver is given them; None where nobody knows."""
    variables: list[tuple[str, str]] | None = None
    """Its arguments and the variables they are, where that is all that is said of arguments."""
    _asked: "dict[tuple[str, ...], list[Place]]" = dataclasses.field(default_factory=dict)

    @classmethod
    def of(
        cls,
        parent: GraphQLObjectType,
        key: str,
        field: GraphQLField,
        details: list[FieldDetails],
    ) -> "Place":
        made = cls(parent, key, field, details, [each.node for each in details])
        made.variables = _variables(field, made.nodes[0])
        return made

    def asked(self, path: tuple[str, ...]) -> "list[Place]":
        """The fields at the end of this path of field names, whatever their aliases."""
        if path not in self._asked:
            self._asked[path] = self._at_the_end_of(path)
        return self._asked[path]

    def _at_the_end_of(self, path: tuple[str, ...]) -> "list[Place]":
        places = [self]
        for name in path:
            places = [
                each
                for place in places
                for each in place.fields
                if each.nodes[0].name.value == name
            ]
        return places

    @property
    def type(self) -> GraphQLOutputType:
        return self.field.type

    def below(self, trail: Trail | None) -> Trail:
        """The trail of this field of an object."""
        return (trail, self.key, self.parent.name)


def _variables(field: GraphQLField, node: FieldNode) -> list[tuple[str, str]] | None:
    said = {each.name.value: each.value for each in node.arguments or ()}
    found = []
    for name, argument in field.args.items():
        value = said.get(name)
        if isinstance(value, VariableNode):
            found.append((argument.out_name or name, value.name.value))
        elif value is not None or not _may_be_missing(argument):
            return None
    return found


def _may_be_missing(argument: GraphQLArgument) -> bool:
    has_default = argument.default_value is not Undefined or argument.default is not None
    return not has_default and not is_required_argument(argument)


def path_of(trail: Trail) -> Path:
    """The path that a trail stands for."""
    before = trail[0]
    return Path(None if before is None else path_of(before), trail[1], trail[2])


def field_path_of(trail: Trail) -> Path:
    """The path of the field in whose lists a trail ends: what its resolver was told."""
    while isinstance(trail[1], int):
        trail = trail[0]
    return path_of(trail)
