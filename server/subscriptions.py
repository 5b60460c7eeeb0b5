"""Subscriptions as every transport runs them, and how long they may last."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

from graphql import GraphQLError
from strawberry import Schema
from strawberry.types.execution import PreExecutionError
from strawberry.types.graphql import OperationType

from domain.clock import clock
from domain.denials import Absence, Suspended, Unauthenticated
from domain.viewer import Viewer
from resolvers.context import Context
from server.errors import CodedError, formatted, too_often
from server.observing import ObservedStreams

LOOK_AGAIN = 15.0
ASK_AGAIN = 1.0


class SubscriptionsOnly:
    """The schema as streams see it: subscriptions, with errors coded and masked as over HTTP."""

    def __init__(self, schema: Schema) -> None:
        self._schema = ObservedStreams(schema)

    async def stream(self, query: str | None, **options: Any) -> AsyncGenerator[Any, None]:
        results = await self._schema.stream(
            query or " ",  # which no parser can read; nothing at all would be our fault
            allowed_operation_types=[OperationType.SUBSCRIPTION],
            **options,
        )
        return self._results(results, options["context_value"])

    async def _results(self, results: Any, context: Context) -> AsyncGenerator[Any, None]:
        try:
            async with aclosing(results):
                async for result in results:
                    refused = too_often(result.errors)
                    if result.errors:
                        result.errors = _coded(result.errors, context)
                    if refused:  # it was not run
                        result = PreExecutionError(data=None, errors=result.errors)  # noqa: PLW2901
                    yield result
        except GraphQLError as error:  # a document that cannot be parsed
            yield PreExecutionError(data=None, errors=_coded([error], context))


@dataclass(frozen=True, slots=True)
class Ending:
    """Why somebody may not listen any more: a sentence, and what clients go by."""

    sentence: str
    denial: Unauthenticated | Suspended

    @property
    def reason(self) -> str:
        """The word before the colon is for clients."""
        denial = self.denial
        word = denial.reason if isinstance(denial, Unauthenticated) else denial.code
        return f"{word}: {self.sentence}"

    @property
    def expired(self) -> bool:
        """Whether it is the token: the session may go on, with the next one."""
        return isinstance(self.denial, Unauthenticated) and self.denial.reason is Absence.EXPIRED


NOT_GOOD = {
    Absence.NO_TOKEN: "There is no token",
    Absence.UNREADABLE: "The access token is not good",
    Absence.EXPIRED: "The access token has expired",
    Absence.SESSION_ENDED: "The session has ended",
}
SUSPENDED = Ending("The account is suspended", Suspended())


def absent(reason: Absence) -> Ending:
    """Nobody is there, for this reason."""
    return Ending(NOT_GOOD[reason], Unauthenticated(reason))


def ending(viewer: Viewer, is_suspended: bool | None) -> Ending | None:
    """Why somebody may not listen any more, if so; `is_suspended` None: their session has ended."""
    if viewer.is_over():
        return absent(Absence.EXPIRED)
    if is_suspended is None:
        return absent(Absence.SESSION_ENDED)
    return SUSPENDED if is_suspended else None


def until_over(viewer: Viewer) -> float:
    """Seconds until somebody should look again."""
    if viewer.token_expires_at is None:
        return LOOK_AGAIN
    left = (viewer.token_expires_at - clock.now()).total_seconds()
    return max(0.05, min(LOOK_AGAIN, left))


def _coded(errors: Sequence[GraphQLError], context: Context) -> list[GraphQLError]:
    return [CodedError(shown) for shown in formatted(errors, context.locale)]
