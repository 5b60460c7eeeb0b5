"""Queries and mutations: POST /graphql."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeAlias

import orjson
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send
from strawberry import Schema
from strawberry.http import GraphQLHTTPResponse
from strawberry.schema.exceptions import (
    CannotGetOperationTypeError,
    InvalidOperationTypeError,
)
from strawberry.types import ExecutionResult
from strawberry.types.graphql import OperationType

from execution.lane import Lane
from server.accepting import LONGEST, qualities
from server.bodies import LONGEST_BODY, announced, is_unwieldy, longest_body
from server.context import context_of
from server.errors import PARSE_FAILED, VALIDATION_FAILED, formatted, masked, refusal
from server.streaming import json_response

READ_WITHIN = 10.0
"""Seconds a client may take to send a body: one that trickles must not hold a connection."""
PATH = "/graphql"
_PLAIN, _GRAPHQL = "application/json", "application/graphql-response+json"
_ALLOWED = (OperationType.QUERY, OperationType.MUTATION)
_READ = {
    name.encode(): name
    for name in (
        "accept",
        "accept-language",
        "authorization",
        "content-encoding",
        "content-length",
        "content-type",
    )
}


Execute: TypeAlias = Callable[..., Coroutine[Any, Any, ExecutionResult]]
"""`Schema.execute`, or the lane that known documents take."""


def graphql_http(schema: Schema, *, lane: bool = True) -> Route:
    """The route that answers queries and mutations; subscriptions have sockets.

    `lane`: documents that were run before are not parsed, counted and validated anew.
    """
    execute = Lane(schema).execute if lane else schema.execute
    return Route(PATH, Endpoint(execute), methods=["POST"])


@dataclass(frozen=True, slots=True)
class Operation:
    """What a client asks to have done."""

    query: str
    variables: dict[str, Any] | None
    name: str | None


class Straight:
    """Middleware that hands POST /graphql to its endpoint, which most requests are for.

    The route stands beside it, for what the router says of other methods.
    """

    def __init__(self, app: ASGIApp, endpoint: ASGIApp) -> None:
        self._app, self._endpoint = app, endpoint

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_meant = scope["type"] == "http" and scope["path"] == PATH and scope["method"] == "POST"
        await (self._endpoint if is_meant else self._app)(scope, receive, send)


class BadRequest(Exception):
    """A request that is no operation, and the status it is answered with."""

    def __init__(self, status: int, message: str, code: str = PARSE_FAILED) -> None:
        super().__init__(message)
        self.status, self.message, self.code = status, message, code


class Endpoint:
    """Answers POST requests. It reads of a request what it needs, and makes no more of it."""

    def __init__(self, execute: Execute) -> None:
        self._execute = execute

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = _headers(scope)
        response = await self._answer(headers, receive)
        await response(scope, receive, send)

    async def _answer(self, headers: Mapping[str, str], receive: Receive) -> ASGIApp:
        media_type = _accepted((headers.get("accept") or "")[:LONGEST])
        try:
            operation = read_operation(await _body(headers, receive))
            answered = await _executed(self._execute, headers, operation)
        except BadRequest as bad:
            return _response(refusal(bad.message, bad.code), bad.status, media_type)
        except ClientDisconnect:
            return Response(status_code=400)
        except Exception as error:  # of the operation's own, none comes this far
            return _response({"errors": [masked(error)]}, 500, media_type)
        failed = media_type == _GRAPHQL and "data" not in answered
        return _response(answered, 400 if failed else 200, media_type)


def _headers(scope: Scope) -> dict[str, str]:
    """Those that are read; of one that was sent twice, the first."""
    found: dict[str, str] = {}
    for name, value in scope["headers"]:
        known = _READ.get(name)
        if known is not None and known not in found:
            found[known] = value.decode("latin-1")
    return found


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


async def _executed(
    execute: Execute, headers: Mapping[str, str], operation: Operation
) -> dict[str, Any]:
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


async def _body(headers: Mapping[str, str], receive: Receive) -> bytes:
    content_type = headers.get("content-type", "")
    if content_type != _PLAIN and content_type.partition(";")[0].strip().lower() != _PLAIN:
        raise BadRequest(415, "The content type must be application/json.")
    if headers.get("content-encoding", "identity") != "identity":
        raise BadRequest(415, "Compressed bodies are not read.")
    longest = await longest_body(headers)
    if announced(headers) > longest:
        raise _too_long(longest)
    try:
        async with asyncio.timeout(READ_WITHIN):
            return await _read(receive, longest)
    except TimeoutError:
        raise BadRequest(408, "The body did not arrive in time.") from None


async def _read(receive: Receive, longest: int) -> bytes:
    chunks: list[bytes] = []
    length, has_more = 0, True
    while has_more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        chunk, has_more = message.get("body", b""), message.get("more_body", False)
        length += len(chunk)
        if length > longest:
            raise _too_long(longest)
        chunks.append(chunk)
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def _too_long(longest: int) -> BadRequest:
    return BadRequest(413, f"The body is longer than {longest} bytes.")


@lru_cache(maxsize=256)
def _accepted(accept: str) -> str:
    """The newer media type for clients that like it no less, the older one for all others."""
    liked = qualities(accept)
    newer = liked.get(_GRAPHQL, 0)
    return _GRAPHQL if newer and newer >= liked.get(_PLAIN, 0) else _PLAIN


def _response(
    answer: GraphQLHTTPResponse | dict[str, Any], status: int, media_type: str
) -> Response:
    return json_response(answer, status, {"cache-control": "no-store"}, media_type)
