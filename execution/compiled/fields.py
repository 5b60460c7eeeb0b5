"""Fields as Python: the value is resolved, then completed, inside the guard of its own errors."""

from typing import TYPE_CHECKING

from graphql import TypeNameMetaFieldDef

from execution.compiled.places import Place
from execution.compiled.resolving import Attribute, Call, Event, reader, way_to
from execution.compiled.source import Source
from execution.compiled.spots import Awaited, Field
from execution.compiled.values import write_value

if TYPE_CHECKING:
    from execution.compiled.compiler import Compiler


def write_field(compiler: "Compiler", to: Source, place: Place, result: str) -> None:
    """Sets `result`; what has to be awaited stands in `wait`, too."""
    if place.field is TypeNameMetaFieldDef:
        to(f"{result} = {place.parent.name!r}")
        return
    spot = Field(result, compiler.names.of(place, "P"), place.key, place.parent.name)
    if not compiler.has_room or place.field.resolve in compiler.introspection:
        to(f"{result}, wait = generic(ex, {spot.place}, path, src, wait)")
        return
    way = way_to(compiler.strawberry, place.field, place.nodes[0])
    place.arguments_of = reader(way, place)
    with to.block("try:"):
        if isinstance(way, Attribute):
            to(f"v = src.{way.name}")
            write_value(compiler, to, place, place.type, spot)
        elif isinstance(way, Event):
            to("v = src")
            write_value(compiler, to, place, place.type, spot)
        elif way is None:
            _ask(compiler, to, place, spot)
        elif way.is_async:
            _start(compiler, to, place, way, spot)
        else:
            if way.constants is None:
                _read_arguments(compiler, to, place)
            _call(compiler, to, place, way, spot)
            write_value(compiler, to, place, place.type, spot)
    to(f"except Exception: {spot.failed}")


def _start(compiler: "Compiler", to: Source, place: Place, way: Call, spot: Field) -> None:
    """Arguments are read at once, as their errors come at once; the rest when it is awaited."""
    name, body = compiler.names.new("field"), Source()
    given = "" if way.constants is not None else ", a"
    inside = Awaited("r", spot.place, spot.key, spot.parent)
    with body.block(f"async def {name}(ex, src, path{given}):"):
        with body.block("try:"):
            _call(compiler, body, place, way, inside)
            write_value(compiler, body, place, place.type, inside)
        body(f"except Exception: {inside.failed}")
        body("return r")
    compiler.functions.append(body)
    if given:
        _read_arguments(compiler, to, place)
    to(f"{spot.result} = {name}(ex, src, path{given})")
    to(f"if wait is None: wait = {{{spot.key!r}: {spot.result}}}")
    to(f"else: wait[{spot.key!r}] = {spot.result}")


def _ask(compiler: "Compiler", to: Source, place: Place, spot: Field) -> None:
    """As graphql-core does. What comes may have to be awaited: nobody knows before."""
    name, body = compiler.names.new("awaited"), Source()
    inside = Awaited("r", spot.place, spot.key, spot.parent)
    with body.block(f"async def {name}(ex, v, path):"):
        with body.block("try:"):
            body("v = await v")
            write_value(compiler, body, place, place.type, inside)
        body(f"except Exception: {inside.failed}")
        body("return r")
    compiler.functions.append(body)
    _read_arguments(compiler, to, place)
    to(f"v = asked(ex, {spot.place}, path, src, a)")
    with to.block("if awaits(v):"):
        to(f"{spot.result} = {name}(ex, v, path)")
        to(f"if wait is None: wait = {{{spot.key!r}: {spot.result}}}")
        to(f"else: wait[{spot.key!r}] = {spot.result}")
    with to.block("else:"):
        write_value(compiler, to, place, place.type, spot)


def _read_arguments(compiler: "Compiler", to: Source, place: Place) -> None:
    to(f"a = arguments(ex, {compiler.names.of(place, 'P')})")


def _call_for_subject(compiler: "Compiler", to: Source, way: Call, info: str) -> None:
    """The permission is asked where its subject is another than the last time it was granted."""
    names, [(extension, permission)] = compiler.names, way.permissions
    e, p, value = names.of(extension, "E"), names.of(permission, "M"), f"v = {way.inlined}"
    sources = ", ".join(f"{name}=src" for name in way.parents)
    to(f"s = {way.subject}")
    to(f"if ex.granted.get({p}, ex) is s: {value}")
    with to.block("else:"):
        to(info)
        to(f"p = {p}.has_permission(src, info, {sources})")
        to(f"if p is not True: v = refused({e}, {p}, p)")
        to(f"else: ex.granted[{p}] = s; {value}")


def _call(compiler: "Compiler", to: Source, place: Place, way: Call, spot: Field) -> None:
    """Permissions in their order, then the resolver, each given what Strawberry gives it."""
    names, own = compiler.names, compiler.names.of(way.field, "S")
    info = f"info = {compiler.info}(ex, {own}, {spot.place}, path)"
    if way.subject is not None and way.inlined is not None:
        _call_for_subject(compiler, to, way, info)
        return
    if way.needs_info:
        to(info)
    if way.constants is None and way.convert is None:
        to(f"args, given = converted(strawberry, {own}, src, info, a)")
        asked, called = ["src", "info", "**given"], ["*args", "**given"]
    else:
        constants = (way.constants or {}).items()
        given = [f"{name}={names.of(value, 'C')}" for name, value in constants]
        if way.constants is None:
            to(f"given = {names.of(way.convert, 'V')}(a)")
            given.append("**given")
        given += [f"{name}=src" for name in way.parents]
        asked, called = ["src", "info", *given], [*(["src"] * way.takes_self), *given]
        if way.info not in (None, "info"):
            asked.append(f"{way.info}=info")
            called.append(f"{way.info}=info")
    if way.info == "info":
        called.append("info=info")
    call = f"v = {'await ' * way.is_async}{names.of(way.function, 'R')}({', '.join(called)})"
    if way.inlined is not None:
        call = f"v = {way.inlined}"
    if way.subject is not None:
        [(extension, permission)] = way.permissions
        e, p = names.of(extension, "E"), names.of(permission, "M")
        to(f"s = {way.subject}")
        asking = f"(p := {p}.has_permission({', '.join(asked)})) is not True"
        to(f"if ex.granted.get({p}, ex) is not s and {asking}: v = refused({e}, {p}, p)")
        to(f"else: ex.granted[{p}] = s; {call}")
        return
    branch = "if"
    for extension, permission in way.permissions:
        e, p = names.of(extension, "E"), names.of(permission, "M")
        asking = f"{branch} (p := {p}.has_permission({', '.join(asked)})) is not True"
        if way.is_async:
            to(f"{asking} and not await permitted({p}, p): v = {e}._on_unauthorized({p})")
        else:
            to(f"{asking}: v = refused({e}, {p}, p)")
        branch = "elif"
    to(f"else: {call}" if way.permissions else call)
