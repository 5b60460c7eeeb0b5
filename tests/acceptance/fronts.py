"""A server that trusts an identity provider, and somebody of whom the provider says a lot."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
from starlette.applications import Starlette

from schema import schema_of
from server.http import graphql_http
from server.settings import Settings, settings_of
from server.startup import running
from tests.servers import MASTER_KEY, SECRET_KEY

VIEWER = """{ viewer { user { id displayName timeZone languages } email isAdult adultFrom locale
  enrollments { nodes { id } } sessions { id } } }"""
ADA: dict[str, Any] = {
    "birthdate": "1984-05-01",
    "name": "Ada",
    "email": "ada@example.org",
    "email_verified": True,
    "zoneinfo": "Europe/Paris",
    "locale": "fr-CA",
}


class Front:
    """A server in this process that people ask with the provider's tokens."""

    def __init__(self, http: httpx2.AsyncClient) -> None:
        self._http = http

    async def ask(self, token: str, query: str = VIEWER) -> Any:
        answer = await self._http.post(
            "/graphql", json={"query": query}, headers={"authorization": f"Bearer {token}"}
        )
        return answer.json()

    async def viewer(self, token: str) -> Any:
        return (await self.ask(token))["data"]["viewer"]


@asynccontextmanager
async def opened(database: str, issuer: str) -> AsyncIterator[Front]:
    """One that trusts this provider, for as long as one likes."""
    app = Starlette(routes=[graphql_http(schema_of())])
    async with running(_trusting(database, issuer)):
        transport = httpx2.ASGITransport(app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://c") as http:
            yield Front(http)


def _trusting(database: str, issuer: str) -> Settings:
    return settings_of(
        database_url=database,
        secret_key=SECRET_KEY,
        master_keys=MASTER_KEY,
        pool_size=4,
        oidc_issuer=issuer,
        oidc_audience="compagnon,another",
    )
