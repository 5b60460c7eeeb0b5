"""What a document would cost to answer, counted in one walk over it, before it is validated."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLField,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    get_named_type,
    get_nullable_type,
    is_list_type,
)

from execution.lengths import Lengths

NESTED = 100
"""Selections inside one another, fragments too: beyond it the walk itself would be too deep."""

INTROSPECTION = 10
"""How many aliases one in the introspection counts: it repeats what hundreds of types have."""


class TooNestedError(Exception):
    """More selections inside one another than are walked."""


@dataclass(slots=True)
class Cost:
    """What one selection set asks for; `paged` are the nodes in each row of a connection's page,
    `searches` the lists of people in which words are looked for."""

    depth: int = 0
    fields: int = 0
    aliases: int = 0
    directives: int = 0
    fragments: int = 0
    nodes: int = 0
    paged: int = 0
    searches: int = 0

    def add(self, other: "Cost") -> None:
        """Both beside one another."""
        self.depth = max(self.depth, other.depth)
        self.fields += other.fields
        self.aliases += other.aliases
        self.directives += other.directives
        self.fragments += other.fragments
        self.nodes += other.nodes
        self.paged += other.paged
        self.searches += other.searches


class Walk:
    """One walk over a document. A fragment is walked once, however often it is spread."""

    def __init__(self, schema: GraphQLSchema, document: DocumentNode, lengths: Lengths) -> None:
        self._schema, self._lengths = schema, lengths
        self._fragments = {
            d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)
        }
        self._known: dict[str, Cost] = {}
        self.visits = 0

    def operation(self, operation: OperationDefinitionNode) -> Cost:
        """What the operation asks for, all its fragments spread out."""
        root = self._schema.get_root_type(operation.operation)
        cost = self._selected(operation.selection_set, root, 0)
        variables = operation.variable_definitions or ()
        cost.directives += len(operation.directives or ())
        cost.directives += sum(len(v.directives or ()) for v in variables)
        return cost

    def fragments(self) -> Iterator[Cost]:
        """What each fragment asks for, whether it is spread or not: all are validated."""
        return (self._fragment(name, 0) for name in self._fragments)

    def _selected(self, selections: SelectionSetNode, parent: Any, nested: int) -> Cost:
        if nested > NESTED:
            raise TooNestedError
        total, names = Cost(), set[str]()
        for selection in selections.selections:
            self.visits += 1
            total.directives += len(selection.directives or ())
            if isinstance(selection, FieldNode):
                total.add(self._field(selection, parent, nested))
                # A field asked for again costs as much to merge as one under another name.
                # Where more is selected below it, all of that is compared with all the others.
                is_again = not selection.alias and selection.name.value in names
                total.aliases += bool(selection.alias) or is_again
                total.aliases += is_again and selection.selection_set is not None
                names.add(selection.name.value)
            else:
                total.add(self._spread(selection, parent, nested))
                total.fragments += 1
        return total

    def _field(self, field: FieldNode, parent: Any, nested: int) -> Cost:
        if field.selection_set is None:
            return Cost(depth=1, fields=1)
        name = field.name.value
        found: GraphQLField | None = getattr(parent, "fields", {}).get(name)
        type = get_named_type(found.type) if found else None
        cost = self._selected(field.selection_set, type, nested + 1)
        cost.fields, cost.depth = 1, cost.depth + 1
        if name in ("__schema", "__type"):  # validation has a limit of its own for these
            cost.depth, cost.nodes, cost.paged = 1, 0, 0
            cost.aliases = INTROSPECTION * (cost.aliases + bool(field.alias))
        elif name in ("nodes", "edges") and _is_connection(parent):
            cost.nodes, cost.paged = 0, 1 + cost.nodes
        elif found and _is_connection(type):
            rows = self._lengths.of_page(field, found)
            cost.nodes, cost.paged = 1 + cost.nodes + rows * cost.paged, 0
        else:
            rows = 1
            if found and is_list_type(get_nullable_type(found.type)):
                rows = self._lengths.of_list(field, found)
            cost.nodes = rows * (1 + cost.nodes)
        cost.nodes += self._lengths.weight(field)
        cost.searches += self._lengths.searches(field)
        return cost

    def _spread(self, spread: SelectionNode, parent: Any, nested: int) -> Cost:
        if isinstance(spread, InlineFragmentNode):
            condition = spread.type_condition
            inside = self._schema.get_type(condition.name.value) if condition else parent
            return self._selected(spread.selection_set, inside, nested + 1)
        return self._fragment(spread.name.value, nested + 1)  # type: ignore[attr-defined]

    def _fragment(self, name: str, nested: int) -> Cost:
        fragment = self._fragments.get(name)
        if fragment and name not in self._known:
            self._known[name] = Cost()  # for a circle, which validation refuses
            type = self._schema.get_type(fragment.type_condition.name.value)
            cost = self._selected(fragment.selection_set, type, nested)
            cost.directives += len(fragment.directives or ())
            self._known[name] = cost
        return self._known.get(name, Cost())


def _is_connection(type: Any) -> bool:
    return "pageInfo" in getattr(type, "fields", ())
