"""The application: its routes, what stands before them, and what runs beside them."""

import asyncio
import gc
import multiprocessing
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.routing import BaseRoute
from strawberry import Schema
from strawberry.extensions import DisableIntrospection

from schema import schema_of
from server import graphiql, health, logs
from server.examples import examples
from server.headers import SecurityHeaders
from server.http import Straight, graphql_http
from server.settings import Settings, settings_of
from server.sockets import graphql_sockets
from server.startup import running
from server.ticking import keep_ticking


def create_app() -> Starlette:
    """The application of one worker, by the settings in its environment."""
    settings = settings_of()
    logs.set_up(settings)
    return app_of(settings)


def app_of(settings: Settings) -> Starlette:
    """The application these settings describe."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[dict[str, Any]]:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(logs.log_loop_error)
        _stop_with_parent(loop)
        async with running(settings) as hub:
            ticking = asyncio.create_task(keep_ticking(), name="ticking")
            _tune_collector()
            try:
                yield {"hub": hub}
            finally:
                ticking.cancel()
                with suppress(asyncio.CancelledError):
                    await ticking

    schema = _schema(settings)
    graphql = graphql_http(schema, lane=settings.executor == "compiled")
    routes = [graphql, *_routes(settings, schema)]
    middleware = [*_middleware(settings), Middleware(Straight, endpoint=graphql.app)]
    return Starlette(routes=routes, middleware=middleware, lifespan=lifespan)


def _routes(settings: Settings, schema: Schema) -> list[BaseRoute]:
    routes = [
        graphql_sockets(schema, settings.allowed_origins),
        *health.routes(),
    ]
    if settings.serves_graphiql:
        routes += graphiql.routes(partial(examples, demo=settings.demo))
    return routes


def _schema(settings: Settings) -> Schema:
    schema = schema_of(
        compiled=settings.executor == "compiled",
        disable_field_suggestions=not settings.shows_schema,
    )
    if not settings.shows_schema:
        schema.extensions = (*schema.extensions, DisableIntrospection)
    return schema


def _middleware(settings: Settings) -> list[Middleware]:
    stack = [Middleware(SecurityHeaders)]
    if settings.allowed_hosts:
        stack.append(Middleware(TrustedHostMiddleware, allowed_hosts=settings.allowed_hosts))
    if settings.allowed_origins:
        stack.append(
            Middleware(
                CORSMiddleware,
                allow_origins=settings.allowed_origins,
                allow_methods=("GET", "POST"),
                allow_headers=("authorization", "content-type"),
            )
        )
    return stack


def _tune_collector() -> None:
    """Keeps pauses short: what lives as long as the process is never looked at again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 1000)


def _stop_with_parent(loop: asyncio.AbstractEventLoop) -> None:
    """A worker whose supervisor is killed would go on holding the port, with nobody to stop it."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        loop.add_reader(parent.sentinel, _stop, loop, parent.sentinel)


def _stop(loop: asyncio.AbstractEventLoop, sentinel: int) -> None:
    loop.remove_reader(sentinel)
    os.kill(os.getpid(), signal.SIGTERM)
