"""What else the operation asks for that a field belongs to."""

from typing import Any

from graphql import (
    BooleanValueNode,
    DirectiveNode,
    FieldNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    SelectionNode,
    VariableNode,
)

from resolvers.context import Info


def asks_for(info: Info, name: str) -> bool:
    """Whether the operation asks for a field of this name at its root, before this one or after;
    what is skipped is not asked for."""
    raw = info._raw_info
    unread, known = [raw.operation.selection_set], set[str]()
    while unread:
        for one in unread.pop().selections:
            if not _is_left_in(one, raw.variable_values):
                continue
            if isinstance(one, FieldNode) and one.name.value == name:
                return True
            if isinstance(one, InlineFragmentNode):
                unread.append(one.selection_set)
            # Each is read once, however often they spread each other.
            elif isinstance(one, FragmentSpreadNode) and one.name.value not in known:
                known.add(one.name.value)
                unread.append(raw.fragments[one.name.value].selection_set)
    return False


def _is_left_in(one: SelectionNode, variables: Any) -> bool:
    said = {each.name.value: _condition(each, variables) for each in one.directives or ()}
    return bool(said.get("include", True)) and not said.get("skip", False)


def _condition(directive: DirectiveNode, variables: Any) -> bool | None:
    """What its `if` says, which a valid document has; None of directives that have none."""
    for argument in directive.arguments or ():
        value = argument.value
        if isinstance(value, VariableNode):
            return bool(variables.get(value.name.value))
        if isinstance(value, BooleanValueNode):
            return value.value
    return None
