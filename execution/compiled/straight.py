"""Items of a list that are as nearly all are: answered in its loop, without a call for each.

An object can be where its class is told to stay as it is, and nothing is asked of it but attributes
and expressions: leaves, lists of leaves, and objects that are alike. Where one item is not as most
are, nothing was noted of it, and it is answered as any other: its attributes are read again.
"""

import ast
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from graphql import (
    GraphQLLeafType,
    GraphQLObjectType,
    TypeNameMetaFieldDef,
    get_nullable_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
    is_object_type,
)

from execution.compiled.instances import InstanceOf
from execution.compiled.leaves import as_it_is, names_of
from execution.compiled.places import Place
from execution.compiled.resolving import Attribute, Call, way_to
from execution.compiled.source import Source

if TYPE_CHECKING:
    from execution.compiled.compiler import Compiler


FIELDS = 60
"""How many fields of one item are answered so: what stands twice takes longer to compile."""


class NotStraight(Exception):
    """Something is asked of the object that takes more than a look."""


@dataclass(frozen=True, slots=True)
class Straight:
    """What is written for the items of one list."""

    before: list[str]
    """Before the loop."""
    lines: list[str]
    """In the loop, for an item `v`: they end with `continue`, or leave it to what follows."""


def straight(compiler: "Compiler", type: GraphQLObjectType, place: Place) -> Straight | None:
    """What answers objects of this type in a list at this place; None where that takes more."""
    try:
        return _Writer(compiler).items(type, place)
    except NotStraight:
        return None


@dataclass(slots=True)
class _Object:
    """What is asked of one object, and when the answer counts."""

    granted: list[str] = field(default_factory=list)
    conditions: list[str] = field(default_factory=list)
    given: list[str] = field(default_factory=list)

    @property
    def is_granted(self) -> str:
        return " and ".join(self.granted) or "True"

    @property
    def is_so(self) -> str:
        return " and ".join(self.conditions) or "True"

    @property
    def answer(self) -> str:
        return f"{{{', '.join(self.given)}}}"


class _Writer:
    def __init__(self, compiler: "Compiler") -> None:
        self._compiler = compiler
        self._count = self._fields = 0
        self._before: list[str] = []

    def items(self, type: GraphQLObjectType, place: Place) -> Straight:
        to, read, item = Source(), Source(), _Object()
        kind = self._kind(type)
        self._read(read, item, type, place, "v")
        with to.block(f"if type(v) is {kind}:"):
            with to.block("try:"), to.block(f"if {item.is_granted}:"):
                for line in read.lines:
                    to(line)
                with to.block(f"if {item.is_so}:"):
                    to(f"add({item.answer})")
                    to("continue")
            to("except Exception: pass")
        if item.granted:
            self._before.append("granted = ex.granted")
        return Straight(self._before, to.lines)

    def _read(
        self, to: Source, of: _Object, type: GraphQLObjectType, place: Place, source: str
    ) -> None:
        """Reads what is asked of the object in the variable `source`."""
        for asked in place.fields:
            self._fields += 1
            if self._fields > FIELDS:
                raise NotStraight
            if asked.field is TypeNameMetaFieldDef:
                of.given.append(f"{asked.key!r}: {type.name!r}")
            else:
                of.given.append(f"{asked.key!r}: {self._value(to, of, asked, source)}")

    def _value(self, to: Source, of: _Object, place: Place, source: str) -> str:
        """Reads one field; gives the variable of its answer."""
        inner, nullable = get_nullable_type(place.type), not is_non_null_type(place.type)
        value = self._new("a")
        to(f"{value} = {self._expression(of, place, source)}")
        if is_list_type(inner) and is_leaf_type(item := get_nullable_type(inner.of_type)):
            return self._leaves(to, item, value, nullable)
        if is_object_type(inner):
            return self._object(to, inner, place, value, nullable)
        if not is_leaf_type(inner):
            raise NotStraight
        null, answer = f"{value} is None or " if nullable else "", value
        if (names := names_of(inner)) is not None:
            answer = self._new("a")
            to(f"{answer} = {self._name(names, 'names')}.get(id({value}))")
            of.conditions.append(f"({null}{answer} is not None)")
        else:
            of.conditions.append(f"({null}{self._as_it_is(inner, value)})")
        return answer

    def _expression(self, of: _Object, place: Place, source: str) -> str:
        way = way_to(self._compiler.strawberry, place.field, place.nodes[0])
        if isinstance(way, Attribute):
            return f"{source}.{way.name}"
        if not isinstance(way, Call) or way.inlined is None:
            raise NotStraight
        if way.permissions:
            if way.subject is None or source != "v":
                raise NotStraight
            [(_, permission)] = way.permissions
            name, subject = self._name(permission, "M"), _renamed(way.subject, source)
            # By a name: Python warns of `is` where a literal stands beside it.
            granted = f"(s := {subject}) is granted.get({name}, ex)"
            if granted not in of.granted:
                of.granted.append(granted)
        return _renamed(way.inlined, source)

    def _leaves(self, to: Source, leaf: GraphQLLeafType, value: str, nullable: bool) -> str:
        """A list of leaves, copied. The very same for many items is looked through and copied
        once; those that were are kept, so that no other one is taken for them."""
        condition, known, answer = self._as_it_is(leaf, "each"), self._new("k"), self._new("a")
        kept = self._new("l")
        self._before.append(f"{known} = {{}}; {kept} = []")
        if nullable:
            to(f"if {value} is None: {answer} = None")
        with to.block("else:") if nullable else nullcontext():
            to(f"{answer} = {known}.get(id({value}))")
            with to.block(f"if {answer} is None:"):
                to(f"if type({value}) is not list: raise unusual")
                with to.block(f"for each in {value}:"):
                    to(f"if not ({condition}): raise unusual")
                to(f"{answer} = {known}[id({value})] = {value}.copy(); {kept}.append({value})")
        return answer

    def _object(
        self, to: Source, type: GraphQLObjectType, place: Place, value: str, nullable: bool
    ) -> str:
        """An object below. One of the last two, which are often the two of a pair, is not read."""
        kind, answer, below = self._kind(type), self._new("a"), _Object()
        last, told, before, told_before = (self._new(each) for each in ("p", "t", "q", "u"))
        self._compiler.object_of(type, place)  # finds out what is asked of it
        self._before.append(f"{last} = {before} = out; {told} = None")
        to(f"if {value} is {last}: {answer} = {told}")
        to(f"elif {value} is {before}: {answer} = {told_before}")
        with to.block("else:"):
            if nullable:
                to(f"if {value} is None: {answer} = None")
            with to.block("else:") if nullable else nullcontext():
                to(f"if type({value}) is not {kind}: raise unusual")
                self._read(to, below, type, place, value)
                to(f"if not ({below.is_so}): raise unusual")
                to(f"{answer} = {below.answer}")
            to(f"{before} = {last}; {told_before} = {told}; {last} = {value}; {told} = {answer}")
        return answer

    def _kind(self, type: GraphQLObjectType) -> str:
        told = type.is_type_of
        if not isinstance(told, InstanceOf) or not told.steady:
            raise NotStraight
        return self._name(told.kind, "K")

    def _as_it_is(self, leaf: GraphQLLeafType, value: str) -> str:
        condition = as_it_is(leaf, value, lambda thing: self._name(thing, "W"))
        if condition is None:
            raise NotStraight
        return condition

    def _name(self, thing: object, kind: str) -> str:
        return self._compiler.names.of(thing, kind)

    def _new(self, kind: str) -> str:
        self._count += 1
        return f"{kind}{self._count}"


class _Renaming(ast.NodeTransformer):
    def __init__(self, name: str) -> None:
        self._name = name

    def visit_Name(self, node: ast.Name) -> ast.Name:
        return ast.Name(self._name, node.ctx) if node.id == "src" else node


def _renamed(expression: str, source: str) -> str:
    """The expression of an object `src`, as one of the object in this variable."""
    return ast.unparse(_Renaming(source).visit(ast.parse(expression, mode="eval")))
