"""Values at the ends: those that need no work are told by their type alone."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from graphql import (
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLID,
    GraphQLInt,
    GraphQLLeafType,
    GraphQLString,
)
from graphql.type.scalars import (
    serialize_boolean,
    serialize_id,
    serialize_int,
    serialize_string,
)
from strawberry.schema.schema_converter import CustomGraphQLEnumType

NEVER_AWAITED = frozenset(
    {
        bool,
        bytes,
        date,
        datetime,
        Decimal,
        dict,
        float,
        int,
        list,
        str,
        time,
        timedelta,
        tuple,
        UUID,
    }
)
"""Types known from the start to be neither awaitable nor errors."""

_AS_THEY_ARE = (
    (GraphQLString, serialize_string, "type({0}) is str"),
    (GraphQLID, serialize_id, "type({0}) is str"),
    (GraphQLBoolean, serialize_boolean, "{0} is True or {0} is False"),
    (GraphQLInt, serialize_int, "type({0}) is int and -2147483648 <= {0} <= 2147483647"),
)


def as_it_is(leaf: GraphQLLeafType, value: str) -> str | None:
    """When a value of this type is answered as it is: a condition on the variable `value`."""
    for known, coerce, condition in _AS_THEY_ARE:
        if leaf is known and leaf.coerce_output_value is coerce:
            return condition.format(value)
    return None


def names_of(leaf: GraphQLLeafType) -> dict[int, str] | None:
    """The names of an enumeration by the ids of its members, which live as long as their class."""
    if not isinstance(leaf, CustomGraphQLEnumType):
        return None
    members: Iterable[Any] = leaf.wrapped_cls
    return {id(member): name for member in members if (name := _name(leaf, member))}


def _name(leaf: GraphQLEnumType, member: Any) -> str | None:
    try:
        return leaf.coerce_output_value(member)
    except Exception:  # then it is asked, and fails, each time
        return None
