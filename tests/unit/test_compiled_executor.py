"""Compiled or not, a document gets the same answer: data, errors, paths, and their order."""

import gc
import os
import weakref
from random import Random
from typing import Any

import pytest
from graphql import DocumentNode, execute, parse, validate
from strawberry.execution import optimized_is_awaitable

from execution.compiled import Prepared
from execution.compiled.plans import VARIANTS, Plans
from tests.unit.compiled_data import Item, World
from tests.unit.compiled_documents import Documents
from tests.unit.compiled_runs import CompiledExecutor, Generic, Planned, answered
from tests.unit.compiled_schema import schema_of

pytestmark = [
    pytest.mark.anyio,
    # graphql-core does not await all that it has, when what it belongs to is null already.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning"),
    pytest.mark.usefixtures("tidied"),
]

SCHEMA = schema_of()._schema
DATA = 4
"""How many sets of data, and of variables, each document is run with."""
DOCUMENTS = 500 if os.environ.get("TESTS_AT_LENGTH") else 15
"""How many documents are written in each of ten parts."""
WRONG = (0, 5, 20, 60, 150)
"""Of a thousand values, so many are something they should not be, or raise."""


@pytest.fixture
def plans(monkeypatch: pytest.MonkeyPatch) -> Plans:
    """Plans of this test's own."""
    own = Plans(documents=3)
    monkeypatch.setattr(CompiledExecutor, "plans", own)
    return own


async def both(text: str | DocumentNode, variables: Any = None, **data: int) -> list[Any]:
    """What graphql-core answers, once the compiled document has answered the same."""
    document = parse(text) if isinstance(text, str) else text
    expected = await answered(Generic, SCHEMA, document, variables, **data)
    executor = Planned if data.get("seed", 0) % 2 else CompiledExecutor
    found = await answered(executor, SCHEMA, document, variables, **data)
    assert found[0] == expected[0]
    assert found[1] == expected[1], "resolved in another order, or twice"
    return expected[0]


@pytest.mark.parametrize("part", range(10))
async def test_documents_nobody_would_write_get_the_same_answer(part: int, plans: Plans) -> None:
    # given documents of every feature, and data that goes wrong in every way
    valid = 0
    for seed in range(part * 1000, part * 1000 + DOCUMENTS):
        random = Random(seed)
        documents = Documents(SCHEMA, random)
        document = parse(documents.document())
        if validate(SCHEMA, document):
            continue
        valid += 1
        # when each is run by both executors, then nobody can tell them apart
        for number in range(DATA):
            variables, errors = documents.variables(), random.choice(WRONG)
            await both(document, variables, seed=seed * 10 + number, errors=errors)
        # and it was a plan that ran
        assert _has_plan(document)
    assert valid > DOCUMENTS * 0.7


async def test_a_plan_knows_what_variables_include(plans: Plans) -> None:
    # given
    document = parse(
        "query ($yes: Boolean!, $no: Boolean = true) {"
        " must { id @include(if: $yes) text @skip(if: $no) ...F @include(if: $yes) } }"
        " fragment F on Item { number colour }"
    )

    # when, then
    for yes in (True, False):
        for no in ({}, {"no": True}, {"no": False}):
            await both(document, {"yes": yes, **no})
    assert len(plans) == 1


async def test_more_ways_to_include_than_are_kept_are_answered_all_the_same(plans: Plans) -> None:
    # given as many conditions as make more plans than one document may have
    names = "abcd"
    fields = " ".join(f"{name}: text @skip(if: ${name})" for name in names)
    variables = ", ".join(f"${name}: Boolean!" for name in names)
    document = parse(f"query ({variables}) {{ must {{ id {fields} }} }}")
    assert 2 ** len(names) > VARIANTS

    # when, then
    for number in range(2 ** len(names)):
        await both(document, {name: bool(number >> i & 1) for i, name in enumerate(names)})


async def test_a_plan_goes_with_its_document(plans: Plans) -> None:
    # given
    document = parse("{ must { id } }")
    await both(document)
    assert len(plans) == 1

    # when
    del document
    gc.collect()

    # then
    assert len(plans) == 0


async def test_what_was_read_for_an_operation_goes_with_it(plans: Plans) -> None:
    # given an operation that is over, and what it had in its hands
    document = parse("{ must { id } items { text next { id } } }")
    gc.collect()
    gc.disable()
    try:
        world = World(seed=1, errors=0)
        options: dict[str, Any] = {
            "executor_class": CompiledExecutor,
            "is_awaitable": optimized_is_awaitable,
            "operation_extensions": None,
        }
        result: Any = execute(SCHEMA, document, Item(world, 0), world, **options)
        result = await result if hasattr(result, "__await__") else result
        assert result.data["must"]["id"] and _has_plan(document)
        held = weakref.ref(world)
        del world

        # then nothing is left of it, though nobody has collected garbage
        assert held() is None
    finally:
        gc.enable()


async def test_an_executor_that_is_made_whole_keeps_what_its_operation_begins_with(
    plans: Plans,
) -> None:
    # given one that is given an event, as subscriptions are
    schema = schema_of(CompiledExecutor)
    prepared = Prepared.of(schema, parse("{ must { id } }"), None)
    assert prepared is not None
    executor = prepared.executor(None, None)
    executor.root_value = event = object()
    # when something is asked of it that only a whole one has
    assert "collected_errors" not in vars(executor)
    assert executor.collected_errors is not None
    # then it is the same event
    assert executor.root_value is event


async def test_there_are_never_too_many_plans(plans: Plans) -> None:
    documents = [parse(f"{{ must {{ a{number}: id }} }}") for number in range(5)]

    for document in documents:
        await both(document)

    assert len(plans) == 3


async def test_plans_never_have_too_many_fields_together(monkeypatch: pytest.MonkeyPatch) -> None:
    # given
    own = Plans(fields=10)
    monkeypatch.setattr(CompiledExecutor, "plans", own)
    documents = [parse("{ must { a: id b: text c: number } }") for _ in range(5)]

    # when
    for document in documents:
        await both(document)

    # then
    assert len(own) == 2


async def test_a_fragment_that_doubles_at_each_step_is_compiled_in_no_time() -> None:
    # given a document of a million fields, of which only the first steps lead anywhere
    steps = " ".join(
        f"fragment F{n} on Item {{ a: friend {{ ...F{n + 1} }} b: readFriend {{ ...F{n + 1} }} }}"
        for n in range(20)
    )
    document = parse(f"{{ items(first: 0) {{ ...F0 }} }} {steps} fragment F20 on Item {{ id }}")

    # when, then it is over before the test times out
    await both(document)


async def test_more_fields_than_are_compiled_are_answered_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("execution.compiled.compiler.FIELDS", 3)

    answers = await both(
        "{ items { id friends { id friends { text } } laterFriend { number } } }", errors=100
    )

    assert '"friends"' in answers[0]


async def test_introspection_is_left_to_graphql_core() -> None:
    answers = await both(
        '{ __schema { queryType { name } } __type(name: "Item") { name } must { id } }'
    )

    assert '"queryType": {"name": "Query"}' in answers[0]


async def test_what_looks_at_every_field_sees_every_field() -> None:
    # given a schema with an extension that is told of each field
    seen = []

    def look(next_: Any, source: Any, info: Any, **given: Any) -> Any:
        seen.append(info.field_name)
        return next_(source, info, **given)

    executor = CompiledExecutor.build(
        SCHEMA, parse("{ __typename }"), middleware=[look], operation_extensions=None
    )

    # when
    result: Any = executor.execute_operation()

    # then
    assert executor.plan is None
    assert (result.data, seen) == ({"__typename": "Query"}, ["__typename"])


def _has_plan(document: DocumentNode) -> bool:
    known = CompiledExecutor.plans._known[id(SCHEMA), id(document)]
    return bool(known._plans) and None not in known._plans.values()
