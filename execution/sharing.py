"""Whether the answer to a document is the same for several people, told from what it asks for."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import (
    DirectiveNode,
    FieldNode,
    GraphQLSchema,
    TypeInfo,
    TypeInfoVisitor,
    VariableDefinitionNode,
    VariableNode,
    Visitor,
    visit,
)

from execution.documents import Document

LONGEST = 100
"""Characters of a text that is kept though it is read no more."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What a document uses of a schema and of variables, whichever of its operations is run."""

    coordinates: frozenset[str]
    """Of its fields, `Type.field`, that of the operation itself included."""
    has_arguments: bool
    """Whether a field below that of the operation is given any."""
    turns: tuple[str, ...]
    """The variables that its directives name: they change what is answered."""
    begins_by: frozenset[str]
    """The variables that the operation's own fields are given."""
    goes_on_by: frozenset[str]
    """Those that stand anywhere else."""

    def is_within(self, coordinates: Container[str]) -> bool:
        """Whether it asks for these fields alone, and each time for the same."""
        return not self.has_arguments and all(each in coordinates for each in self.coordinates)

    def kept(self, variables: Mapping[str, Any] | None) -> dict[str, Any]:
        """As much of the variables as is needed once it has begun: for as long as it goes on,
        nobody has texts kept here that are read no more, or never were."""
        return {
            name: value if name in self.goes_on_by else _shortened(value)
            for name, value in (variables or {}).items()
            if name in self.goes_on_by or name in self.begins_by
        }


def usage_of(schema: GraphQLSchema, document: Document) -> Usage:
    """What a valid document uses."""
    return document.once(Usage, lambda: _usage_of(schema, document))


def _usage_of(schema: GraphQLSchema, document: Document) -> Usage:
    types = TypeInfo(schema)
    found = _Using(schema, types)
    visit(document.tree, TypeInfoVisitor(types, found))
    return Usage(
        frozenset(found.coordinates),
        found.has_arguments,
        tuple(sorted(found.turns)),
        frozenset(found.begins_by),
        frozenset(found.goes_on_by),
    )


def _shortened(value: Any) -> Any:
    """The same but for long texts: cursors, which are no ids and no words of a schema."""
    return "" if isinstance(value, str) and len(value) > LONGEST else value


class _Using(Visitor):
    def __init__(self, schema: GraphQLSchema, types: TypeInfo) -> None:
        super().__init__()
        self._roots = {schema.query_type, schema.mutation_type, schema.subscription_type}
        self._types = types
        self.coordinates: set[str] = set()
        self.has_arguments = False
        self.turns: set[str] = set()
        self.begins_by: set[str] = set()
        self.goes_on_by: set[str] = set()
        self._begins: set[int] = set()

    def enter_field(self, node: FieldNode, *_: Any) -> None:
        parent, name = self._types.get_parent_type(), node.name.value
        if name != "__typename":
            self.coordinates.add(f"{parent.name if parent else ''}.{name}")
        if parent in self._roots:
            self._begins.add(id(node))
        else:
            self.has_arguments |= bool(node.arguments)

    def enter_directive(self, node: DirectiveNode, *_: Any) -> None:
        for argument in node.arguments or ():
            if isinstance(argument.value, VariableNode):
                self.turns.add(argument.value.name.value)

    def enter_variable(
        self, node: VariableNode, _: Any, parent: Any, __: Any, ancestors: Sequence[Any]
    ) -> None:
        kinds = FieldNode, DirectiveNode, VariableDefinitionNode
        whose = next(one for one in reversed([*ancestors, parent]) if isinstance(one, kinds))
        if id(whose) in self._begins:
            self.begins_by.add(node.name.value)
        elif not isinstance(whose, VariableDefinitionNode):
            self.goes_on_by.add(node.name.value)
