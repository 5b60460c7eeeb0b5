"""How long the lists are that a document asks for: as long as it says, or a guess."""

from collections.abc import Mapping

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLField,
    IntValueNode,
    ListValueNode,
    NullValueNode,
    OperationDefinitionNode,
    Undefined,
    ValueNode,
    VariableNode,
)

from execution.limits import Limits

_MANY = 10**6


class Lengths:
    """Reads page sizes and numbers of ids; `asked` are the variables it came across."""

    def __init__(
        self, document: DocumentNode, variables: Mapping[str, int | None], limits: Limits
    ) -> None:
        self._variables = _defaults(document) | dict(variables)
        self._limits, self._known = limits, dict(limits.lists)
        self._heavy, self._searched = dict(limits.heavy), dict(limits.searched)
        self.asked: set[str] = set()

    def of_page(self, field: FieldNode, found: GraphQLField) -> int:
        """How many rows a page of this connection has at the most."""
        said = self._said(field, found)
        return min(self._limits.page if said is None else said, self._limits.largest_page)

    def of_list(self, field: FieldNode, found: GraphQLField) -> int:
        """How long a list without pages is: as many as it has ids or is asked for, or what such
        lists count."""
        ids = [a.value for a in field.arguments or () if a.name.value == "ids"]
        said = self._value(ids[0]) if ids else None
        if said is None and (said := self._said(field, found)) is not None:
            said = min(said, self._limits.largest_page)
        return self._known.get(field.name.value, self._limits.unpaged) if said is None else said

    def weight(self, field: FieldNode) -> int:
        """The nodes that this field counts by itself."""
        known = self._searched if self.searches(field) else self._heavy
        return known.get(field.name.value, 0)

    def searches(self, field: FieldNode) -> bool:
        """Whether words are looked for in this list of people."""
        if field.name.value not in self._searched:
            return False
        words = [a.value for a in field.arguments or () if a.name.value == "search"]
        return any(self._value(word) is not None for word in words)

    def _said(self, field: FieldNode, found: GraphQLField) -> int | None:
        """How many are asked for; None: nobody says."""
        given = {argument.name.value: argument.value for argument in field.arguments or ()}
        sizes = []
        for name in ("first", "last"):
            if name in given:
                sizes.append(self._value(given[name]))
            elif name in found.args and found.args[name].default_value is not Undefined:
                sizes.append(length(found.args[name].default_value))
        return max((size for size in sizes if size is not None), default=None)

    def _value(self, node: ValueNode) -> int | None:
        if isinstance(node, VariableNode):
            self.asked.add(node.name.value)
            return self._variables.get(node.name.value)
        return _literal(node)


def length(value: object) -> int | None:
    """How many a value asks for; what is neither a number nor a list is refused later, or one."""
    if value is None:
        return None
    if isinstance(value, list):
        return len(value)
    if isinstance(value, float):  # 100.0 is an Int, too
        return _MANY
    return max(0, min(value, _MANY)) if isinstance(value, int) else 1


def _defaults(document: DocumentNode) -> dict[str, int | None]:
    """What variables are when nobody says; of several operations, the largest."""
    found: dict[str, int | None] = {}
    for operation in document.definitions:
        if isinstance(operation, OperationDefinitionNode):
            for variable in operation.variable_definitions or ():
                name, default = variable.variable.name.value, variable.default_value
                sizes = (found.get(name), _literal(default) if default else None)
                found[name] = max((size for size in sizes if size is not None), default=None)
    return found


def _literal(node: ValueNode) -> int | None:
    if isinstance(node, NullValueNode):
        return None
    if isinstance(node, ListValueNode):
        return len(node.values)
    # More digits than an Int has are refused later; to read thousands of them takes too long.
    return length(int(node.value[:12])) if isinstance(node, IntValueNode) else 1
