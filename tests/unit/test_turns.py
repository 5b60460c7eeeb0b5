"""Long lists are answered as short ones are, with pauses in between."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

import orjson
import pytest
import strawberry
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from execution.compiled import CompiledExecutor
from resolvers.turns import InTurns

pytestmark = pytest.mark.anyio


@strawberry.type
class Item:
    number: int

    @strawberry.field
    async def late(self) -> int:
        await asyncio.sleep(0)
        return self.number

    @strawberry.field
    def broken(self) -> int | None:
        return None if self.number < 23 else self._raise()

    @strawberry.field
    def needed(self) -> int:
        return self.number if self.number != 17 else self._raise()

    def _raise(self) -> int:
        raise ValueError(f"{self.number} is broken")


def _at_hand() -> Any:
    return InTurns(Item(number=i) for i in range(25))


async def _arriving() -> Any:
    async def items() -> AsyncGenerator[Item, None]:
        for i in range(25):
            yield Item(number=i)

    return InTurns(items())


async def _breaking() -> Any:
    async def items() -> AsyncGenerator[Item, None]:
        yield Item(number=1)
        raise ValueError("no more of them")

    return InTurns(items())


def _none() -> Any:
    return InTurns[Item]([])


@strawberry.type
class Query:
    at_hand: list[Item] | None = strawberry.field(resolver=_at_hand)
    some_may_be_null: list[Item | None] = strawberry.field(resolver=_at_hand)
    arriving: list[Item] = strawberry.field(resolver=_arriving)
    breaking: list[Item] | None = strawberry.field(resolver=_breaking)
    none: list[Item] = strawberry.field(resolver=_none)


@pytest.mark.parametrize(
    "query",
    [
        "{ atHand { number late } arriving { late number } none { number } }",
        "{ atHand { number broken } arriving { late broken } }",
        "{ atHand { needed late } someMayBeNull { needed late } }",
        "{ breaking { number } none { late } }",
    ],
)
async def test_both_executors_answer_them_alike(query: str) -> None:
    answers = []
    for executor in (StrawberryGraphQLCoreExecutionContext, CompiledExecutor):
        schema = strawberry.Schema(Query, execution_context_class=executor)
        for _ in range(2):
            result = await schema.execute(query)
            errors = [(error.message, error.path) for error in result.errors or []]
            answers.append((orjson.loads(orjson.dumps(result.data)), errors))

    assert answers == answers[:1] * 4


async def test_others_get_their_turn_within_a_long_list() -> None:
    schema = strawberry.Schema(Query, execution_context_class=CompiledExecutor)
    turns = 0

    async def other() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    waiting = asyncio.create_task(other())
    await asyncio.sleep(0)
    turns = 0
    await schema.execute("{ atHand { number } }")
    waiting.cancel()

    assert turns >= 3
