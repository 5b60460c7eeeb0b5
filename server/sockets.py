"""Subscriptions: graphql-transport-ws on /graphql. Sockets carry nothing else."""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing, suppress
from datetime import timedelta
from typing import Any

import orjson
import structlog
from graphql import GraphQLError
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket
from strawberry import Schema
from strawberry.asgi import ASGIWebSocketAdapter, GraphQL
from strawberry.http.exceptions import WebSocketDisconnected
from strawberry.subscriptions import GRAPHQL_TRANSPORT_WS_PROTOCOL
from strawberry.subscriptions.protocols.graphql_transport_ws import handlers
from strawberry.subscriptions.protocols.graphql_transport_ws.types import (
    ConnectionInitMessage,
    Message,
    SubscribeMessage,
)
from strawberry.types.execution import PreExecutionError
from strawberry.types.graphql import OperationType

from domain.clock import clock
from domain.denials import RateLimited
from domain.viewer import Viewer, of_session
from realtime import topics, watch
from resolvers.context import Context
from server.context import address_of, context_of, viewer_of
from server.errors import CodedError, formatted, too_often, traced
from server.limiting import Limiter
from server.shapes import complaint_about

log = structlog.get_logger("compagnon.sockets")

SESSION_OVER, TOKEN_OVER, TRY_AGAIN = 4403, 4401, 1013
INIT_WAIT = timedelta(seconds=10)
SENDING = 10.0
"""Seconds a peer may take to read a message; one that has stopped reading is let go."""
LOOK_AGAIN = 15.0
ASK_AGAIN = 1.0
SUBSCRIPTIONS_AT_MOST = 50


def graphql_sockets(
    schema: Schema, allowed_origins: Sequence[str] = (), limiter: Limiter | None = None
) -> WebSocketRoute:
    """The route that serves subscriptions; pages of other origins may not connect."""
    view = Sockets(
        SubscriptionsOnly(schema),  # type: ignore[arg-type]
        graphql_ide=None,
        allow_queries_via_get=False,
        subscription_protocols=(GRAPHQL_TRANSPORT_WS_PROTOCOL,),
        connection_init_wait_timeout=INIT_WAIT,
        max_subscriptions_per_connection=SUBSCRIPTIONS_AT_MOST,
        allowed_origins=allowed_origins,
    )
    view.limiter = limiter or Limiter(schema._schema, rates=())
    return WebSocketRoute("/graphql", view)


class SubscriptionsOnly:
    """The schema as sockets see it: streams, with errors coded and masked as over HTTP."""

    def __init__(self, schema: Schema) -> None:
        self._schema = schema

    async def stream(self, query: str | None, **options: Any) -> AsyncGenerator[Any, None]:
        results = await self._schema.stream(
            query, allowed_operation_types=[OperationType.SUBSCRIPTION], **options
        )
        return self._results(results, options["context_value"])

    async def _results(self, results: Any, context: Context) -> AsyncGenerator[Any, None]:
        try:
            async with aclosing(results):
                async for result in results:
                    refused = too_often(result.errors)
                    if result.errors:
                        result.errors = _coded(result.errors, context)
                    if refused:
                        result = PreExecutionError(data=None, errors=result.errors)  # noqa: PLW2901
                    yield result
        except GraphQLError as error:  # a document that cannot be parsed
            yield PreExecutionError(data=None, errors=_coded([error], context))


class Handler(handlers.BaseGraphQLTransportWSHandler[Context, None]):
    """One socket: it lives no longer than its session and its token."""

    view: "Sockets"
    _guard: asyncio.Task[None] | None = None

    async def handle_message(self, message: Message) -> None:
        complaint = complaint_about(message)
        if complaint is not None:
            await self.handle_invalid_message(complaint)
            return
        await super().handle_message(message)

    async def handle_connection_init(self, message: ConnectionInitMessage) -> None:
        try:
            await self.view.limiter.knock(self.context.address)
        except RateLimited as refused:
            await self.websocket.close(TRY_AGAIN, refused.message(self.context.locale))
            return
        payload = message.get("payload") or {}
        token = payload.get("authorization")
        if token is not None and not self.connection_init_received:
            try:
                self.context.viewer = await viewer_of(str(token))
            except Exception as error:
                log.error("socket refused", **traced(error))
                await self.websocket.close(TRY_AGAIN, "Not now")
                return
            if self.context.viewer is None:
                await self.websocket.close(TOKEN_OVER, "The access token is not good")
                return
            if self.context.viewer.is_suspended:
                await self.websocket.close(SESSION_OVER, "The account is suspended")
                return
        await super().handle_connection_init({"type": "connection_init", "payload": payload})
        if self.context.viewer is not None and self._guard is None:
            self._guard = asyncio.create_task(self._close_when_over(self.context.viewer))

    async def handle_subscribe(self, message: SubscribeMessage) -> None:
        if self.connection_acknowledged:
            try:
                await self.view.limiter.knock(self.context.address, self.context.viewer)
            except RateLimited as refused:
                errors = formatted([GraphQLError("", original_error=refused)], self.context.locale)
                answer = {"id": message["id"], "type": "error", "payload": errors}
                await self.send_message(answer)
                return
        await super().handle_subscribe(message)

    async def send_message(self, message: Any) -> None:
        if message["type"] == "error":  # Strawberry's own have no code
            for error in message["payload"]:
                error.setdefault("extensions", {"code": "QUERY_TOO_COMPLEX"})
        await super().send_message(message)

    async def handle_task_exception(self, error: Exception) -> None:
        if not isinstance(error, WebSocketDisconnected):  # somebody has left: nothing to report
            log.error("subscription failed", **traced(error))

    async def shutdown(self) -> None:
        try:
            if self._guard is not None:
                self._guard.cancel()
                await asyncio.wait([self._guard])
        finally:
            await super().shutdown()

    async def _close_when_over(self, viewer: Viewer) -> None:
        with watch(topics.session(viewer.session_id)) as woken:
            while True:
                woken.clear()
                if viewer.is_over():
                    await self.websocket.close(TOKEN_OVER, "The access token has expired")
                    return
                if await self._has_ended(viewer):
                    await self.websocket.close(SESSION_OVER, "The session has ended")
                    return
                with suppress(TimeoutError):
                    # Python 3.11's wait_for forgets a cancellation that comes with the wake-up.
                    async with asyncio.timeout(_until_over(viewer)):
                        await woken.wait()

    async def _has_ended(self, viewer: Viewer) -> bool:
        """Asks until there is an answer: while the database is away nobody can tell."""
        while True:
            try:
                present = await of_session(viewer.session_id)
                return present is None or present.is_suspended
            except Exception as error:
                log.warning("session not checked", **traced(error))
                await asyncio.sleep(ASK_AGAIN)


class Adapter(ASGIWebSocketAdapter):
    """The wire: a peer that stops reading must not hold a subscription for ever."""

    async def send_json(self, message: Mapping[str, object]) -> None:
        try:
            async with asyncio.timeout(SENDING):
                await super().send_json(message)
        except (TimeoutError, RuntimeError) as error:
            raise WebSocketDisconnected from error

    async def close(self, code: int, reason: str) -> None:
        with suppress(RuntimeError):  # it is closed already
            await super().close(code, reason.encode()[:120].decode(errors="ignore"))


class Sockets(GraphQL[Context, None]):
    graphql_transport_ws_handler_class = Handler
    websocket_adapter_class = Adapter
    limiter: Limiter

    async def get_context(
        self, request: Request | WebSocket, response: Response | WebSocket
    ) -> Context:
        return await context_of(None, request.headers.get("accept-language"), address_of(request))

    def encode_json(self, data: object) -> str:
        return orjson.dumps(data).decode()

    def decode_json(self, data: str | bytes) -> object:
        return orjson.loads(data)


def _coded(errors: Sequence[GraphQLError], context: Context) -> list[GraphQLError]:
    return [CodedError(shown) for shown in formatted(errors, context.locale)]


def _until_over(viewer: Viewer) -> float:
    if viewer.token_expires_at is None:
        return LOOK_AGAIN
    left = (viewer.token_expires_at - clock.now()).total_seconds()
    return max(0.05, min(LOOK_AGAIN, left))
