"""One span an operation, and nothing in it that people wrote."""

from collections.abc import Iterator
from typing import Any

import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from strawberry.types.graphql import OperationType

from execution.lane import Lane
from resolvers.context import Context
from schema import schema_of
from server import tracing
from server.failing import CannotStart
from server.observing import Noting, ObservedStreams, allow_names, note, observed
from server.settings import settings_of

SIGN_IN = """mutation Enter($password: String!) {
  signIn(input: {email: "canary-1@example.org", password: $password}) { errors { code } } }"""


@pytest.fixture(name="exported")
def _exported() -> Iterator[InMemorySpanExporter]:
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    tracing.use(provider)
    allow_names(["Enter"])
    yield exporter
    tracing.end()
    allow_names([])


async def test_a_span_says_what_it_was_and_what_came_of_it(
    database: str, exported: InMemorySpanExporter
) -> None:
    # given a schema that is run as the server runs it
    schema = schema_of()
    schema.extensions = (*schema.extensions, Noting)
    execute = observed(Lane(schema, note=note).execute)

    async def run(query: str, **variables: Any) -> None:
        await execute(
            query,
            variable_values=variables,
            context_value=Context(None),
            allowed_operation_types=(OperationType.QUERY, OperationType.MUTATION),
        )

    # when operations are run, the first also the short way, and a stream is refused
    for _ in range(2):
        await run(SIGN_IN, password="canary-2")
    await run("query Canary3 { canary4: programTemplates { key } }")
    await run("{ canary5 }")
    stream = ObservedStreams(schema).stream(
        'subscription Canary6 { messageEvents(matchId: "canary-7") { cursor } }',
        context_value=Context(None),
        allowed_operation_types=[OperationType.SUBSCRIPTION],
    )
    async for _ in await stream:
        pass

    # then there is a span for each, and nothing of what was in them
    spans = exported.get_finished_spans()
    assert [described(span) for span in spans] == [
        *[("mutation Enter", "refused", ("BAD_CREDENTIALS",))] * 2,
        ("query", "ok", None),
        ("none", "invalid", ("GRAPHQL_VALIDATION_FAILED",)),
        ("subscription", "denied", ("UNAUTHENTICATED",)),
    ]
    assert "anary" not in "".join(span.to_json() for span in spans)
    assert all(not span.events for span in spans)


def described(span: ReadableSpan) -> tuple[str, object, object]:
    attributes = span.attributes or {}
    return span.name, attributes["compagnon.outcome"], attributes.get("compagnon.codes")


async def test_without_the_extra_it_says_which_one_is_needed() -> None:
    with pytest.raises(CannotStart, match=r"compagnon\[tracing\]"):
        tracing.begin(settings_of(tracing=True))


async def test_without_tracing_nothing_is_made(exported: InMemorySpanExporter) -> None:
    tracing.use(None)

    with tracing.operation_span() as span:
        tracing.describe(span, "query", "", "ok", [])

    assert (span, tracing.stream_span()) == (None, None)
    assert exported.get_finished_spans() == ()
