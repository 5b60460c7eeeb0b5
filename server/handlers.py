"""One socket of graphql-transport-ws, from its opening to its end."""

from contextlib import AbstractContextManager, aclosing, suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import structlog
from strawberry.http.exceptions import WebSocketDisconnected
from strawberry.subscriptions.protocols.graphql_transport_ws import handlers
from strawberry.subscriptions.protocols.graphql_transport_ws.types import (
    ConnectionInitMessage,
    Message,
    SubscribeMessage,
)

from domain.denials import Absence, RateLimited
from resolvers.context import Context
from resolvers.loaders import Loaders
from server.adapters import Adapter, WireAdapter
from server.context import viewer_of
from server.errors import traced
from server.frames import message_frame
from server.guards import Guard
from server.hearing import Hearing
from server.shapes import complaint_about
from server.subscribers import Subscriber
from server.subscriptions import SUSPENDED, Ending, absent
from server.wires import SocketConnection

if TYPE_CHECKING:
    from server.sockets import Sockets

log = structlog.get_logger("compagnon.sockets")

SESSION_OVER, TOKEN_OVER, TOO_MANY, TRY_AGAIN, BROKEN = 4403, 4401, 4429, 1013, 1011


class Handler(handlers.BaseGraphQLTransportWSHandler[Context, None]):
    """One socket: it lives no longer than its session and its token."""

    view: "Sockets"
    websocket: Adapter
    _guard: Guard | None = None
    _wire: SocketConnection | None = None
    """The connection, where it was handed over or will be."""
    operations: "dict[str, handlers.Operation[Context, None] | Subscriber]"  # type: ignore[assignment]
    """Those under way, by their ids."""
    _places: tuple[AbstractContextManager[Any], ...] = ()

    async def handle(self) -> None:
        """Hands the connection over where that can be; else the socket is served until its end."""
        self._wire = wire = self.websocket.wire
        try:
            await self._enter()
            if wire is not None:
                self.websocket = WireAdapter(self.view, wire)
                self.on_request_accepted()
                wire.hand_over(Hearing(wire, self._read_one, self._end).hear)
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
        # Clients write the name of the header as they please, and would be nobody without a word.
        said = (value for name, value in payload.items() if name.lower() == "authorization")
        token = next((value for value in said if value is not None), None)
        if token is not None and not self.connection_init_received:
            try:
                found = await viewer_of(str(token))
            except Exception as error:
                log.error("socket refused", **traced(error))
                await self.websocket.close(TRY_AGAIN, "Not now")
                return
            if isinstance(found, Absence):
                await self.websocket.close(TOKEN_OVER, absent(found).reason)
                return
            self.context.viewer = found
            if found.is_suspended:
                await self.websocket.close(SESSION_OVER, SUSPENDED.reason)
                return
            try:
                self._take(self.view.terms.crowd.place(None, found, self.operations))
            except RateLimited:
                await self.websocket.close(TOO_MANY, "Too many sockets of one person")
                return
        await super().handle_connection_init({"type": "connection_init", "payload": payload})
        if self.connection_init_received:
            self.connection_init_timeout_task = None  # with all that it held when it was cancelled
        if self.context.viewer is not None and self._guard is None:
            audience = self.view.audience
            self._guard = Guard(self.context.viewer, audience.guards, self._close)
            self._guard.begin(audience.feed)

    async def handle_subscribe(self, message: SubscribeMessage) -> None:
        if self.connection_acknowledged and message["id"] not in self.operations:
            errors = await self.view.terms.refusal(message["payload"], self.context)
            if errors:
                await self.send_message({"id": message["id"], "type": "error", "payload": errors})
                return
        await super().handle_subscribe(message)

    async def run_operation(self, operation: Any) -> None:
        """Begins it; what can go on without a task of its own does."""
        wire = self._wire
        sink = None if wire is None else self.view.audience.sink(operation, self.context)
        context = replace(self.context, loaders=Loaders(), sink=sink)
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
            if wire is not None and sink is not None:
                audience, frame = self.view.audience, message_frame(operation.id)
                subscriber = audience.subscriber(sink, self, wire, frame)
                if subscriber is not None:
                    self.operations[operation.id] = subscriber
                    subscriber.join(audience.feed, *sink.topics)
                    return
            await operation.send_operation_message({"id": operation.id, "type": "complete"})
        except handlers._OperationStreamClosed:
            return
        except Exception as error:
            await self.handle_task_exception(error)
            with suppress(Exception):
                await operation.send_operation_message({"id": operation.id, "type": "complete"})
            id = operation.id
            if self.operations.get(id) is operation:  # else it is another one's by now
                del self.operations[id]
            raise

    async def cleanup_operation(self, operation_id: str) -> None:
        operation = self.operations.get(operation_id)
        if isinstance(operation, Subscriber):
            del self.operations[operation_id]
            operation.leave()
        else:
            await super().cleanup_operation(operation_id)

    async def send_message(self, message: Any) -> None:
        if message["type"] == "error":  # Strawberry's own have no code
            for error in message["payload"]:
                error.setdefault("extensions", {"code": "QUERY_TOO_COMPLEX"})
        await super().send_message(message)

    async def handle_task_exception(self, error: Exception) -> None:
        if not isinstance(error, WebSocketDisconnected):  # somebody has left: nothing to report
            log.error("subscription failed", **traced(error))

    async def shutdown(self) -> None:
        guard, self._guard = self._guard, None  # which refers to us, too
        if guard is not None:
            guard.leave()
        await super().shutdown()

    async def _close(self, ending: Ending) -> None:
        code = TOKEN_OVER if ending.expired else SESSION_OVER
        await self.websocket.close(code, ending.reason)
