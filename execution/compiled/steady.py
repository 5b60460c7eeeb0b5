"""Objects that are met again and again: what was answered for one is answered once more."""

from typing import TYPE_CHECKING

from graphql import (
    GraphQLObjectType,
    TypeNameMetaFieldDef,
    get_nullable_type,
    is_leaf_type,
    is_non_null_type,
)

from execution.compiled.instances import InstanceOf
from execution.compiled.leaves import as_it_is
from execution.compiled.places import Place
from execution.compiled.resolving import Attribute, Call, way_to
from execution.compiled.source import Source

if TYPE_CHECKING:
    from execution.compiled.compiler import Compiler


def write_steady(compiler: "Compiler", type: GraphQLObjectType, place: Place) -> str | None:
    """The name of a function that answers for an object whose class says that it stays as it is.

    It returns None, and nothing was called, where anything is not as it is most of the time. There
    is none for objects with fields that are more than attributes and expressions of plain leaves.
    """
    told = type.is_type_of
    if not isinstance(told, InstanceOf) or not told.steady or not place.fields:
        return None
    values, seen, given = [], [], []
    for number, field in enumerate(place.fields):
        if field.field is TypeNameMetaFieldDef:
            given.append(f"{field.key!r}: {type.name!r}")
            continue
        expression, leaf = _expression(compiler, field), get_nullable_type(field.type)
        name = f"a{number}"
        if expression is None or not is_leaf_type(leaf):
            return None
        condition = as_it_is(leaf, name, lambda thing: compiler.names.of(thing, "W"))
        if condition is None:
            return None
        null = "" if is_non_null_type(field.type) else f"{name} is None or "
        values.append(f"{name} = {expression}")
        seen.append(f"({null}{condition})")
        given.append(f"{field.key!r}: {name}")
    to, made = Source(), compiler.names.new("steady")
    with to.block(f"def {made}(src):"):
        to(f"if type(src) is not {compiler.names.of(told.kind, 'K')}: return None")
        with to.block("try:"):
            to("; ".join(values) or "pass")
        to("except Exception: return None")
        to(f"return {{{', '.join(given)}}} if {' and '.join(seen) or 'True'} else None")
    compiler.functions.append(to)
    return made


def _expression(compiler: "Compiler", place: Place) -> str | None:
    way = way_to(compiler.strawberry, place.field, place.nodes[0])
    if isinstance(way, Attribute):
        return f"src.{way.name}"
    return way.inlined if isinstance(way, Call) and not way.permissions else None
