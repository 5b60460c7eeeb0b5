"""What is known of an operation once it is over: kind, outcome, codes. Never what was in it."""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Collection, Coroutine, Iterator, Sequence
from contextlib import aclosing
from contextvars import ContextVar
from typing import Any, TypeAlias

from graphql import GraphQLError
from msgspec import Struct
from strawberry import Schema
from strawberry.extensions import SchemaExtension
from strawberry.schema.exceptions import (
    CannotGetOperationTypeError,
    InvalidOperationTypeError,
)
from strawberry.types import ExecutionResult
from strawberry.types.graphql import OperationType

from execution.budget import TOO_COMPLEX, TOO_DEEP
from server import metrics, tracing
from server.errors import INTERNAL, PARSE_FAILED, VALIDATION_FAILED, code_of
from server.patience import LATE

Execute: TypeAlias = Callable[..., Coroutine[Any, Any, ExecutionResult]]

_INVALID = frozenset({PARSE_FAILED, VALIDATION_FAILED, TOO_DEEP, TOO_COMPLEX})
_NAMED_WRONGLY = (CannotGetOperationTypeError, InvalidOperationTypeError)
_allowed: frozenset[str] = frozenset()


class Observed(Struct):
    """One operation. `kind` stays `none` when it is refused before it is run."""

    kind: str = "none"
    name: str = ""
    """Empty unless it is one of those that may be told: clients write what they like."""
    codes: Sequence[str] = ()
    refused: Sequence[str] = ()
    """Codes of refusals in payloads, which are no errors."""
    has_left: bool = False

    @property
    def outcome(self) -> str:
        """In one word: ok, refused (a payload says no), denied (an error does), invalid, failed,
        or left: nobody waits for the answer any more."""
        if self.has_left:
            return "left"
        if INTERNAL in self.codes:
            return "failed"
        if self.codes:
            return "invalid" if _INVALID.issuperset(self.codes) else "denied"
        return "refused" if self.refused else "ok"


_current: ContextVar[Observed | None] = ContextVar("observed", default=None)


def allow_names(names: Collection[str]) -> None:
    """Makes these the operation names that may be told, for this process."""
    global _allowed
    _allowed = frozenset(names)


def note(type: OperationType, name: str | None) -> None:
    """Says of the present operation what it is."""
    seen = _current.get()
    if seen is not None:
        seen.kind = type.value
        seen.name = name if name in _allowed else ""


class Noting(SchemaExtension):
    """Notes each operation that goes Strawberry's own way, right before it is run."""

    def on_execute(self) -> Iterator[None]:
        asked = self.execution_context
        note(asked.operation_type, asked.operation_name)
        yield


def observed(execute: Execute) -> Execute:
    """The same, counted and timed."""

    async def run(query: str, *, context_value: Any, **options: Any) -> ExecutionResult:
        seen, began = Observed(), time.perf_counter()
        _current.set(seen)
        with tracing.operation_span() as span:
            try:
                result = await execute(query, context_value=context_value, **options)
                if result.errors:
                    seen.codes = _codes(result.errors)
                return result
            except _NAMED_WRONGLY:
                seen.codes = [VALIDATION_FAILED]
                raise
            except asyncio.CancelledError as cancelled:
                if LATE in cancelled.args:
                    seen.codes = [INTERNAL]
                else:
                    seen.has_left = True
                raise
            except BaseException:
                seen.codes = [INTERNAL]
                raise
            finally:
                seen.refused = context_value.refused
                _tell(seen, span, time.perf_counter() - began)

    return run


def handed_over(results: int) -> None:
    """Counts so many results of subscriptions under way."""
    metrics.events.inc(results)


class Observation:
    """A subscription under way, and how it ends."""

    __slots__ = ("_seen", "_span")

    def __init__(self) -> None:
        self._seen = Observed()
        self._span = tracing.stream_span()
        _current.set(self._seen)
        metrics.subscriptions_open.inc()

    def hand_over(self, errors: Sequence[GraphQLError] | None) -> None:
        """Counts a result."""
        if errors:
            self._seen.codes = _codes(errors)
        else:
            handed_over(1)

    def leave(self) -> None:
        """Nobody listens any more."""
        self._seen.has_left = True
        self.end()

    def end(self) -> None:
        """It is over."""
        metrics.subscriptions_open.dec()
        _tell(self._seen, self._span, 0)
        if self._span is not None:
            self._span.end()


class ObservedStreams:
    """A schema whose streams are counted: how many are under way, what they hand over, how they
    end. Of one that is followed in another way, whoever took it has to tell."""

    def __init__(self, schema: Schema) -> None:
        self._schema = schema

    async def stream(self, query: str | None, **options: Any) -> AsyncGenerator[Any, None]:
        results = await self._schema.stream(query, **options)
        return self._observed(results, getattr(options["context_value"], "sink", None))

    async def _observed(self, results: Any, sink: Any) -> AsyncGenerator[Any, None]:
        observation = Observation()
        try:
            async with aclosing(results):
                async for result in results:
                    observation.hand_over(result.errors)
                    yield result
        except GraphQLError as error:  # a document that cannot be parsed
            observation.hand_over([error])
            raise
        except (asyncio.CancelledError, GeneratorExit):
            observation.leave()
            raise
        except BaseException:
            observation.end()
            raise
        if sink is None or not sink.has_taken(observation):
            observation.end()


def _tell(seen: Observed, span: Any, seconds: float) -> None:
    codes, outcome = [*seen.codes, *seen.refused], seen.outcome
    metrics.operation(seen.kind, seen.name, outcome, seconds, codes)
    tracing.describe(span, seen.kind, seen.name, outcome, codes)


def _codes(errors: Sequence[GraphQLError] | None) -> list[str]:
    return [code_of(error) for error in errors] if errors else []
