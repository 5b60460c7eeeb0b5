"""A server that counts, and clients who try too often."""

from collections.abc import Sequence
from typing import Any

import httpx2
import pytest
from limits.aio.storage import Storage
from starlette.applications import Starlette

from domain import accounts
from domain.tokens import sign
from execution.admission import Admission
from schema import schema_of
from server.http import graphql_http
from server.limiting import Limiter
from server.rates import RATES, SIGN_IN, By, Rate
from server.sockets import graphql_sockets
from server.terms import Terms
from tests.integration.world import Person

GUESSES = Rate("guesses", By.ACCOUNT, "3/minute", SIGN_IN, named_in=("input", "email"), shared=True)
ADDRESS = "192.0.2.1"
SIGN_IN_AS = """mutation($email: String!, $password: String!) {
  signIn(input: {email: $email, password: $password}) { errors { code } } }"""


def app(rates: Sequence[Rate] = RATES, shared: Storage | None = None) -> Starlette:
    """Two routes, and one limiter behind both."""
    schema = schema_of()
    limiter = Limiter(schema._schema, rates, shared)
    terms = Terms(limiter)
    schema.extensions = (*schema.extensions, lambda: Admission(limiter.admit))
    routes = [graphql_http(schema, terms=terms), graphql_sockets(schema, (), terms)]
    served = Starlette(routes=routes)
    served.state.limiter = limiter
    return served


class Client:
    """Asks one server from an address of its own."""

    def __init__(
        self, app: Starlette, address: str = ADDRESS, person: Person | None = None
    ) -> None:
        self.app, self._transport = app, httpx2.ASGITransport(app, client=(address, 1))
        token = sign(person.session, person.key)[0] if person else None
        self._headers = {"authorization": f"Bearer {token}"} if token else {}

    async def hang_up(self) -> None:
        """Lets its server end."""
        await self.app.state.limiter.close()

    async def ask(self, query: str, **variables: Any) -> httpx2.Response:
        async with httpx2.AsyncClient(
            transport=self._transport, base_url="http://compagnon", headers=self._headers
        ) as client:
            body = {"query": query, "variables": variables}
            return await client.post("/graphql", json=body)

    async def guess(self, email: str, password: str = "not the one") -> str:
        """What becomes of an attempt to sign in."""
        answer = await self.ask(SIGN_IN_AS, email=email, password=password)
        return code_of(answer)


def code_of(answer: httpx2.Response) -> str:
    body = answer.json()
    if answer.status_code == 429:
        assert body.keys() == {"errors"}
        (error,) = body["errors"]
        seconds = int(answer.headers["retry-after"])
        assert error["extensions"] == {"code": "RATE_LIMITED", "retryAfter": seconds}
        assert 1 <= seconds <= 61
        return "RATE_LIMITED"
    codes = [error["code"] for payload in body["data"].values() for error in payload["errors"]]
    return codes[0] if codes else "DONE"


def spy(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The passwords that were compared; "right" is everybody's."""
    seen: list[str] = []

    async def is_password(_: object, password: str) -> bool:
        seen.append(password)
        return password == "right"

    monkeypatch.setattr(accounts, "is_password", is_password)
    return seen
