"""Queries and mutations: POST /graphql, and GET for queries where a deployment wants it."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeAlias

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from strawberry import Schema
from strawberry.http import GraphQLHTTPResponse
from strawberry.schema.exceptions import (
    CannotGetOperationTypeError,
    InvalidOperationTypeError,
)
from strawberry.types import ExecutionResult
from strawberry.types.graphql import OperationType

from execution.lane import Lane
from server.accepting import qualities
from server.context import context_of
from server.errors import VALIDATION_FAILED, formatted, masked, refusal
from server.requests import BadRequest, Operation, operation_of
from server.streaming import json_response

EXECUTION_SECONDS = 30.0
"""How long an operation may run; what it waits for in the database is given up much sooner."""
_PLAIN, _GRAPHQL = "application/json", "application/graphql-response+json"
_ALLOWED = {
    "POST": (OperationType.QUERY, OperationType.MUTATION),
    "GET": (OperationType.QUERY,),
    "HEAD": (OperationType.QUERY,),
}


Execute: TypeAlias = Callable[..., Coroutine[Any, Any, ExecutionResult]]
"""`Schema.execute`, or the lane that known documents take."""


def graphql_http(
    schema: Schema, *, lane: bool = True, get: bool = False, seconds: float = EXECUTION_SECONDS
) -> Route:
    """The route that answers queries and mutations; subscriptions have sockets.

    `lane`: documents that were run before are not parsed, counted and validated anew.
    `get`: queries may come by GET. `seconds`: what runs for longer is given up.
    """
    execute = Lane(schema).execute if lane else schema.execute

    async def in_time(*args: Any, **options: Any) -> ExecutionResult:
        async with asyncio.timeout(seconds):
            return await execute(*args, **options)

    return Route("/graphql", _endpoint(in_time), methods=["GET", "POST"] if get else ["POST"])


def _endpoint(execute: Execute) -> Callable[[Request], Coroutine[Any, Any, Response]]:
    async def answer(request: Request) -> Response:
        media_type = _accepted(request.headers.get("accept"))
        try:
            operation = await operation_of(request)
            answered = await _execute(execute, request, operation)
        except BadRequest as bad:
            return _response(refusal(bad.message, bad.code), bad.status, media_type, bad.headers)
        except ClientDisconnect:
            return Response(status_code=400)
        except Exception as error:  # of the operation's own, none comes this far
            return _response({"errors": [masked(error)]}, 500, media_type)
        failed = media_type == _GRAPHQL and "data" not in answered
        return _response(answered, 400 if failed else 200, media_type)

    return answer


async def _execute(execute: Execute, request: Request, operation: Operation) -> dict[str, Any]:
    headers = request.headers
    context = await context_of(headers.get("authorization"), headers.get("accept-language"))
    try:
        result = await execute(
            operation.query,
            variable_values=operation.variables,
            context_value=context,
            operation_name=operation.name,
            allowed_operation_types=_ALLOWED[request.method],
        )
    except CannotGetOperationTypeError:
        raise BadRequest(400, "There is no such operation.", VALIDATION_FAILED) from None
    except InvalidOperationTypeError as error:
        raise _not_here(error.operation_type) from None
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


def _response(
    answer: GraphQLHTTPResponse | dict[str, Any],
    status: int,
    media_type: str,
    headers: dict[str, str] | None = None,
) -> Response:
    never_stored = {"cache-control": "no-store"}
    return json_response(answer, status, never_stored | (headers or {}), media_type)
