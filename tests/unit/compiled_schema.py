"""A schema with every feature: what a field can be, sync and async, guarded and not."""

import asyncio
from datetime import datetime
from typing import Annotated, Any, NewType

import strawberry
from graphql import GraphQLError
from strawberry import ID, Info, Parent, Schema
from strawberry.extensions import FieldExtension
from strawberry.permission import BasePermission, PermissionExtension
from strawberry.schema.config import StrawberryConfig

from tests.unit.compiled_data import Box as BoxRow
from tests.unit.compiled_data import Colour as ColourValue
from tests.unit.compiled_data import Item as ItemRow
from tests.unit.compiled_data import Later, Row, World
from tests.unit.compiled_data import Slow as SlowRow

Colour = strawberry.enum(ColourValue)
Odd = NewType("Odd", int)
Anything = NewType("Anything", object)


def _odd(value: Any) -> Any:
    if value == 41:
        return None
    if not isinstance(value, int) or value % 2 == 0:
        raise GraphQLError(f"{value!r} is not odd")
    return f"odd {value}" if value % 3 else Later(World(0, 0), lambda: value, 1)


class _Asked(BasePermission):
    """Says yes most of the time, and otherwise whatever a permission can say."""

    message = "You may not."
    error_extensions = {"code": "FORBIDDEN"}  # noqa: RUF012

    def __init__(self, most: int = 12) -> None:
        self.most = most

    def said(self, source: Any, info: Info, given: dict[str, Any]) -> Any:
        world = info.context
        place = "/".join(map(str, info.path.as_list()))
        given = {k: v for k, v in given.items() if k != "info"}
        world.log.append(f"{type(self).__name__} {source!r} {place} {given!r}")
        chance = world.chance(type(self).__name__, repr(source), info.field_name)
        if chance % 1000 >= 5 * world.errors:
            return True
        return (False, False, None, 1, "yes", Later(world, lambda: True, 1), ValueError)[
            chance // 1000 % 7
        ]


class Sync(_Asked):
    def has_permission(self, source: Any, info: Info, **kwargs: Any) -> bool:
        answer = self.said(source, info, kwargs)
        if answer is ValueError:
            raise ValueError("cannot tell")
        return answer  # type: ignore[no-any-return]


class Other(Sync): ...


class Async(_Asked):
    async def has_permission(self, source: Any, info: Info, **kwargs: Any) -> bool:
        await asyncio.sleep(0)
        answer = self.said(source, info, kwargs)
        if answer is ValueError:
            raise ValueError("cannot tell yet")
        return answer  # type: ignore[no-any-return]


class Shout(FieldExtension):
    def resolve(self, next_: Any, source: Any, info: Info, **kwargs: Any) -> Any:
        return [next_(source, info, **kwargs)]

    async def resolve_async(self, next_: Any, source: Any, info: Info, **kwargs: Any) -> Any:
        return [await next_(source, info, **kwargs)]


@strawberry.input
class Shape:
    width: int
    colour: Colour = ColourValue.RED  # type: ignore[valid-type]
    tags: list[str] | None = strawberry.UNSET


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


def guards(*permissions: BasePermission, **options: Any) -> list[Any]:
    return [PermissionExtension(list(permissions), use_directives=False, **options)]


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
    def own(self, number: int) -> int | None:
        found: int | None = self.world.value(self, f"own{number}", "number")  # type: ignore[attr-defined]
        return found


@strawberry.type
class Box(Node, Named):
    is_type_of = _of(BoxRow)

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


def _thing(info: Info) -> Any:
    return info.root_value.thing


async def _item(info: Info, number: int = 1) -> Any:
    info.context.log.append(f"item {number} {info.path.as_list()}")
    for _ in range(info.context.chance("item", number) % 3):
        await asyncio.sleep(0)
    return ItemRow(info.context, number)


def _items(info: Info, first: int = 2, colour: Colour | None = None) -> Any:  # type: ignore[valid-type]
    return [ItemRow(info.context, number) for number in range(first)]


@strawberry.type
class Query:
    item: Item | None = strawberry.field(resolver=_item)
    must: Item = strawberry.field(resolver=_item)
    items: list[Item] = strawberry.field(resolver=_items)
    thing: Annotated["Item | Box | Slow", strawberry.union("Thing")] | None = strawberry.field(
        resolver=_thing
    )
    node: Node | None = strawberry.field(resolver=_item, extensions=guards(Sync()))


@strawberry.type
class Mutation:
    first: Item | None = strawberry.mutation(resolver=_item)
    second: Item = strawberry.mutation(resolver=_item, extensions=guards(Sync()))
    third: list[Item] | None = strawberry.mutation(resolver=_items)


async def _events(info: Info, first: int = 2) -> Any:
    for number in range(first):
        await asyncio.sleep(0)
        yield info.context.made("row", info.context.chance("event", number))


@strawberry.type
class Subscription:
    events: Item | None = strawberry.subscription(resolver=_events)
    named: Named = strawberry.subscription(resolver=_events)


def schema_of(executor: Any = None) -> Schema:
    """The schema, run by this executor."""
    return Schema(
        Query,
        Mutation,
        Subscription,
        execution_context_class=executor,
        config=StrawberryConfig(
            scalar_map={
                Odd: strawberry.scalar(name="Odd", serialize=_odd),
                Anything: strawberry.scalar(name="Anything", serialize=lambda v: v),
            }
        ),
    )
