"""Fields as Python: the value is resolved, then completed, inside the guard of its own errors."""

from typing import TYPE_CHECKING

from graphql import TypeNameMetaFieldDef

from execution.compiled.places import Place
from execution.compiled.resolving import Attribute, Call, way_to
from execution.compiled.source import Source
from execution.compiled.values import Spot, write_value, write_wait

if TYPE_CHECKING:
    from execution.compiled.compiler import Compiler


def write_field(compiler: "Compiler", to: Source, place: Place, result: str) -> None:
    """Sets `result`; what has to be awaited stands in `wait`, too."""
    if place.field is TypeNameMetaFieldDef:
        to(f"{result} = {place.parent.name!r}")
        return
    trail = _trail(place)
    spot = Spot(result, trail, repr(place.key))
    if not compiler.has_room or place.field.resolve in compiler.introspection:
        parent = compiler.names.of(place.parent, "O")
        details = compiler.names.of(place.details, "D")
        to(f"{result} = ex.execute_field({parent}, src, {details}, path_of({trail}), None)")
        with to.block(f"if awaits({result}):"):
            write_wait(to, spot)
        return
    way = way_to(compiler.strawberry, place.field, place.nodes[0])
    with to.block("try:"):
        if isinstance(way, Attribute):
            to(f"v = src.{way.name}")
            write_value(compiler, to, place, place.type, spot)
        elif way is None:
            _ask(compiler, to, place, spot)
        elif way.is_async:
            _start(compiler, to, place, way, spot)
        else:
            if way.constants is None:
                _read_arguments(compiler, to, place)
            _call(compiler, to, place, way, trail)
            write_value(compiler, to, place, place.type, spot)
    _guard(compiler, to, place, spot)


def _start(compiler: "Compiler", to: Source, place: Place, way: Call, spot: Spot) -> None:
    """Arguments are read at once, as their errors come at once; the rest when it is awaited."""
    name, body, inside = compiler.names.new("field"), Source(), Spot("r", "path", None)
    given = ", a" if way.constants is None else ""
    with body.block(f"async def {name}(ex, src, path{given}):"):
        with body.block("try:"):
            _call(compiler, body, place, way, "path")
            write_value(compiler, body, place, place.type, inside)
        _guard(compiler, body, place, inside)
        body("return r")
    compiler.functions.append(body)
    if way.constants is None:
        _read_arguments(compiler, to, place)
    to(f"{spot.result} = {name}(ex, src, {spot.trail}{given})")
    write_wait(to, spot)


def _ask(compiler: "Compiler", to: Source, place: Place, spot: Spot) -> None:
    """As graphql-core does. What comes may have to be awaited: nobody knows before."""
    name, body, inside = compiler.names.new("awaited"), Source(), Spot("r", "path", None)
    with body.block(f"async def {name}(ex, v, path):"):
        with body.block("try:"):
            body("v = await v")
            write_value(compiler, body, place, place.type, inside)
        _guard(compiler, body, place, inside)
        body("return r")
    compiler.functions.append(body)
    _read_arguments(compiler, to, place)
    here, field = compiler.names.of(place, "P"), compiler.names.of(place.field, "F")
    to(f"info = resolve_info(ex, {here}, {spot.trail})")
    to(f"v = ({field}.resolve or ex.field_resolver)(src, info, **a)")
    with to.block("if awaits(v):"):
        to(f"{spot.result} = {name}(ex, v, {spot.trail})")
        write_wait(to, spot)
    with to.block("else:"):
        write_value(compiler, to, place, place.type, spot)


def _read_arguments(compiler: "Compiler", to: Source, place: Place) -> None:
    node = place.nodes[0]
    if not place.field.args and not node.arguments:
        to("a = {}")
        return
    field = compiler.names.of(place.field, "F")
    given = f"{field}, {compiler.names.of(node, 'N')}, ex.variable_values, None"
    to(f"a = arguments({given}, ex.hide_suggestions)")


def _call(compiler: "Compiler", to: Source, place: Place, way: Call, trail: str) -> None:
    """Permissions in their order, then the resolver, each given what Strawberry gives it."""
    names = compiler.names
    here, own = names.of(place, "P"), names.of(way.field, "S")
    if way.needs_info:
        if compiler.knows_info:
            to(f"info = LazyInfo(ex, {own}, {here}, {trail})")
        else:
            raw = f"resolve_info(ex, {here}, {trail})"
            to(f"info = Info(_raw_info={raw}, _field={own})")
    if way.constants is None:
        to(f"args, given = converted(strawberry, {own}, src, info, a)")
        asked, called = ["src", "info", "**given"], ["*args", "**given"]
    else:
        given = [f"{name}={names.of(value, 'C')}" for name, value in way.constants.items()]
        given += [f"{name}=src" for name in way.parents]
        asked, called = ["src", "info", *given], [*(["src"] * way.takes_self), *given]
        if way.info not in (None, "info"):
            asked.append(f"{way.info}=info")
            called.append(f"{way.info}=info")
    if way.info == "info":
        called.append("info=info")
    call = f"v = {'await ' * way.is_async}{names.of(way.function, 'R')}({', '.join(called)})"
    branch = "if"
    for extension, permission in way.permissions:
        e, p = names.of(extension, "E"), names.of(permission, "M")
        asking = f"{branch} (p := {p}.has_permission({', '.join(asked)})) is not True"
        if way.is_async:
            with to.block(f"{asking} and not await permitted({p}, p):"):
                to(f"v = {e}._on_unauthorized({p})")
        else:
            with to.block(f"{asking}:"):
                to(f"v = refused({e}, {p}, p)")
        branch = "elif"
    if way.permissions:
        with to.block("else:"):
            to(call)
    else:
        to(call)


def _guard(compiler: "Compiler", to: Source, place: Place, spot: Spot) -> None:
    here = f"{compiler.names.of(place, 'P')}, {compiler.names.of(place.type, 'T')}, {spot.trail}"
    with to.block("except Exception as error:"):
        to(f"{spot.result} = failed(ex, {here}, error)")


def _trail(place: Place) -> str:
    return f"(path, {place.key!r}, {place.parent.name!r})"
