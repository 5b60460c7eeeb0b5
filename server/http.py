"""Queries and mutations: POST /graphql, and GET for queries where a deployment wants it."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeAlias

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from strawberry import Schema
from strawberry.schema.exceptions import (
    CannotGetOperationTypeError,
    InvalidOperationTypeError,
)
from strawberry.types import ExecutionResult
from strawberry.types.graphql import OperationType

from domain.denials import RateLimited
from execution.lane import Lane
from resolvers.context import Context
from server.accepting import qualities
from server.context import address_of, context_for, locale_of
from server.errors import VALIDATION_FAILED, formatted, masked, refusal, too_often
from server.limiting import Limiter
from server.requests import BadRequest, Operation, operation_of
from server.streaming import json_response

EXECUTION_SECONDS = 30.0
"""How long an operation may run; what it waits for in the database is given up much sooner."""
_PLAIN, _GRAPHQL = "application/json", "application/graphql-response+json"
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
    limiter: Limiter | None = None,
) -> Route:
    """The route that answers queries and mutations; subscriptions have sockets.

    `lane`: documents that were run before are not parsed, counted and validated anew.
    `get`: queries may come by GET. `seconds`: what runs for longer is given up.
    `limiter`: counts requests, and the fields of documents that take the lane.
    """
    limiter = limiter or Limiter(schema._schema, rates=())
    execute = Lane(schema, admit=limiter.admit).execute if lane else schema.execute
    endpoint = Endpoint(execute, seconds, limiter)
    return Route("/graphql", endpoint.answer, methods=["GET", "POST"] if get else ["POST"])


class Endpoint:
    """Answers requests, one operation each."""

    def __init__(self, execute: Execute, seconds: float, limiter: Limiter) -> None:
        self._execute, self._seconds, self._limiter = execute, seconds, limiter

    async def answer(self, request: Request) -> Response:
        """The answer to whatever is asked; nothing is raised."""
        media_type = _accepted(request.headers.get("accept"))
        try:
            await self._limiter.knock(address_of(request))
            operation = await operation_of(request)
            context = await context_for(request)
            answered = await self._run(request, operation, context)
        except BadRequest as bad:
            return _response(refusal(bad.message, bad.code), bad.status, media_type, bad.headers)
        except RateLimited as refused:
            return _later(refused, request, media_type)
        except ClientDisconnect:
            return Response(status_code=400)
        except Exception as error:  # of the operation's own, none comes this far
            return _response({"errors": [masked(error)]}, 500, media_type)
        failed = media_type == _GRAPHQL and "data" not in answered
        return _response(answered, 400 if failed else 200, media_type)

    async def _run(
        self, request: Request, operation: Operation, context: Context
    ) -> dict[str, Any]:
        known = context.viewer
        if known is not None:
            await self._limiter.knock(context.address, known)
        try:
            async with asyncio.timeout(self._seconds):
                result = await self._execute(
                    operation.query,
                    variable_values=operation.variables,
                    context_value=context,
                    operation_name=operation.name,
                    allowed_operation_types=_BY_POST if request.method == "POST" else _BY_GET,
                )
        except CannotGetOperationTypeError:
            raise BadRequest(400, "There is no such operation.", VALIDATION_FAILED) from None
        except InvalidOperationTypeError as error:
            raise _not_here(error.operation_type) from None
        if refused := too_often(result.errors):
            raise refused
        if context.viewer is not None and context.viewer is not known:
            await self._limiter.forgive(context.viewer.email)
        return _answer(result, context)


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
    return BadRequest(
        400, "Subscriptions are served over WebSocket on this path.", VALIDATION_FAILED
    )


def _accepted(accept: str | None) -> str:
    """The newer media type for clients that like it no less, the older one for all others."""
    liked = qualities(accept)
    newer = liked.get(_GRAPHQL, 0)
    return _GRAPHQL if newer and newer >= liked.get(_PLAIN, 0) else _PLAIN


def _later(refused: RateLimited, request: Request, media_type: str) -> Response:
    message = refused.message(locale_of(request.headers.get("accept-language")))
    headers = {"retry-after": str(refused.retry_after or 1)}
    answer = refusal(message, refused.code, retryAfter=refused.retry_after)
    return _response(answer, 429, media_type, headers)


def _response(
    answer: dict[str, Any], status: int, media_type: str, headers: dict[str, str] | None = None
) -> Response:
    never_stored = {"cache-control": "no-store"}
    return json_response(answer, status, never_stored | (headers or {}), media_type)
