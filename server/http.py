"""Queries and mutations: POST /graphql."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, TypeAlias

import orjson
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
from server.bodies import LONGEST_BODY, announced, is_unwieldy, longest_body
from server.context import context_of
from server.errors import PARSE_FAILED, VALIDATION_FAILED, formatted, masked, refusal
from server.hanging_up import unless_hung_up
from server.observing import note, observed
from server.streaming import json_response

READ_WITHIN = 10.0
"""Seconds a client may take to send a body: one that trickles must not hold a connection."""
_PLAIN, _GRAPHQL = "application/json", "application/graphql-response+json"
_ALLOWED = (OperationType.QUERY, OperationType.MUTATION)


Execute: TypeAlias = Callable[..., Coroutine[Any, Any, ExecutionResult]]
"""`Schema.execute`, or the lane that known documents take."""


def graphql_http(schema: Schema, *, lane: bool = True) -> Route:
    """The route that answers queries and mutations; subscriptions have sockets.

    `lane`: documents that were run before are not parsed, counted and validated anew.
    """
    execute = observed(Lane(schema, note=note).execute if lane else schema.execute)
    return Route("/graphql", _endpoint(execute), methods=["POST"])


@dataclass(frozen=True, slots=True)
class Operation:
    """What a client asks to have done."""

    query: str
    variables: dict[str, Any] | None
    name: str | None


class BadRequest(Exception):
    """A request that is no operation, and the status it is answered with."""

    def __init__(self, status: int, message: str, code: str = PARSE_FAILED) -> None:
        super().__init__(message)
        self.status, self.message, self.code = status, message, code


def _endpoint(execute: Execute) -> Callable[[Request], Coroutine[Any, Any, Response]]:
    async def answer(request: Request) -> Response:
        media_type = _accepted(request.headers.get("accept"))
        try:
            operation = read_operation(await _body(request))
            answering = _execute(execute, request, operation)
            answered = await unless_hung_up(request, operation, answering)
        except BadRequest as bad:
            return _response(refusal(bad.message, bad.code), bad.status, media_type)
        except ClientDisconnect:
            return Response(status_code=400)
        except Exception as error:  # of the operation's own, none comes this far
            return _response({"errors": [masked(error)]}, 500, media_type)
        failed = media_type == _GRAPHQL and "data" not in answered
        return _response(answered, 400 if failed else 200, media_type)

    return answer


def read_operation(body: bytes) -> Operation:
    """The operation in a JSON body; BadRequest for anything else."""
    try:
        data = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise BadRequest(400, "The body is not JSON.") from None
    if not isinstance(data, dict):
        raise BadRequest(400, "The body must be one JSON object; batches are not served.")
    query, variables, name = data.get("query"), data.get("variables"), data.get("operationName")
    if not isinstance(query, str) or not query.strip():
        raise BadRequest(400, "`query` must be a GraphQL document.")
    if not isinstance(variables, dict | None):
        raise BadRequest(400, "`variables` must be an object.")
    if not isinstance(name, str | None):
        raise BadRequest(400, "`operationName` must be a string.")
    if not isinstance(data.get("extensions"), dict | None):
        raise BadRequest(400, "`extensions` must be an object.")
    if len(body) > LONGEST_BODY and is_unwieldy(query, variables):
        raise _too_long(LONGEST_BODY)
    return Operation(query, variables, name or None)


async def _execute(execute: Execute, request: Request, operation: Operation) -> dict[str, Any]:
    headers = request.headers
    context = await context_of(headers.get("authorization"), headers.get("accept-language"))
    try:
        result = await execute(
            operation.query,
            variable_values=operation.variables,
            context_value=context,
            operation_name=operation.name,
            allowed_operation_types=_ALLOWED,
        )
    except CannotGetOperationTypeError:
        raise BadRequest(400, "There is no such operation.", VALIDATION_FAILED) from None
    except InvalidOperationTypeError:
        raise BadRequest(
            400, "Subscriptions are served over WebSocket on this path.", VALIDATION_FAILED
        ) from None
    answer: dict[str, Any] = {}
    if result.errors:
        answer["errors"] = formatted(result.errors, context.locale)
    if result.data is not None or any(error.path for error in result.errors or ()):
        answer["data"] = result.data
    return answer


async def _body(request: Request) -> bytes:
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type != _PLAIN:
        raise BadRequest(415, "The content type must be application/json.")
    if request.headers.get("content-encoding", "identity") != "identity":
        raise BadRequest(415, "Compressed bodies are not read.")
    longest = await longest_body(request)
    if announced(request) > longest:
        raise _too_long(longest)
    try:
        async with asyncio.timeout(READ_WITHIN):
            return await _read(request, longest)
    except TimeoutError:
        raise BadRequest(408, "The body did not arrive in time.") from None


async def _read(request: Request, longest: int) -> bytes:
    chunks: list[bytes] = []
    length = 0
    async for chunk in request.stream():
        length += len(chunk)
        if length > longest:
            raise _too_long(longest)
        chunks.append(chunk)
    return b"".join(chunks)


def _too_long(longest: int) -> BadRequest:
    return BadRequest(413, f"The body is longer than {longest} bytes.")


def _accepted(accept: str | None) -> str:
    """The newer media type for clients that like it no less, the older one for all others."""
    liked = qualities(accept)
    newer = liked.get(_GRAPHQL, 0)
    return _GRAPHQL if newer and newer >= liked.get(_PLAIN, 0) else _PLAIN


def _response(
    answer: GraphQLHTTPResponse | dict[str, Any], status: int, media_type: str
) -> Response:
    return json_response(answer, status, {"cache-control": "no-store"}, media_type)
