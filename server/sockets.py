"""Subscriptions: graphql-transport-ws on /graphql. Sockets carry nothing else."""

import asyncio
from collections.abc import Sequence
from contextlib import AbstractContextManager, aclosing, suppress
from dataclasses import replace
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
from strawberry.asgi import GraphQL
from strawberry.http.exceptions import WebSocketDisconnected
from strawberry.subscriptions import GRAPHQL_TRANSPORT_WS_PROTOCOL
from strawberry.subscriptions.protocols.graphql_transport_ws import handlers
from strawberry.subscriptions.protocols.graphql_transport_ws.types import (
    ConnectionInitMessage,
    Message,
    SubscribeMessage,
)

from domain.denials import RateLimited
from execution.trusted import DocumentRefused, NotFound
from realtime.feed import Feed
from resolvers.context import Context
from resolvers.loaders import Loaders
from server.adapters import Adapter, WireAdapter
from server.context import address_of, context_of, viewer_of
from server.errors import NOT_FOUND, VALIDATION_FAILED, formatted, refusal, traced
from server.guards import Guard, Guards
from server.requests import named_in
from server.selections import Selections
from server.shapes import complaint_about
from server.subscribers import Outlet, Pairs, Subscriber
from server.subscriptions import Ending, SubscriptionsOnly
from server.terms import Terms, open_terms
from server.wires import SocketConnection

log = structlog.get_logger("compagnon.sockets")

SESSION_OVER, TOKEN_OVER, TOO_MANY, TRY_AGAIN, BROKEN = 4403, 4401, 4429, 1013, 1011
INIT_WAIT = timedelta(seconds=10)
SUBSCRIPTIONS_AT_MOST = 50


def graphql_sockets(
    schema: Schema, allowed_origins: Sequence[str] = (), terms: Terms | None = None
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
    view.terms = terms or open_terms(schema._schema)
    view.selections = Selections(schema)
    view.feed, view.pairs, view.guards = Feed(), Pairs(), Guards()
    return WebSocketRoute("/graphql", view)


class Handler(handlers.BaseGraphQLTransportWSHandler[Context, None]):
    """One socket: it lives no longer than its session and its token."""

    view: "Sockets"
    websocket: Adapter
    _guard: Guard | None = None
    _wire: SocketConnection | None = None
    """The connection, where it was handed over or will be."""
    _places: tuple[AbstractContextManager[Any], ...] = ()
    _unread: tuple[dict[str, Any], ...] = ()
    _reading: asyncio.Task[None] | None = None

    async def handle(self) -> None:
        """Hands the connection over where that can be; else the socket is served until its end."""
        self._wire = wire = self.websocket.wire
        try:
            await self._enter()
            if wire is not None:
                self.websocket = WireAdapter(self.view, wire)
                self.on_request_accepted()
                wire.hand_over(self._heard)
                return
            await super().handle()
        except RateLimited as refused:
            await self.websocket.close(TRY_AGAIN, refused.message(self.context.locale))
        except Exception as error:  # or the connection would end without a word
            await self._fail(error)
        self._leave()

    async def _enter(self) -> None:
        self._take(self.view.terms.crowd.place(self.context.address))
        await self.view.terms.limiter.knock(self.context.address)

    def _take(self, place: AbstractContextManager[Any]) -> None:
        place.__enter__()
        self._places = (*self._places, place)

    def _leave(self) -> None:
        places, self._places = self._places, ()
        for place in places:
            place.__exit__(None, None, None)

    async def _fail(self, error: Exception) -> None:
        log.error("socket failed", **traced(error))
        await self.websocket.close(BROKEN, "Something went wrong on our side")

    def _heard(self, event: dict[str, Any]) -> None:
        """Something has come over a connection that was handed over."""
        self._unread = (*self._unread, event)
        if self._reading is None:
            self._reading = asyncio.create_task(self._read())

    async def _read(self) -> None:
        """One message after the other, until there are no more; then nobody waits."""
        try:
            while self._unread:
                event, *left = self._unread
                self._unread = tuple(left)
                if event["type"] == "websocket.disconnect":
                    await self._end()
                elif self._wire is not None and self._wire.is_open:
                    await self._read_one(event)
        finally:
            self._reading = None
            if self._wire is not None:
                self._wire.read_on()

    async def _read_one(self, event: dict[str, Any]) -> None:
        try:
            if event.get("text") is None:
                await self.handle_invalid_message("WebSocket message type must be text")
                return
            try:
                message: Any = self.view.decode_json(event["text"])
            except ValueError:
                await self.handle_invalid_message("WebSocket message must be valid JSON")
                return
            await self.handle_message(message)
        except WebSocketDisconnected:  # its end comes next
            pass
        except Exception as error:
            await self._fail(error)

    async def _end(self) -> None:
        try:
            await self.shutdown()
        finally:
            self._leave()

    async def handle_message(self, message: Message) -> None:
        complaint = complaint_about(message)
        if complaint is not None:
            await self.handle_invalid_message(complaint)
            return
        await super().handle_message(message)

    async def handle_connection_init(self, message: ConnectionInitMessage) -> None:
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
            try:
                self._take(self.view.terms.crowd.place(None, self.context.viewer))
            except RateLimited:
                await self.websocket.close(TOO_MANY, "Too many sockets of one person")
                return
        await super().handle_connection_init({"type": "connection_init", "payload": payload})
        if self.connection_init_received:
            self.connection_init_timeout_task = None  # with all that it held when it was cancelled
        if self.context.viewer is not None and self._guard is None:
            self._guard = Guard(self.context.viewer, self.view.guards, self._close)
            self._guard.begin(self.view.feed)

    async def handle_subscribe(self, message: SubscribeMessage) -> None:
        if self.connection_acknowledged and message["id"] not in self.operations:
            errors = await self._refused(message["payload"])
            if errors:
                await self.send_message({"id": message["id"], "type": "error", "payload": errors})
                return
        await super().handle_subscribe(message)

    async def run_operation(self, operation: Any) -> None:
        """Begins it; what can go on without a task of its own does."""
        wire = self._wire
        outlet = None if wire is None else Outlet(self.view.selections, operation)
        context = replace(self.context, loaders=Loaders(), outlet=outlet)
        try:
            results: Any = await self.schema.stream(
                operation.query,
                variable_values=operation.variables,
                context_value=context,
                root_value=self.root_value,
                operation_name=operation.operation_name,
            )
            async with aclosing(results):
                await self._send_result_stream(operation, results)
            if wire is not None and outlet is not None and outlet.selection is not None:
                subscriber = Subscriber(self, wire, self.view.pairs, outlet)
                self.operations[operation.id] = subscriber  # type: ignore[assignment]
                subscriber.join(self.view.feed, *outlet.topics)
                return
            await operation.send_operation_message({"id": operation.id, "type": "complete"})
        except handlers._OperationStreamClosed:
            return
        except Exception as error:
            await self.handle_task_exception(error)
            with suppress(Exception):
                await operation.send_operation_message({"id": operation.id, "type": "complete"})
            self.operations.pop(operation.id, None)
            raise

    async def cleanup_operation(self, operation_id: str) -> None:
        operation: Any = self.operations.get(operation_id)
        if isinstance(operation, Subscriber):
            del self.operations[operation_id]
            operation.leave()
        else:
            await super().cleanup_operation(operation_id)

    async def _refused(self, payload: Any) -> list[dict[str, Any]]:
        """Why it is not subscribed to; else its document, if it was named, is put in its place."""
        terms, context = self.view.terms, self.context
        try:
            await terms.limiter.knock(context.address, context.viewer)
            payload["query"] = terms.documents.text_of(named_in(payload))
        except RateLimited as refused:
            return formatted([GraphQLError("", original_error=refused)], context.locale)
        except DocumentRefused as refused:
            code = NOT_FOUND if isinstance(refused, NotFound) else VALIDATION_FAILED
            errors: list[dict[str, Any]] = refusal(str(refused), code)["errors"]
            return errors
        return []

    async def send_message(self, message: Any) -> None:
        if message["type"] == "error":  # Strawberry's own have no code
            for error in message["payload"]:
                error.setdefault("extensions", {"code": "QUERY_TOO_COMPLEX"})
        await super().send_message(message)

    async def handle_task_exception(self, error: Exception) -> None:
        if not isinstance(error, WebSocketDisconnected):  # somebody has left: nothing to report
            log.error("subscription failed", **traced(error))

    async def shutdown(self) -> None:
        if self._guard is not None:
            self._guard.leave()
        await super().shutdown()

    async def _close(self, ending: Ending) -> None:
        code = TOKEN_OVER if ending.expired else SESSION_OVER
        await self.websocket.close(code, ending.reason)


class Sockets(GraphQL[Context, None]):
    graphql_transport_ws_handler_class = Handler
    websocket_adapter_class = Adapter
    terms: Terms
    selections: Selections
    feed: Feed
    pairs: Pairs
    guards: Guards
    """Of all sockets."""

    async def get_context(
        self, request: Request | WebSocket, response: Response | WebSocket
    ) -> Context:
        return await context_of(None, request.headers.get("accept-language"), address_of(request))

    def encode_json(self, data: object) -> str:
        return orjson.dumps(data).decode()

    def decode_json(self, data: str | bytes) -> object:
        return orjson.loads(data)
