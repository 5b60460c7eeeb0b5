"""Where a document asks for certain fields, and how often: each alias and each spread counts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    GraphQLSchema,
    InlineFragmentNode,
    SelectionNode,
    SelectionSetNode,
    Undefined,
    get_named_type,
    value_from_ast_untyped,
)

from execution.documents import Document, operations_of

MOST = 10**6


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A field of a document, `Type.field`, and how often what asks for it is spread."""

    place: str
    node: FieldNode
    times: int


def occurrences(
    schema: GraphQLSchema, document: Document, name: str | None, places: frozenset[str]
) -> tuple[Occurrence, ...]:
    """The fields at these places that an operation of a valid document asks for."""
    return document.once((name, places), lambda: _occurrences(schema, document, name, places))


def said(
    document: Document,
    name: str | None,
    field: FieldNode,
    path: tuple[str, ...],
    variables: Mapping[str, Any],
) -> Any:
    """What an argument of a field says, or a field of an input in it; None: nothing, or no such."""
    given = next((a.value for a in field.arguments or () if a.name.value == path[0]), None)
    if given is None:
        return None
    try:
        value = value_from_ast_untyped(given, {**_defaults(document, name), **variables})
    except (TypeError, ValueError):
        return None
    value = None if value is Undefined else value  # a variable that nobody sends
    for step in path[1:]:
        value = value.get(step) if isinstance(value, dict) else None
    return value


def _occurrences(
    schema: GraphQLSchema, document: Document, name: str | None, places: frozenset[str]
) -> tuple[Occurrence, ...]:
    walk = _Walk(schema, document, places)
    found: dict[int, Occurrence] = {}
    for operation in operations_of(document, name):
        root = schema.get_root_type(operation.operation)
        _add(found, walk.selected(operation.selection_set, root))
    return tuple(found.values())


class _Walk:
    """One walk over a document. A fragment is walked once, however often it is spread."""

    def __init__(self, schema: GraphQLSchema, document: Document, places: frozenset[str]) -> None:
        self._schema, self._places = schema, places
        self._fragments = {
            d.name.value: d
            for d in document.tree.definitions
            if isinstance(d, FragmentDefinitionNode)
        }
        self._known: dict[str, tuple[Occurrence, ...]] = {}

    def selected(self, selections: SelectionSetNode, parent: Any) -> tuple[Occurrence, ...]:
        found: dict[int, Occurrence] = {}
        for selection in selections.selections:
            _add(found, self._one(selection, parent))
        return tuple(found.values())

    def _one(self, selection: SelectionNode, parent: Any) -> tuple[Occurrence, ...]:
        if isinstance(selection, FieldNode):
            return self._field(selection, parent)
        if isinstance(selection, InlineFragmentNode):
            condition = selection.type_condition
            inside = self._schema.get_type(condition.name.value) if condition else parent
            return self.selected(selection.selection_set, inside)
        return self._fragment(selection.name.value)  # type: ignore[attr-defined]

    def _field(self, field: FieldNode, parent: Any) -> tuple[Occurrence, ...]:
        name = field.name.value
        place = f"{getattr(parent, 'name', '')}.{name}"
        here = (Occurrence(place, field, 1),) if place in self._places else ()
        found = getattr(parent, "fields", {}).get(name)
        if field.selection_set is None or found is None:
            return here
        return here + self.selected(field.selection_set, get_named_type(found.type))

    def _fragment(self, name: str) -> tuple[Occurrence, ...]:
        if name not in self._known:
            self._known[name] = ()
            fragment = self._fragments[name]
            type = self._schema.get_type(fragment.type_condition.name.value)
            self._known[name] = self.selected(fragment.selection_set, type)
        return self._known[name]


def _add(found: dict[int, Occurrence], more: Iterable[Occurrence]) -> None:
    for one in more:
        known = found.get(id(one.node))
        times = min(one.times + (known.times if known else 0), MOST)
        found[id(one.node)] = Occurrence(one.place, one.node, times)


def _defaults(document: Document, name: str | None) -> dict[str, Any]:
    """What the variables of this operation are when nobody says; another's may have the same
    names, and say something else."""
    return {
        variable.variable.name.value: value_from_ast_untyped(variable.default_value)
        for operation in operations_of(document, name)
        for variable in operation.variable_definitions or ()
        if variable.default_value is not None
    }
