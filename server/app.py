"""The application: its routes, what stands before them, and what runs beside them."""

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, NoReturn

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Receive, Scope, Send
from strawberry import Schema

from execution.admission import Admission
from schema import schema_of
from server import graphiql, health, logs, metrics, tracing
from server.astray import led_back
from server.audience import Audience
from server.connections import STOPPING, keep_cutting
from server.errors import give_hints
from server.examples import examples
from server.http import graphql_http
from server.measuring import keep_measuring
from server.observing import Noting, allow_names
from server.scraping import metrics_page
from server.settings import Settings, settings_of
from server.sockets import graphql_sockets
from server.startup import running
from server.terms import Terms, terms_of
from server.ticking import keep_ticking
from server.traffic import Traffic


class Application(Starlette):
    """Requests for /graphql go straight through the middleware to where they are answered.

    Starlette has three more layers, and looks through all routes, to find out the same.
    """

    def __init__(self, *, graphql: Route, **options: Any) -> None:
        super().__init__(**options)
        # To whatever host and scheme a request names, a password would be sent once more.
        self.router.redirect_slashes = False
        self._path, self._methods = graphql.path, graphql.methods or set()
        self._straight: ASGIApp = graphql.app
        for kind, args, given in reversed(self.user_middleware):
            self._straight = kind(self._straight, *args, **given)

    def add_middleware(self, *_: object, **__: object) -> NoReturn:
        """What is added later would stand before all but /graphql."""
        raise RuntimeError("Middleware is given when the application is made.")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if (
            scope["type"] == "http"
            and scope["path"] == self._path
            and scope["method"] in self._methods
            and not scope.get("root_path")
        ):
            await self._straight(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


def create_app() -> Starlette:
    """The application of one worker, by the settings in its environment."""
    settings = settings_of()
    logs.set_up(settings)
    return app_of(settings)


def app_of(settings: Settings) -> Starlette:
    """The application these settings describe."""
    schema = _schema(settings)
    terms, audience = terms_of(settings, schema), Audience(schema)
    schema.extensions = (*schema.extensions, lambda: Admission(terms.limiter.admit))

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[dict[str, Any]]:
        asyncio.get_running_loop().set_exception_handler(logs.log_loop_error)
        async with running(settings) as hub:
            tracing.begin(settings)
            beside = [
                asyncio.create_task(keep_ticking(), name="ticking"),
                asyncio.create_task(keep_measuring(hub), name="measuring"),
                asyncio.create_task(keep_cutting(), name="cutting"),
            ]
            _tune_collector()
            try:
                yield {"hub": hub, STOPPING: asyncio.Event()}
            finally:
                for task in beside:
                    task.cancel()
                await asyncio.wait(beside)
                await terms.limiter.close()
                await asyncio.to_thread(tracing.end)
                metrics.count()

    graphql = graphql_http(
        schema,
        lane=settings.executor == "compiled",
        get=settings.get_queries,
        seconds=settings.longest_execution,
        terms=terms,
        audience=audience,
    )
    return Application(
        graphql=graphql,
        routes=[graphql, *_routes(settings, schema, terms, audience)],
        middleware=_middleware(settings),
        exception_handlers={HTTPException: led_back},
        lifespan=lifespan,
    )


def _routes(
    settings: Settings, schema: Schema, terms: Terms, audience: Audience
) -> list[BaseRoute]:
    routes = [
        graphql_sockets(schema, settings.allowed_origins, terms, audience),
        *health.routes(),
        *metrics_page(settings),
    ]
    if settings.serves_graphiql:
        routes += graphiql.routes(partial(examples, demo=settings.demo))
    return routes


def _schema(settings: Settings) -> Schema:
    allow_names(settings.operation_names)
    give_hints(settings.shows_schema)
    schema = schema_of(compiled=settings.executor == "compiled", shown=settings.shows_schema)
    schema.extensions = (*schema.extensions, Noting)
    return schema


def _middleware(settings: Settings) -> list[Middleware]:
    stack = [Middleware(Traffic)]
    if settings.allowed_hosts:
        stack.append(Middleware(TrustedHostMiddleware, allowed_hosts=settings.allowed_hosts))
    if settings.allowed_origins:
        stack.append(
            Middleware(
                CORSMiddleware,
                allow_origins=settings.allowed_origins,
                allow_methods=("GET", "POST"),
                # Whoever may send a token may send what watches over their pages, too.
                allow_headers=("*",),
                expose_headers=("retry-after",),
            )
        )
    return stack


def _tune_collector() -> None:
    """Keeps pauses short: what lives as long as the process is never looked at again, and of the
    rest five thousand objects at a time, which takes 5 ms where twenty times as many take 100.
    Sockets grow old before they are garbage: so the old are looked at, too, now and then."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(5_000, 3, 10)
