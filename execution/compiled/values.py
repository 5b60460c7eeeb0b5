"""Values as Python: what is seen at a glance is done in place, all else is handed to `rest`."""

from typing import TYPE_CHECKING

from graphql import (
    GraphQLLeafType,
    GraphQLOutputType,
    get_nullable_type,
    is_abstract_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
    is_object_type,
)

from execution.compiled.instances import SEEN
from execution.compiled.leaves import AsItIs, as_it_is, names_of
from execution.compiled.places import Place
from execution.compiled.source import Source
from execution.compiled.spots import Item, Spot

if TYPE_CHECKING:
    from execution.compiled.compiler import Compiler

_PLAIN = "type(v) in plain or is_plain(plain, v)"


def write_value(
    compiler: "Compiler", to: Source, place: Place, type: GraphQLOutputType, spot: Spot
) -> None:
    """Sets the result of the spot to `v`, completed as a value of this type."""
    inner, rest = get_nullable_type(type), spot.rest
    nullable = not is_non_null_type(type)
    if is_leaf_type(inner) and (names := names_of(inner)) is not None:
        to(f"{spot.result} = {compiler.names.of(names, 'names')}.get(id(v))")
        null = " and v is not None" if nullable else ""
        to(f"if {spot.result} is None{null}: {spot.rest}")
        return
    if is_leaf_type(inner):
        _write_leaf(compiler, to, inner, spot, nullable)
    elif is_list_type(inner):
        made = compiler.list_of(inner, place)
        item, begin = get_nullable_type(inner.of_type), "if"
        if is_leaf_type(item) and (seen := _seen(compiler, item, "each")):
            _write_leaves(to, spot, seen)
            begin = "elif"
        with to.block(f"{begin} type(v) is list or type(v) is tuple:"):
            to(f"{spot.result} = {made}(ex, v, {spot.trail})")
            to(f"if type({spot.result}) is not list: {spot.later}")
        with to.block("elif is_long(v):"):
            to(f"{spot.result} = in_stretches({made}, ex, v, {spot.trail})")
            to(spot.later)
        rest = spot.rest_of("list", made)
    else:
        if is_object_type(inner):
            made = compiler.object_of(inner, place)
            rest = spot.rest_of("object", made)
            # Of the items of a list each is another; they are answered in its loop.
            steady = None if isinstance(spot, Item) else compiler.steady_of(inner, place)
            if steady is not None:
                _write_steady(to, spot, steady, rest, nullable, made)
                return
        if nullable:
            to(f"if v is None: {spot.result} = None")
        with to.block(f"{'elif' if nullable else 'if'} {_PLAIN}:"):
            if is_abstract_type(inner):
                given = f"ex, {compiler.names.of(place, 'P')}, {compiler.names.of(inner, 'A')}"
                given += f", {compiler.branches(place)}, {spot.trail}, v"
                to(f"{spot.result} = of_type({given})")
            else:
                to(f"{spot.result} = {made}(ex, v, {spot.trail})")
            to(f"if type({spot.result}) is not dict: {spot.later}")
        to(f"else: {rest}")
        return
    if nullable and not is_leaf_type(inner):
        to(f"elif v is None: {spot.result} = None")
    to(f"else: {rest}")


def _write_steady(
    to: Source, spot: Spot, steady: str, rest: str, nullable: bool, made: str
) -> None:
    """What was answered for the object before, if it was."""
    result = spot.result
    to(f"seen = ex.seen[{steady}]; k = id(v); {result} = seen.get(k)")
    to(f"if {result} is not None: {result} = {result}[0]")
    with to.block("elif v is not None:" if nullable else "else:"):
        to(f"{result} = {steady}(v)")
        with to.block(f"if {result} is not None:"):
            to(f"if len(seen) >= {SEEN}: seen.clear()")
            to(f"seen[k] = {result}, v")  # kept, it is the only one with this identity
        with to.block(f"elif {_PLAIN}:"):
            to(f"{result} = {made}(ex, v, {spot.trail})")
            to(f"if type({result}) is not dict: {spot.later}")
        to(f"else: {rest}")


def _write_leaves(to: Source, spot: Spot, seen: str) -> None:
    """A list that holds nothing but such leaves, as it is; what follows is for all others."""
    to(f"{spot.result} = None")
    with to.block("if type(v) is list:"):
        with to.block("for each in v:"):
            to(f"if not ({seen}): break")
        to(f"else: {spot.result} = v.copy()")
    to(f"if {spot.result} is not None: pass")


def _seen(compiler: "Compiler", type: GraphQLLeafType, value: str) -> str | None:
    return as_it_is(type, value, lambda thing: compiler.names.of(thing, "W"))


def _write_leaf(
    compiler: "Compiler", to: Source, type: GraphQLLeafType, spot: Spot, nullable: bool
) -> None:
    seen, branch = _seen(compiler, type, "v"), "if"
    if seen:
        to(f"if {seen}: {spot.result} = v")
        branch = "elif"
    if nullable:
        to(f"{branch} v is None: {spot.result} = None")
        branch = "elif"
    if seen and not isinstance(type.coerce_output_value, AsItIs):
        return
    with to.block(f"{branch} {_PLAIN}:"):
        coerce, own = compiler.names.of(type.coerce_output_value, "C"), compiler.names.of(type, "L")
        to(f"{spot.result} = {coerce}(v)")
        with to.block(f"if type({spot.result}) is not str:"):
            nothing = f"{spot.result} is None or {spot.result} is undefined"
            to(f"if {nothing}: no_value({own}, v, {spot.result})")
            to(spot.later)
