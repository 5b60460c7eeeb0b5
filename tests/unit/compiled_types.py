"""Types with every kind of field."""

import asyncio
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, NewType

import strawberry
from graphql import GraphQLError
from strawberry import ID, Info, Parent

from execution.compiled import InstanceOf
from tests.unit.compiled_data import Box as BoxRow
from tests.unit.compiled_data import Colour as ColourValue
from tests.unit.compiled_data import Item as ItemRow
from tests.unit.compiled_data import Later, Row, World
from tests.unit.compiled_data import Slow as SlowRow
from tests.unit.compiled_permissions import Async, Other, Shout, Sync, guards

if TYPE_CHECKING:
    from tests.unit.compiled_still_types import Still

Colour = strawberry.enum(ColourValue)
Odd = NewType("Odd", int)
Anything = NewType("Anything", object)
Exact = NewType("Exact", datetime)


def written_odd(value: Any) -> Any:
    if value == 41:
        return None
    if not isinstance(value, int) or value % 2 == 0:
        raise GraphQLError(f"{value!r} is not odd")
    return f"odd {value}" if value % 3 else Later(World(0, 0), lambda: value, 1)


def written_moment(value: Any) -> Any:
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise GraphQLError(f"{value!r} is no moment")
    return value.isoformat()


@strawberry.input
class Mark:
    at: Annotated["Shape", strawberry.lazy("tests.unit.compiled_types")] | None = strawberry.UNSET
    places: list[list[int]] | None = None
    moments: list[datetime | None] = strawberry.field(default_factory=list)


@strawberry.input
class Loose:
    """An input that Strawberry converts in a way of its own."""

    number: strawberry.Maybe[int | None]
    marks: list[Mark] | None = None


@strawberry.input
class Shape:
    width: int
    colour: Colour = ColourValue.RED  # type: ignore[valid-type]
    tags: list[str] | None = strawberry.UNSET
    inside: "Shape | None" = strawberry.UNSET
    marks: list[Mark | None] | None = None


def _label(
    root: Row,
    info: Info,
    prefix: str = "p",
    colour: Colour | None = None,  # type: ignore[valid-type]
    sizes: list[int] | None = None,
    shape: Shape | None = None,
) -> str:
    root.world.value(root, "label", "text")
    return f"{info.field_name} {prefix} {colour} {sizes} {shape}"


async def _wait(root: Row, name: str, kind: str) -> Any:
    for _ in range(root.world.chance(root.id, name, "rounds") % 4):
        await asyncio.sleep(0)
    return root.world.value(root, name, kind)


def _sync(name: str, kind: str) -> Any:
    def resolve(root: Row) -> Any:
        return root.world.value(root, name, kind)

    return resolve


def _later(name: str, kind: str) -> Any:
    async def resolve(root: Row, info: Info, first: int = 3) -> Any:
        root.world.log.append(f"{info.path.as_list()} {first}")
        return await _wait(root, name, kind)

    return resolve


def _maybe_later(parent: Parent[Row]) -> Any:
    return Later(parent.world, lambda: parent.world.value(parent, "maybe_later", "rows"), 2)


@strawberry.interface
class Node:
    id: ID
    text_or_null: str | None


@strawberry.interface
class Named:
    text: str

    @classmethod
    def resolve_type(cls, obj: Any, info: Info, _: Any) -> Any:
        world = info.context
        chance = world.chance("resolve_type", repr(obj))
        if chance % 1000 >= world.errors:
            return {"ItemRow": "Item", "Item": "Item", "Box": "Box"}.get(type(obj).__name__)
        name = ("Nobody", "Shape", "Slow", 7, None, "Box", ValueError)[chance // 1000 % 7]
        if name is ValueError:
            raise ValueError("no type")
        return Later(world, lambda: "Item", 2) if chance % 2 else name


def _of(row: type) -> Any:
    def is_type_of(obj: Any, info: Any) -> bool:
        info.context.log.append(f"{row.__name__}? {obj!r} {info.path.as_list()}")
        return isinstance(obj, row)

    return staticmethod(is_type_of)


@strawberry.type
class Item(Node, Named):
    is_type_of = _of(ItemRow)

    id: ID
    text: str
    text_or_null: str | None
    number: int
    number_or_null: int | None
    flag: bool
    ratio: float
    moment: datetime
    moment_or_null: datetime | None
    exact: Exact
    exact_or_null: Exact | None
    colour: Colour  # type: ignore[valid-type]
    colour_or_null: Colour | None  # type: ignore[valid-type]
    odd: Odd
    odd_or_null: Odd | None
    any: Anything
    grid: list[list[int]]
    grid_or_null: list[list[int | None] | None] | None
    friend: "Item"
    friend_or_null: "Item | None"
    friends: "list[Item]"
    friends_or_null: "list[Item | None] | None"
    thing: Annotated["Item | Box | Slow", strawberry.union("Thing")]
    thing_or_null: Annotated["Item | Box | Slow", strawberry.union("Thing")] | None
    things: list[Annotated["Item | Box | Slow", strawberry.union("Thing")]]
    nodes_or_null: list[Node | None] | None
    named_or_null: Named | None
    still: Annotated["Still", strawberry.lazy("tests.unit.compiled_still_types")]
    stills_or_null: (
        list[Annotated["Still", strawberry.lazy("tests.unit.compiled_still_types")] | None] | None
    )

    label: str = strawberry.field(resolver=_label)
    label_or_null: str | None = strawberry.field(resolver=_label, extensions=guards(Sync()))
    read: str | None = strawberry.field(resolver=_sync("read", "text"))
    read_friend: "Item | None" = strawberry.field(resolver=_sync("read_friend", "row"))
    read_grid: list[list[int | None]] | None = strawberry.field(resolver=_sync("grid", "grid"))
    later: str = strawberry.field(resolver=_later("later", "text"))
    later_or_null: str | None = strawberry.field(resolver=_later("later_or_null", "text"))
    later_friend: "Item" = strawberry.field(resolver=_later("later_friend", "row"))
    later_friend_or_null: "Item | None" = strawberry.field(
        resolver=_later("later_friend_or_null", "row"), extensions=guards(Sync(), Other())
    )
    later_friends: "list[Item] | None" = strawberry.field(resolver=_later("later_friends", "rows"))
    later_things: list[Annotated["Item | Box | Slow", strawberry.union("Thing")]] = (
        strawberry.field(resolver=_later("later_things", "things"))
    )
    maybe_later: "list[Item | None] | None" = strawberry.field(resolver=_maybe_later)
    guarded: str | None = strawberry.field(
        resolver=_sync("guarded", "text"), extensions=[*guards(Other()), *guards(Sync())]
    )
    guarded_colour: Colour = strawberry.field(  # type: ignore[valid-type]
        resolver=_sync("guarded_colour", "colour"), extensions=guards(Sync())
    )
    guarded_attribute: str | None = strawberry.field(
        resolver=_sync("text", "text"), permission_classes=[Sync]
    )
    silent: str | None = strawberry.field(
        resolver=_sync("silent", "text"), extensions=guards(Sync(), fail_silently=True)
    )
    silent_friends: "list[Item]" = strawberry.field(
        resolver=_later("silent", "rows"), extensions=guards(Other(), Async(), fail_silently=True)
    )
    asked_later: int | None = strawberry.field(
        resolver=_later("asked_later", "number"), extensions=guards(Async(), Sync())
    )
    asked_later_of_sync: int | None = strawberry.field(
        resolver=_sync("asked", "number"), extensions=guards(Async())
    )
    shouted: list[str] | None = strawberry.field(
        resolver=_sync("shouted", "text"), extensions=[Shout(), *guards(Sync())]
    )
    shouted_later: "list[Item | None] | None" = strawberry.field(
        resolver=_later("shouted_later", "row"), extensions=[*guards(Sync()), Shout()]
    )

    @strawberry.field
    async def loosely(self, loose: Loose | None = None, marks: list[Mark] | None = None) -> str:
        return f"{loose} {marks}"

    @strawberry.field
    def own(self, number: int) -> int | None:
        found: int | None = self.world.value(self, f"own{number}", "number")  # type: ignore[attr-defined]
        return found


@strawberry.type
class Box(Node, Named):
    is_type_of = InstanceOf(BoxRow)

    id: ID
    text: str
    text_or_null: str | None
    number: int
    friend: Item | None
    friends: list[Item]
    later: int = strawberry.field(resolver=_later("later", "number"))


@strawberry.type
class Slow(Node):
    @staticmethod
    async def is_type_of(obj: Any, info: Any) -> bool:
        info.context.log.append(f"slow? {obj!r}")
        await asyncio.sleep(0)
        return isinstance(obj, SlowRow)

    id: ID
    text_or_null: str | None
    number: int
    friend: Item
    later: str | None = strawberry.field(resolver=_later("later", "text"))
