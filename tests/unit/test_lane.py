"""A document that is known is answered as one that is not."""

from collections.abc import Iterator
from typing import Any

import pytest
import strawberry
from strawberry import Info, Schema
from strawberry.extensions import SchemaExtension
from strawberry.permission import BasePermission
from strawberry.schema.exceptions import InvalidOperationTypeError
from strawberry.types.graphql import OperationType

from execution.budget import TOO_COMPLEX, Budget
from execution.compiled import CompiledExecutor
from execution.lane import Lane
from execution.limits import Limits
from schema.operations import OneOperation

pytestmark = pytest.mark.anyio

LIMITS = Limits(nodes=50)
PARSED: list[str] = []


class Parsing(SchemaExtension):
    """Notes what is parsed: only what goes the long way."""

    def on_parse(self) -> Iterator[None]:
        PARSED.append(self.execution_context.query or "")
        yield


class IsAsked(BasePermission):
    message = "Nobody asked for it."

    def has_permission(self, source: Any, info: Info, **kwargs: Any) -> bool:
        return bool(info.context == "asked")


@strawberry.type
class Book:
    title: str = "A book"

    @strawberry.field
    def books(self, ids: list[int]) -> "list[Book]":
        return [Book() for _ in ids]


@strawberry.type
class Query:
    @strawberry.field
    async def book(self) -> Book:
        return Book()

    secret: str | None = strawberry.field(resolver=lambda: "a secret", permission_classes=[IsAsked])

    @strawberry.field
    def broken(self, how: int = 1) -> int:
        return 1 // 0


@strawberry.type
class Mutation:
    @strawberry.mutation
    def write(self) -> str:
        return "written"


def schema_of() -> Schema:
    extensions: list[Any] = [Parsing, OneOperation, lambda: Budget(LIMITS)]
    return Schema(Query, Mutation, extensions=extensions, execution_context_class=CompiledExecutor)


@pytest.fixture(autouse=True)
def _quiet(caplog: pytest.LogCaptureFixture) -> None:
    PARSED.clear()
    caplog.set_level("CRITICAL", logger="strawberry.execution")


async def ask(
    lane: Lane, query: str, *, context: Any = None, name: Any = None, **given: Any
) -> Any:
    result = await lane.execute(
        query,
        variable_values=given,
        context_value=context,
        operation_name=name,
        allowed_operation_types=(OperationType.QUERY, OperationType.MUTATION),
    )
    return result.data, [error.formatted for error in result.errors or ()]


@pytest.mark.parametrize(
    ("query", "given"),
    [
        ("{ book { title } }", {}),
        ("mutation { write }", {}),
        ("{ secret }", {}),
        ("{ secret }", {"context": "asked"}),
        ("{ broken }", {}),
        ("query ($how: Int!) { broken(how: $how) }", {"how": "many"}),
        ("query A { secret } query B { book { title } }", {"name": "B"}),
    ],
)
async def test_what_is_known_is_answered_as_what_is_not(query: str, given: Any) -> None:
    # given
    lane = Lane(schema_of(), LIMITS)
    first = await ask(lane, query, **given)

    # when
    again = await ask(lane, query, **given)

    # then
    assert again == first
    assert [query] == PARSED


@pytest.mark.parametrize(
    "query",
    [
        "{ nothing }",
        "{ book",
        "query A { secret } query B { book { title } }",
        f"{{ {' '.join(f'a{i}: broken' for i in range(100))} }}",
    ],
)
async def test_what_was_refused_is_refused_each_time(query: str) -> None:
    lane = Lane(schema_of(), LIMITS)

    first, again = await ask(lane, query), await ask(lane, query)

    assert again == first and first[0] is None
    assert [query, query] == PARSED


async def test_what_is_known_is_counted_again_with_its_variables() -> None:
    # given
    lane = Lane(schema_of(), LIMITS)
    query = "query ($ids: [Int!]!) { book { books(ids: $ids) { title } } }"
    assert (await ask(lane, query, ids=[1]))[1] == []

    # when
    data, errors = await ask(lane, query, ids=list(range(100)))

    # then
    assert data is None
    assert [error["extensions"]["code"] for error in errors] == [TOO_COMPLEX]
    assert (await ask(lane, query, ids=[1]))[1] == []
    assert [query, query] == PARSED


async def test_an_operation_that_is_not_allowed_is_not_let_in_by_being_known() -> None:
    # given
    lane = Lane(schema_of(), LIMITS)
    await ask(lane, "mutation { write }")

    # when, then
    with pytest.raises(InvalidOperationTypeError):
        await lane.execute(
            "mutation { write }",
            variable_values=None,
            context_value=None,
            allowed_operation_types=(OperationType.QUERY,),
        )


async def test_the_document_not_used_for_longest_is_forgotten() -> None:
    # given
    lane = Lane(schema_of(), LIMITS, documents=3)
    first, second, third = "{ secret }", "{ book { title } }", "{ __typename }"
    for query in (first, first, second, second, first, third, third):
        await ask(lane, query)
    PARSED.clear()

    # when
    for query in (first, third, second):
        await ask(lane, query)

    # then
    assert [second] == PARSED
