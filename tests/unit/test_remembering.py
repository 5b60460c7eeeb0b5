"""Documents that are remembered take only so much room, and new ones only one turn at a time."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest
import strawberry
from strawberry.extensions import SchemaExtension
from strawberry.schema.exceptions import InvalidOperationTypeError
from strawberry.types.graphql import OperationType

from execution.limits import Limits
from execution.reading import read
from execution.remembering import Documents, is_query, known_document, remember

pytestmark = pytest.mark.anyio


def add(documents: Documents, *texts: str) -> None:
    for text in texts:
        documents.add(text, read(text, Limits())).errors = []


def known(documents: Documents, *texts: str) -> list[bool]:
    return [documents.find(text) is not None for text in texts]


def test_what_is_remembered_is_only_so_long_all_together() -> None:
    documents = Documents(tokens=500)
    short, long, commented = "{ a }", "{ " + "a " * 80 + "}", "{ a }" + "#\n" * 80

    add(documents, short, long)
    assert known(documents, short, long) == [True, True]
    # comments count, too, and so does the text itself
    add(documents, commented)
    assert known(documents, short, long, commented) == [False, False, True]
    wide = "{ b }" + " " * 20_000
    add(documents, wide)
    assert known(documents, commented, wide) == [False, True]
    # and what is added again takes no more room than before
    add(documents, wide, wide, wide, short)
    assert known(documents, wide, short) == [True, True]


def test_what_is_asked_again_is_not_forgotten_for_what_is_asked_once() -> None:
    documents = Documents(most=10)
    daily, passing = [f"{{ a{i} }}" for i in range(8)], [f"{{ b{i} }}" for i in range(100)]

    # when some have been asked for twice, and then many others once
    for text in daily:
        add(documents, text)
        assert documents.use(text) is not None
    add(documents, *passing)

    # then those are remembered, and of these the last
    assert all(known(documents, *daily))
    assert known(documents, *passing[-3:]) == [False, True, True]

    # when more are asked for twice than there is room for
    for text in passing[-1], "{ c }":
        documents.use(daily[0])
        add(documents, text)
        documents.use(text)

    # then those not used for longest are forgotten
    assert known(documents, *daily[:4], "{ c }") == [True, False, False, True, True]


def test_a_document_that_is_asked_again_or_refused_leaves_its_place_to_others() -> None:
    documents = Documents(most=10)
    once, again, other = texts = "{ a }", "{ b }", "{ c }"
    add(documents, once, again)

    # when there is room for two that were asked for once, and one of them is asked again
    held = documents.use(again)
    add(documents, other)

    # then there is room for one more
    assert known(documents, *texts) == [True, True, True]

    # when it is refused, though it is being run elsewhere
    assert held is not None
    documents.forget(held)

    # then it is not known any more
    assert known(documents, *texts) == [True, False, True]


async def test_a_subscription_that_was_taken_for_a_query_has_been_asked_for_once() -> None:
    @strawberry.type
    class Query:
        a: int = 1

    @strawberry.type
    class Subscription:
        @strawberry.subscription
        async def a(self) -> AsyncIterator[int]:
            yield 1

    # given what is asked for every day
    schema = strawberry.Schema(Query, subscription=Subscription)
    documents = remember(schema, most=5)
    daily = [f"{{ a{i}: a }}" for i in range(4)]
    for text in daily:
        for _ in range(2):
            await schema.execute(text, root_value=Query())

    # when others follow, and it has to be read first that they do
    for text in [f"subscription {{ a{i}: a }}" for i in range(9)]:
        with pytest.raises(InvalidOperationTypeError):
            await schema.execute(text, allowed_operation_types=[OperationType.QUERY])
        assert len([each async for each in await schema.stream(text)]) == 1

    # then nothing is forgotten for them
    assert all(known(documents, *daily))


async def test_what_is_refused_is_not_remembered() -> None:
    @strawberry.type
    class Query:
        a: int = 1

    schema = strawberry.Schema(Query)
    documents = remember(schema)

    for text in ("{ a }", "{ b }"):
        await schema.execute(text, root_value=Query())

    assert [documents.find(text) is not None for text in ("{ a }", "{ b }")] == [True, False]


async def test_a_document_is_known_for_as_long_as_it_is_run() -> None:
    text, others = "{ isKnown }", [f"{{ b{i} }}" for i in range(5)]

    @strawberry.type
    class Query:
        @strawberry.field
        def is_known(self) -> bool:
            # when more come meanwhile than there is room for
            add(documents, *others)
            return known_document(schema, text) is not None

    schema = strawberry.Schema(Query)
    documents = remember(schema, most=5)

    answer = await schema.execute(text, root_value=Query())

    assert answer.data == {"isKnown": True}
    # and no longer than that
    held = documents.find(others[-1])
    add(documents, *others[:-1])
    assert documents.find(others[-1]) is held is not None
    del held
    assert documents.find(others[-1]) is None


async def test_documents_that_come_together_are_parsed_each_in_a_turn_of_its_own() -> None:
    turn, parsed = 0, list[int]()

    async def count() -> None:
        nonlocal turn
        while True:
            turn += 1
            await asyncio.sleep(0)

    class Parsed(SchemaExtension):
        def on_parse(self) -> Iterator[None]:
            yield
            parsed.append(turn)

    @strawberry.type
    class Query:
        a: int = 1

    schema = strawberry.Schema(Query, extensions=[Parsed])
    remember(schema)
    counting = asyncio.create_task(count())

    await asyncio.gather(*(schema.execute(f"{{ a{i}: a }}", root_value=Query()) for i in range(9)))
    counting.cancel()

    assert len(set(parsed)) == 9
    # and in whatever loop they come next
    both = schema.execute("{ b: a }"), schema.execute("{ c: a }")
    await asyncio.to_thread(lambda: asyncio.run(_together(*both)))


async def test_who_asks_what_a_document_is_reads_none_that_waits_to_be_read() -> None:
    @strawberry.type
    class Query:
        a: int = 1

    walked, remembering = strawberry.Schema(Query), strawberry.Schema(Query)
    remember(remembering)
    text = "query Q { a } mutation M { a }"

    # where it waits for its turn nobody knows, where none waits it is read
    assert [is_query(remembering, text, name) for name in ("Q", "M")] == [None, None]
    assert [is_query(walked, text, name) for name in ("Q", "M")] == [True, False]
    assert is_query(walked, "{", None) is False

    # when it has had its turn
    await remembering.execute("{ a }", root_value=Query())

    assert is_query(remembering, "{ a }", None) is True


async def _together(*waited: object) -> None:
    await asyncio.gather(*waited)  # type: ignore[call-overload]
