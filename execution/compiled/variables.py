"""Variables, read as graphql-core reads them, with what depends on the document found out once."""

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from graphql import (
    GraphQLBoolean,
    GraphQLID,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLInt,
    GraphQLSchema,
    GraphQLString,
    Undefined,
    VariableDefinitionNode,
    is_input_object_type,
    is_non_null_type,
)
from graphql.execution.get_variable_signature import (
    GraphQLVariableSignature,
    get_variable_signature,
)
from graphql.execution.values import VariableValues, VariableValueSource
from graphql.type.scalars import (
    coerce_boolean,
    coerce_id,
    coerce_int,
    coerce_string,
)

Read: TypeAlias = Callable[[Any], Any]
"""The value; `Undefined` for all that is not as it is most of the time."""

_NESTED = 8
"""So deep may inputs contain each other."""


def variables_reader(
    schema: GraphQLSchema, definitions: Sequence[VariableDefinitionNode]
) -> Callable[[dict[str, Any]], VariableValues | None] | None:
    """Reads the variables of an operation; what comes is None where graphql-core has to look.

    It has to for whatever is wrong, for defaults, for lists, and for scalars of a schema's own.
    None: it always has to.
    """
    steps: list[tuple[str, GraphQLVariableSignature, Read, bool]] = []
    for definition in definitions:
        signature = get_variable_signature(schema, definition)
        if not isinstance(signature, GraphQLVariableSignature) or definition.default_value:
            return None
        read = _reader(signature.type, _NESTED)
        if read is None:
            return None
        may_be_missing = not is_non_null_type(signature.type)
        steps.append((signature.name, signature, read, may_be_missing))

    def read_all(inputs: dict[str, Any]) -> VariableValues | None:
        sources: dict[str, VariableValueSource] = {}
        coerced: dict[str, Any] = {}
        for name, signature, read, may_be_missing in steps:
            if name not in inputs:
                if not may_be_missing:
                    return None
                sources[name] = VariableValueSource(signature)
                continue
            value = inputs[name]
            sources[name] = VariableValueSource(signature, value)
            made = coerced[name] = read(value)
            if made is Undefined:
                return None
        return VariableValues(sources, coerced)

    return read_all


_LEAVES = (
    (GraphQLString, coerce_string, (str,)),
    (GraphQLID, coerce_id, (str,)),
    (GraphQLBoolean, coerce_boolean, (bool,)),
    (GraphQLInt, coerce_int, (int,)),
)
_SMALLEST, _LARGEST = -(2**31), 2**31 - 1


def _reader(type: GraphQLInputType, nested: int) -> Read | None:
    if is_non_null_type(type):
        return _reader_of_value(type.of_type, nested)
    read = _reader_of_value(type, nested)
    return read and (lambda value: None if value is None else read(value))


def _reader_of_value(type: GraphQLInputType, nested: int) -> Read | None:
    if is_input_object_type(type):
        return _reader_of_input(type, nested) if nested else None
    for leaf, parse, kinds in _LEAVES:
        if type is leaf and leaf.coerce_input_value is parse:
            return _reader_of_number if leaf is GraphQLInt else _told_by(kinds[0])
    return None


def _told_by(kind: type) -> Read:
    return lambda value: value if type(value) is kind else Undefined


def _reader_of_number(value: Any) -> Any:
    return value if type(value) is int and _SMALLEST <= value <= _LARGEST else Undefined


def _reader_of_input(type: GraphQLInputObjectType, nested: int) -> Read | None:
    if type.is_one_of:
        return None
    fields: list[tuple[str, str, Read, bool]] = []
    for name, field in type.fields.items():
        read = _reader(field.type, nested - 1)
        has_default = field.default_value is not Undefined or field.default is not None
        if read is None or has_default:
            return None
        fields.append((name, field.out_name or name, read, not is_non_null_type(field.type)))
    names, out_type = frozenset(type.fields), type.out_type

    def read_input(value: Any) -> Any:
        if not isinstance(value, dict) or not names.issuperset(value):
            return Undefined
        made: dict[str, Any] = {}
        for name, out_name, read, may_be_missing in fields:
            if name in value:
                found = made[out_name] = read(value[name])
                if found is Undefined:
                    return Undefined
            elif not may_be_missing:
                return Undefined
        return out_type(made)

    return read_input
