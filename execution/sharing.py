"""Whether the answer to a document is the same for several people, told from what it asks for."""

from collections.abc import Container
from dataclasses import dataclass
from typing import Any

from graphql import (
    DirectiveNode,
    FieldNode,
    GraphQLSchema,
    TypeInfo,
    TypeInfoVisitor,
    VariableNode,
    Visitor,
    visit,
)

from execution.documents import Document


@dataclass(frozen=True, slots=True)
class Asked:
    """What a document asks for, whatever its operation and its variables."""

    places: frozenset[str]
    """Its fields, each as `Type.field`, that of the operation itself included."""
    has_arguments: bool
    """Whether a field below that of the operation is given any."""
    turns: tuple[str, ...]
    """The variables that its directives name: they change what is answered."""

    def is_within(self, places: Container[str]) -> bool:
        """Whether it asks for these fields alone, and each time for the same."""
        return not self.has_arguments and all(place in places for place in self.places)


def asked(schema: GraphQLSchema, document: Document) -> Asked:
    """What a valid document asks for; looked for once, and forgotten with the document."""
    if Asked not in document.found:
        document.found[Asked] = _asked(schema, document)
    found: Asked = document.found[Asked]
    return found


def _asked(schema: GraphQLSchema, document: Document) -> Asked:
    types = TypeInfo(schema)
    found = _Asking(schema, types)
    visit(document.tree, TypeInfoVisitor(types, found))
    return Asked(frozenset(found.places), found.has_arguments, tuple(sorted(found.turns)))


class _Asking(Visitor):
    def __init__(self, schema: GraphQLSchema, types: TypeInfo) -> None:
        super().__init__()
        self._roots = {schema.query_type, schema.mutation_type, schema.subscription_type}
        self._types = types
        self.places: set[str] = set()
        self.has_arguments = False
        self.turns: set[str] = set()

    def enter_field(self, node: FieldNode, *_: Any) -> None:
        parent, name = self._types.get_parent_type(), node.name.value
        if name != "__typename":
            self.places.add(f"{parent.name if parent else ''}.{name}")
        self.has_arguments |= bool(node.arguments) and parent not in self._roots

    def enter_directive(self, node: DirectiveNode, *_: Any) -> None:
        for argument in node.arguments or ():
            if isinstance(argument.value, VariableNode):
                self.turns.add(argument.value.name.value)
