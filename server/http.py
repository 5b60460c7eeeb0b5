"""Queries and mutations: POST /graphql, and GET for queries where a deployment wants it.

Subscriptions are streamed to who accepts events; who accepts JSON, too, gets JSON for the rest.
"""

from collections.abc import Callable, Coroutine
from contextlib import ExitStack
from functools import partial
from typing import Any, TypeAlias

from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send
from strawberry import Schema
from strawberry.schema.exceptions import (
    CannotGetOperationTypeError,
    InvalidOperationTypeError,
)
from strawberry.types import ExecutionResult
from strawberry.types.graphql import OperationType

from domain.denials import RateLimited
from execution.lane import Lane
from execution.remembering import is_query
from execution.trusted import DocumentRefused
from resolvers.context import Context
from server.accepting import qualities
from server.audience import Audience
from server.context import context_of, locale_of
from server.errors import (
    VALIDATION_FAILED,
    denied,
    formatted,
    masked,
    not_served,
    refusal,
    too_often,
)
from server.event_streams import MEDIA_TYPE as EVENTS
from server.event_streams import EventStream, EventStreams, once
from server.foreseeing import First
from server.incoming import Incoming
from server.observing import note, observed
from server.patience import Patience, Rounds
from server.requests import BadRequest, operation_of
from server.streaming import json_response
from server.terms import ONE_SUBSCRIPTION, Terms, open_terms

EXECUTION_SECONDS = 30.0
"""How long an operation may run; what it waits for in the database is given up much sooner."""
_PLAIN, _GRAPHQL = "application/json", "application/graphql-response+json"
_JSON = (_PLAIN, _GRAPHQL, "application/graphql+json", "application/*", "*/*")
_NEVER_STORED = {"cache-control": "no-store"}
_BY_POST = (OperationType.QUERY, OperationType.MUTATION)
_BY_GET = (OperationType.QUERY,)

Execute: TypeAlias = Callable[..., Coroutine[Any, Any, ExecutionResult]]
"""`Schema.execute`, or the lane that known documents take."""


def graphql_http(
    schema: Schema,
    *,
    lane: bool = True,
    get: bool = False,
    seconds: float = EXECUTION_SECONDS,
    terms: Terms | None = None,
    audience: Audience | None = None,
) -> Route:
    """The route that answers queries and mutations, and streams subscriptions.

    `lane`: documents that were run before are not parsed, counted and validated anew.
    `get`: queries may come by GET. `seconds`: what runs for longer is given up.
    """
    terms = terms or open_terms(schema._schema)
    streams = EventStreams(schema, audience or Audience(schema))
    endpoint = Endpoint(schema, terms, streams, seconds, lane=lane)
    return Route("/graphql", endpoint, methods=["GET", "POST"] if get else ["POST"])


class Endpoint:
    """Answers requests, one operation each."""

    def __init__(
        self, schema: Schema, terms: Terms, streams: EventStreams, seconds: float, *, lane: bool
    ) -> None:
        self._terms, self._streams, self._seconds = terms, streams, seconds
        self._is_query = partial(is_query, schema)
        self._lane = Lane(schema, note=note, admit=terms.limiter.admit) if lane else None
        self._execute: Execute = observed(self._lane.execute if self._lane else schema.execute)
        self._rounds = Rounds()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = await self._answer_to(Incoming(scope, receive))
        await response(scope, receive, send)

    async def _answer_to(self, request: Incoming) -> Response:
        """The answer to whatever is asked; nothing is raised."""
        accepts = _accepted(request.header(b"accept"))
        try:
            with Patience(self._rounds) as patience:
                return await self._answered(request, patience, accepts)
        except BadRequest as bad:
            return _response(refusal(bad.message, bad.code), bad.status, accepts, bad.headers)
        except DocumentRefused as refused:
            return _result(not_served(refused), accepts)
        except RateLimited as limited:
            return _later(limited, request, accepts)
        except ClientDisconnect:
            return Response(status_code=400)
        except Exception as error:  # of the operation's own, none comes this far
            return _response({"errors": [masked(error)]}, 500, accepts)

    async def _answered(self, request: Incoming, patience: Patience, accepts: str) -> Response:
        address, limiter = request.address, self._terms.limiter
        await limiter.knock(address)
        operation = await operation_of(request, patience)
        said, language = request.header(b"authorization"), request.header(b"accept-language")
        with First(self._lane, self._terms, operation) as first:
            patience.until(self._seconds)
            patience.watch(request.receive, _has_done_nothing)
            context = await context_of(said, language, address, first.foresee)
            if context.viewer is not None:
                await limiter.knock(address, context.viewer)
            patience.until(self._seconds)
            response = await self._run(request, patience, accepts, first, context)
            first.learn(context.viewer)
            return response

    async def _run(
        self, request: Incoming, patience: Patience, accepts: str, first: First, context: Context
    ) -> Response:
        by_post, operation = request.method == "POST", first.operation
        query = first.text()
        asked: dict[str, Any] = {
            "variable_values": operation.variables,
            "context_value": context,
            "operation_name": operation.name,
        }
        patience.watch(request.receive, partial(self._is_query, query, operation.name))
        try:
            types = _BY_POST if by_post else _BY_GET
            result = await self._execute(query, allowed_operation_types=types, **asked)
        except CannotGetOperationTypeError:
            return _result(refusal("There is no such operation.", VALIDATION_FAILED), accepts)
        except InvalidOperationTypeError as error:
            streams = by_post and _streams(request.header(b"accept"))
            if error.operation_type is not OperationType.SUBSCRIPTION or not streams:
                raise _not_here(error.operation_type) from None
            with ExitStack() as unless_streamed:
                who = context.address, context.viewer
                place = self._terms.crowd.place(*who, ONE_SUBSCRIPTION)
                unless_streamed.enter_context(place)
                opened = await self._streams.open(query, operation, context)
                return EventStream(opened, unless_streamed.pop_all())
        patience.rest()
        if result.errors and (refused := too_often(result.errors)):
            raise refused
        # Not of whoever goes on with a session: who guesses would find out when somebody is there.
        if context.has_signed_in and context.viewer is not None:
            await self._terms.limiter.forgive(context.viewer.email, context.address)
        return _result(_answer(result, context), accepts)


def _has_done_nothing() -> bool:
    """Of whatever is asked, before it is known by whom: it may be given up as a query may."""
    return True


def _answer(result: ExecutionResult, context: Context) -> dict[str, Any]:
    answer: dict[str, Any] = {}
    if result.errors:
        answer["errors"] = formatted(result.errors, context.locale)
    if result.data is not None or any(error.path for error in result.errors or ()):
        answer["data"] = result.data
    return answer


def _not_here(type: OperationType) -> BadRequest:
    if type is OperationType.MUTATION:
        message, allow = "Mutations are done by POST.", {"allow": "POST"}
        return BadRequest(405, message, VALIDATION_FAILED, allow)
    message = "Subscriptions are served over WebSocket, or to who accepts text/event-stream."
    return BadRequest(400, message, VALIDATION_FAILED)


def _accepted(accept: str | None) -> str:
    """The newer media type for clients that like it no less, the older one for all others, and
    events for those who accept nothing else."""
    liked = qualities(accept)
    if liked.get(EVENTS) and not any(liked.get(type) for type in _JSON):
        return EVENTS
    newer = liked.get(_GRAPHQL, 0)
    return _GRAPHQL if newer and newer >= liked.get(_PLAIN, 0) else _PLAIN


def _streams(accept: str | None) -> bool:
    return bool(qualities(accept).get(EVENTS))


def _later(refused: RateLimited, request: Incoming, accepts: str) -> Response:
    answer = denied(refused, locale_of(request.header(b"accept-language")))
    return _response(answer, 429, accepts, {"retry-after": str(refused.retry_after)})


def _result(answer: dict[str, Any], accepts: str) -> Response:
    if accepts == EVENTS:
        return once(answer)
    failed = accepts == _GRAPHQL and "data" not in answer
    return _response(answer, 400 if failed else 200, accepts)


def _response(
    answer: dict[str, Any], status: int, accepts: str, headers: dict[str, str] | None = None
) -> Response:
    media_type = _PLAIN if accepts == EVENTS else accepts
    told = _NEVER_STORED | headers if headers else _NEVER_STORED
    return json_response(answer, status, told, media_type)
