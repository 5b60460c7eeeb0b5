"""Values at the ends: those that need no work are told by their type alone."""

from collections.abc import Callable, Iterable
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


class AsItIs:
    """A scalar's `serialize` that leaves values of one class as they are, and others to `rest`.

    With `where`, those alone whose attributes are these very objects. Compiled documents look for
    themselves. Whoever writes the answer has to know what to make of such values.
    """

    def __init__(self, kind: type, rest: Callable[[Any], Any], **where: object) -> None:
        self.kind, self.rest, self.where = kind, rest, where

    def __call__(self, value: Any) -> Any:
        is_so = type(value) is self.kind and all(
            getattr(value, name) is wanted for name, wanted in self.where.items()
        )
        return value if is_so else self.rest(value)


def as_it_is(leaf: GraphQLLeafType, value: str, name: Callable[[object], str]) -> str | None:
    """When a value of this type is answered as it is: a condition on the variable `value`.

    `name` gives the names of the objects that stand in it.
    """
    coerce = leaf.coerce_output_value
    if isinstance(coerce, AsItIs):
        wanted = [f"{value}.{each} is {name(what)}" for each, what in coerce.where.items()]
        return " and ".join([f"type({value}) is {name(coerce.kind)}", *wanted])
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
