"""From an operation to functions: one for the fields of each object, one for each list."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from graphql import (
    GraphQLList,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    SchemaMetaFieldDef,
    TypeMetaFieldDef,
    get_nullable_type,
    is_object_type,
)
from graphql.execution.collect_fields import (
    FieldDetails,
    FragmentDetails,
    collect_fields,
    collect_subfields,
)
from graphql.execution.values import VariableValues
from strawberry import Info
from strawberry.schema import Schema

from execution.compiled import runtime_mutations, runtime_types
from execution.compiled.fields import write_field
from execution.compiled.instances import InstanceOf
from execution.compiled.leaves import NEVER_AWAITED
from execution.compiled.places import Place
from execution.compiled.source import Names, Source
from execution.compiled.spots import Item
from execution.compiled.steady import write_steady
from execution.compiled.straight import Straight, straight
from execution.compiled.values import write_value
from execution.compiled.vocabulary import VOCABULARY

FIELDS = 1_000
"""How many fields of one document are compiled; graphql-core runs the others, below these."""


@dataclass(frozen=True, slots=True)
class CompilationUnit:
    """What is compiled. Of the variables, it holds those that directives depend on."""

    schema: GraphQLSchema
    operation: OperationDefinitionNode
    fragments: dict[str, FragmentDetails]
    variables: VariableValues
    hide_suggestions: bool


class Compiler:
    """One operation, with fields included or skipped for good. Functions share their names."""

    introspection = (SchemaMetaFieldDef.resolve, TypeMetaFieldDef.resolve)

    def __init__(self, unit: CompilationUnit, strawberry: Schema) -> None:
        self._unit = unit
        self.strawberry = strawberry
        self.info = "LazyInfo" if strawberry.config.info_class is Info else "info_of"
        self.names = Names(VOCABULARY | {"plain": set(NEVER_AWAITED), "strawberry": strawberry})
        self.functions: list[Source] = []
        self._made: dict[tuple[Any, ...], tuple[str, list[Place]]] = {}
        self._steady: dict[str, str | None] = {}
        self.fields = 0

    @property
    def has_room(self) -> bool:
        return self.fields <= FIELDS

    def root(self) -> Callable[..., Any]:
        """The function that answers the operation: an executor and the root value go in."""
        unit = self._unit
        operation = unit.operation
        type = unit.schema.get_root_type(operation.operation)
        if type is None:
            raise TypeError("there are no such operations")
        grouped = collect_fields(
            unit.schema,
            unit.fragments,
            unit.variables,
            type,
            operation,
            unit.hide_suggestions,
        ).grouped_field_set
        if operation.operation is not OperationType.MUTATION:
            made = self.load(self._object(type, None, grouped))
            return lambda ex, root: made(ex, root, None)
        steps = [self._object(type, None, {key: grouped[key]}) for key in grouped]
        loaded = [self.load(step) for step in steps]
        return lambda ex, root: runtime_mutations.serially(ex, root, loaded)

    def load(self, name: str) -> Any:
        """A function, once all that are written were made."""
        if self.functions:
            text = "\n".join(line for function in self.functions for line in function.lines)
            self.functions.clear()
            exec(compile(text, "<compiled document>", "exec"), self.names.scope)  # noqa: S102
        return self.names.scope[name]

    def object_of(self, type: GraphQLObjectType, place: Place) -> str:
        """The function of an object at this place."""
        key = (type, place.parent, *map(id, place.nodes))
        if key not in self._made:
            # At once, for what contains itself.
            self._made[key] = self.names.new("object"), place.fields
            unit = self._unit
            grouped = collect_subfields(
                unit.schema,
                unit.fragments,
                unit.variables,
                unit.operation,
                type,
                place.details,
                unit.hide_suggestions,
            ).grouped_field_set
            self._object(type, place, grouped, self._made[key][0])
        name, place.fields = self._made[key]
        return name

    def steady_of(self, type: GraphQLObjectType, place: Place) -> str | None:
        """The function of objects that are answered once, if it can have one."""
        key = self.object_of(type, place)
        if key not in self._steady:
            self._steady[key] = write_steady(self, type, place)
        return self._steady[key]

    def list_of(self, type: GraphQLList[Any], place: Place) -> str:
        """The function of a list at this place."""
        name, to = self.names.new("list"), Source()
        item: GraphQLOutputType = type.of_type
        spot = Item("r", self.names.of(place, "P"), self.names.of(item, "T"))
        short = self._straight(item, place)
        with to.block(f"def {name}(ex, items, path, at=0):"):
            to("out = []; add = out.append; wait = None; i = at")
            for line in short.before if short else ():
                to(line)
            with to.block("try:"), to.block("for v in items:"):
                for line in short.lines if short else ():
                    to(line)
                if short:
                    to("i = at + len(out)")
                with to.block("try:"):
                    write_value(self, to, place, item, spot)
                to(f"except Exception: {spot.failed}")
                to("add(r)")
                if not short:
                    to("i += 1")
            with to.block("except Exception:"):
                to("abandoned(ex, wait, items[i + 1 - at :])")
                to("raise")
            to("return gathered(out, within(wait, at)) if wait else out")
        self.functions.append(to)
        return name

    def _straight(self, item: GraphQLOutputType, place: Place) -> Straight | None:
        type = get_nullable_type(item)
        if not is_object_type(type):
            return None
        self.object_of(type, place)  # finds out what is asked of each
        return straight(self, type, place)

    def branches(self, place: Place) -> str:
        """What an interface or a union at this place may turn out to be, compiled as it does."""
        return self.names.of(Branches(self, place), "B")

    def _object(
        self,
        type: GraphQLObjectType,
        place: Place | None,
        grouped: dict[str, list[FieldDetails]],
        name: str | None = None,
    ) -> str:
        name, to, results = name or self.names.new("object"), Source(), {}
        with to.block(f"def {name}(ex, src, path):"):
            if place is not None and type.is_type_of:
                self._check(to, type, place)
            to("wait = None")
            with to.block("try:"):
                to("pass")
                for number, (key, details) in enumerate(grouped.items()):
                    field = self._unit.schema.get_field(type, details[0].node.name.value)
                    if field is not None:
                        self.fields += 1
                        results[key] = f"r{number}"
                        asked = Place.of(type, key, field, details)
                        if place is not None:
                            place.fields.append(asked)
                        write_field(self, to, asked, results[key])
            with to.block("except Exception:"):
                to("abandoned(ex, wait)")
                to("raise")
            to("out = {" + ", ".join(f"{key!r}: {r}" for key, r in results.items()) + "}")
            to("return gathered(out, wait) if wait else out")
        self.functions.append(to)
        return name

    def _check(self, to: Source, type: GraphQLObjectType, place: Place) -> None:
        here, own = self.names.of(place, "P"), self.names.of(type, "O")
        if isinstance(type.is_type_of, InstanceOf):
            kind = self.names.of(type.is_type_of.kind, "K")
            to(f"if type(src) is not {kind} and not isinstance(src, {kind}):")
            to(f" judged(ex, {here}, {own}, path, src, False)")
            return
        to(f"told = {own}.is_type_of(src, LazyResolveInfo(ex, {here}, path))")
        with to.block("if told is not True:"):
            to(f"told = judged(ex, {here}, {own}, path, src, told)")
            to("if told is not None: return told")


class Branches(dict[GraphQLObjectType, Any]):
    """For each type, the function of an object; written when the first such object is met."""

    def __init__(self, compiler: Compiler, place: Place) -> None:
        self._compiler, self._place = compiler, place
        self.by_class: dict[type, Any] = {}

    def __missing__(self, type: GraphQLObjectType) -> Any:
        compiler = self._compiler
        try:
            made = compiler.load(compiler.object_of(type, self._place))
        except Exception:  # whatever is wrong with the document, graphql-core says it best
            made = runtime_types.as_ever(self._place, type)
        self[type] = made
        return made
