"""A desk where hostile input is handed in, of a world that all of a module share."""

from collections.abc import AsyncIterator
from typing import TypeAlias

import httpx2
import pytest
from starlette.applications import Starlette

from schema import schema_of
from server.http import graphql_http
from tests.acceptance.books import Books
from tests.acceptance.desk import Desk, HttpDoor
from tests.acceptance.samples import Samples
from tests.conftest import connected

World: TypeAlias = tuple[str, Samples, Books]
"""Where a database is, what is in it, and the way back to that."""


@pytest.fixture(scope="module")
async def world(postgres_url: str, template_database: str) -> AsyncIterator[World]:
    """Whatever is handed in is undone, so nobody needs one of their own."""
    async with connected(postgres_url, template_database) as url:
        samples = await Samples().laid_out()
        yield url, samples, await Books.opened()


@pytest.fixture
async def desk(world: World) -> AsyncIterator[Desk]:
    """A desk at the route itself, without a socket between."""
    _, samples, books = world
    app = Starlette(routes=[graphql_http(schema_of())])
    transport = httpx2.ASGITransport(app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://compagnon") as client:
        yield Desk(HttpDoor(client, samples.tokens), samples, books)
