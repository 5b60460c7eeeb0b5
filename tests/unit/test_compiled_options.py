"""Schemas that are set up in other ways are answered the same, too."""

from operator import getitem
from typing import Annotated, Any

import pytest
import strawberry
from strawberry import Info, Schema
from strawberry.schema.config import StrawberryConfig
from strawberry.schema.exception_handlers import ExceptionHandler
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext as Generic

from execution.compiled import CompiledExecutor

pytestmark = pytest.mark.anyio


@strawberry.type
class Book:
    title: str
    pages: int | None

    @strawberry.field
    def at(self, info: Info, times: int = 1) -> str:
        return f"{info.context} {info.python_name} {info.path.key} {times}"

    @strawberry.field
    async def later(self, info: Info) -> list[str]:
        selected: Any = info.selected_fields
        return [field.name for field in selected] + [str(info.variable_values)]


@strawberry.type
class Query:
    @strawberry.field
    def books(self, info: Info) -> list[Book]:
        books: list[Book] = info.root_value
        return books


class OwnInfo(Info[Any, Any]):
    @property
    def context(self) -> Any:
        return f"own {super().context}"


@strawberry.type
class Missing:
    name: str


class OnMissing(ExceptionHandler[KeyError, Missing]):
    def handle(self, exception: KeyError, **_: Any) -> Missing:
        return Missing(name=str(exception))


def find(name: str) -> Any:
    return {"here": Book(title="Here", pages=1)}[name]


async def find_later(name: str) -> Any:
    return find(name)


Found = Annotated[Book | Missing, strawberry.union("Found")]


@strawberry.type
class Finding:
    find: Found = strawberry.field(resolver=find)
    later: Found = strawberry.field(resolver=find_later)


BOOKS = "query ($n: Int!) { books { title pages at a: at(times: $n) later } }"
ROWS = [Book(title="A", pages=1), Book(title=3, pages="many")]  # type: ignore[arg-type]
MAPPINGS = [{"title": "A", "pages": 1}, {"title": "B"}]


async def both(query: Any, text: str, root: Any = None, **options: Any) -> tuple[Any, list[Any]]:
    """The answer of graphql-core, once the compiled document has given the same."""
    answers = []
    for executor in (Generic, CompiledExecutor):
        schema = Schema(query, execution_context_class=executor, **options)
        result = await schema.execute(text, {"n": 2}, context_value="context", root_value=root)
        answers.append((result.data, [error.formatted for error in result.errors or ()]))
    assert answers[1] == answers[0]
    return answers[0]


@pytest.fixture(autouse=True)
def _quiet(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("CRITICAL", logger="strawberry.execution")


async def test_an_info_says_what_it_always_says() -> None:
    text = "query ($n: Int!) { books { a: later pages @include(if: true) b: at(times: $n) } }"

    data, errors = await both(Query, text, ROWS[:1])

    assert errors == []
    assert data == {"books": [{"a": ["later", "{'n': 2}"], "pages": 1, "b": "context at b 2"}]}


async def test_a_schema_may_have_an_info_of_its_own() -> None:
    config = StrawberryConfig(info_class=OwnInfo)

    data, _ = await both(Query, BOOKS, ROWS, config=config)

    assert data["books"][0]["a"] == "own context at a 2"


async def test_a_schema_may_read_its_objects_in_another_way() -> None:
    config = StrawberryConfig(default_resolver=getitem)

    data, errors = await both(Query, "{ books { title pages } }", MAPPINGS, config=config)

    assert data == {"books": [{"title": "A", "pages": 1}, {"title": "B", "pages": None}]}
    assert [error["message"] for error in errors] == ["'pages'"]


async def test_a_schema_may_turn_exceptions_into_answers() -> None:
    text = """{ a: find(name: "here") { ...F } b: later(name: "there") { ...F } }
        fragment F on Found { ... on Book { title } ... on Missing { name } }"""

    data, errors = await both(Finding, text, Finding(), exception_handlers=[OnMissing()])

    assert errors == []
    assert data == {"a": {"title": "Here"}, "b": {"name": "'there'"}}


def test_what_needs_no_loop_runs_without_one() -> None:
    schema = Schema(Query, execution_context_class=CompiledExecutor)

    result = schema.execute_sync("{ books { title at } }", root_value=ROWS[:1])

    assert result.errors is None
    assert result.data == {"books": [{"title": "A", "at": "None at at 1"}]}
