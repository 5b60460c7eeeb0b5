"""A desk where hostile input is handed in, and a front end that trusts an identity provider."""

from collections.abc import AsyncIterator, Iterator
from typing import TypeAlias

import httpx2
import pytest
from starlette.applications import Starlette

from schema import schema_of
from server.http import graphql_http
from server.startup import running
from tests.acceptance.books import Books
from tests.acceptance.desk import Desk, HttpDoor
from tests.acceptance.fronts import Front, settings_for
from tests.acceptance.samples import Samples
from tests.conftest import connected
from tests.databases import Reused
from tests.providers import Provider

World: TypeAlias = tuple[str, Samples, Books]
"""Where a database is, what is in it, and the way back to that."""


@pytest.fixture(scope="module")
async def world(reused: Reused) -> AsyncIterator[World]:
    """Whatever is handed in is undone, so nobody needs one of their own."""
    async with connected(reused) as url:
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


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provider]:
    """Where people sign in."""
    provider = Provider(tmp_path_factory.mktemp("provider") / "log")
    try:
        provider.start()
        yield provider
    finally:
        provider.stop()


@pytest.fixture
async def front(database: str, provider: Provider) -> AsyncIterator[Front]:
    """In this process, on a database of its own."""
    app = Starlette(routes=[graphql_http(schema_of())])
    async with running(settings_for(database, provider.issuer)):
        transport = httpx2.ASGITransport(app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://c") as http:
            yield Front(http)
