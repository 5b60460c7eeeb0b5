"""Values as Python: what is seen at a glance is done in place, all else is handed to `rest`."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphql import (
    GraphQLOutputType,
    get_nullable_type,
    is_abstract_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
)

from execution.compiled.leaves import as_it_is, names_of
from execution.compiled.places import Place
from execution.compiled.source import Source

if TYPE_CHECKING:
    from execution.compiled.compiler import Compiler

IS_PLAIN = "type(v) in plain or is_plain(plain, v)"


@dataclass(frozen=True, slots=True)
class Spot:
    """Where in generated code the value `v` is completed."""

    result: str
    trail: str
    """The expression of its path."""
    key: str | None
    """The expression of its key in `wait`; None in a coroutine, which awaits by itself."""


def write_value(
    compiler: "Compiler", to: Source, place: Place, type: GraphQLOutputType, spot: Spot
) -> None:
    """Sets the result of the spot to `v`, completed as a value of this type."""
    inner = get_nullable_type(type)
    nullable = not is_non_null_type(type)
    here = f"ex, {compiler.names.of(place, 'P')}, {compiler.names.of(type, 'T')}, {spot.trail}"
    if is_leaf_type(inner):
        if (table := names_of(inner)) is not None:
            to(f"{spot.result} = {compiler.names.of(table, 'names')}.get(id(v))")
            with to.block(f"if {spot.result} is None" + (" and v is not None:" * nullable or ":")):
                _rest(to, here, spot)
            return
        seen = as_it_is(inner, "v")
        with to.block(f"if {seen or IS_PLAIN}:"):
            if seen:
                to(f"{spot.result} = v")
            else:
                leaf = compiler.names.of(inner, "L")
                to(f"{spot.result} = complete_leaf({leaf}, v)")
                with to.block(f"if type({spot.result}) is not str and awaits({spot.result}):"):
                    _later(to, here, spot)
    elif is_list_type(inner):
        function = compiler.list_of(inner, place)
        with to.block("if type(v) is list or type(v) is tuple:"):
            to(f"{spot.result} = {function}(ex, v, {spot.trail})")
            with to.block(f"if type({spot.result}) is not list:"):
                _later(to, here, spot)
    else:
        with to.block(f"if {IS_PLAIN}:"):
            if is_abstract_type(inner):
                abstract = compiler.names.of(inner, "A")
                branches = compiler.branches(place)
                to(
                    f"{spot.result} = of_type(ex, {compiler.names.of(place, 'P')}, {abstract}, "
                    f"{branches}, {spot.trail}, v)"
                )
            else:
                to(f"{spot.result} = {compiler.object_of(inner, place)}(ex, v, {spot.trail})")
            with to.block(f"if type({spot.result}) is not dict:"):
                _later(to, here, spot)
    if nullable:
        with to.block("elif v is None:"):
            to(f"{spot.result} = None")
    with to.block("else:"):
        _rest(to, here, spot)


def write_wait(to: Source, spot: Spot) -> None:
    """Has the object or the list wait for the result of the spot."""
    to("wait = wait or {}")
    to(f"wait[{spot.key}] = {spot.result}")


def _rest(to: Source, here: str, spot: Spot) -> None:
    if spot.key is None:
        to(f"{spot.result} = await settled({here}, v)")
        return
    to(f"{spot.result} = rest({here}, v)")
    with to.block(f"if awaits({spot.result}):"):
        write_wait(to, spot)


def _later(to: Source, here: str, spot: Spot) -> None:
    if spot.key is None:
        to(f"{spot.result} = await {spot.result}")
        return
    to(f"{spot.result} = guarded({here}, {spot.result})")
    write_wait(to, spot)
