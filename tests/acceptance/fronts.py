"""A front end that people come to with an identity provider's tokens."""

from typing import Any

import httpx2

from server.settings import Settings, settings_of
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
    """A front end of this process that trusts the provider; people come with tokens."""

    def __init__(self, http: httpx2.AsyncClient) -> None:
        self._http = http

    async def ask(self, token: str, query: str = VIEWER) -> Any:
        answer = await self._http.post(
            "/graphql", json={"query": query}, headers={"authorization": f"Bearer {token}"}
        )
        return answer.json()

    async def viewer(self, token: str) -> Any:
        return (await self.ask(token))["data"]["viewer"]


def settings_for(database: str, issuer: str) -> Settings:
    return settings_of(
        database_url=database,
        secret_key=SECRET_KEY,
        master_keys=MASTER_KEY,
        pool_size=4,
        oidc_issuer=issuer,
        oidc_audience="compagnon,another",
    )
