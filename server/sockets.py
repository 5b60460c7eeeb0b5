"""Subscriptions: graphql-transport-ws on /graphql. Sockets carry nothing else."""

from collections.abc import Sequence
from datetime import timedelta

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket
from strawberry import Schema
from strawberry.asgi import GraphQL
from strawberry.subscriptions import GRAPHQL_TRANSPORT_WS_PROTOCOL

from resolvers.context import Context
from server.adapters import Adapter
from server.audience import Audience
from server.context import address_of, context_of
from server.handlers import Handler
from server.subscriptions import SubscriptionsOnly
from server.terms import Terms, open_terms

INIT_WAIT = timedelta(seconds=10)
SUBSCRIPTIONS_AT_MOST = 50


def graphql_sockets(
    schema: Schema,
    allowed_origins: Sequence[str] = (),
    terms: Terms | None = None,
    audience: Audience | None = None,
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
    view.audience = audience or Audience(schema)
    return WebSocketRoute("/graphql", view)


class Sockets(GraphQL[Context, None]):
    """What all sockets of one schema share."""

    graphql_transport_ws_handler_class = Handler
    websocket_adapter_class = Adapter
    terms: Terms
    audience: Audience

    async def get_context(
        self, request: Request | WebSocket, response: Response | WebSocket
    ) -> Context:
        return await context_of(None, request.headers.get("accept-language"), address_of(request))

    def encode_json(self, data: object) -> str:
        return orjson.dumps(data).decode()

    def decode_json(self, data: str | bytes) -> object:
        return orjson.loads(data)
