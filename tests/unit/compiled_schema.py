"""A schema with every feature: what a field can be, sync and async, guarded and not."""

import asyncio
from datetime import UTC, datetime
from typing import Annotated, Any

import strawberry
from strawberry import Info, Schema
from strawberry.schema.config import StrawberryConfig

from execution.compiled import AsItIs
from tests.unit.compiled_data import Item as ItemRow
from tests.unit.compiled_permissions import Sync, guards
from tests.unit.compiled_types import (
    Anything,
    Box,
    Colour,
    Exact,
    Item,
    Named,
    Node,
    Odd,
    Slow,
    written_moment,
    written_odd,
)


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
                Odd: strawberry.scalar(name="Odd", serialize=written_odd),
                Exact: strawberry.scalar(
                    name="Exact", serialize=AsItIs(datetime, written_moment, tzinfo=UTC)
                ),
                Anything: strawberry.scalar(name="Anything", serialize=lambda v: v),
            }
        ),
    )
