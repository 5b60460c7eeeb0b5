"""Tokens: the provider's alone are good, over HTTP and on sockets, for as long as it says."""

import asyncio
import base64
import hmac
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from starlette.applications import Starlette

from domain.clock import clock
from models.database import fetch
from schema import schema_of
from server.doctor.provider import examine_provider
from server.http import graphql_http
from server.identity import keys
from server.startup import running
from tests.acceptance.clients import Client
from tests.acceptance.fronts import ADA, Front, settings_for
from tests.providers import Provider
from tests.servers import SECRET_KEY, ServerProcess
from tests.waiting import PATIENCE

pytestmark = pytest.mark.xdist_group("identity")


def unsigned(token: str, **header: Any) -> str:
    """The same claims under a header of one's own, without a signature."""
    text = base64.urlsafe_b64encode(json.dumps(header).encode()).decode().rstrip("=")
    return f"{text}.{token.split('.')[1]}."


def hashed(token: str, secret: bytes) -> str:
    """The same claims under HS256."""
    header = base64.urlsafe_b64encode(b'{"alg":"HS256","typ":"JWT"}').rstrip(b"=")
    text = header + b"." + token.split(".")[1].encode()
    mark = base64.urlsafe_b64encode(hmac.digest(secret, text, "sha256")).rstrip(b"=")
    return (text + b"." + mark).decode()


async def test_nothing_is_good_that_the_provider_has_not_signed_for_us(
    front: Front, provider: Provider
) -> None:
    good = provider.token("ada", **ADA)
    header, claims, signature = good.split(".")
    said = json.loads(base64.urlsafe_b64decode(claims + "=="))
    (published,) = httpx2.get(f"{provider.issuer}/jwks", timeout=PATIENCE).json()["keys"]
    public = RSAKey.import_key(published)
    own = RSAKey.generate_key(2048, {"kid": published["kid"]})
    soon = int((clock.now() + timedelta(hours=1)).timestamp())

    bad = {
        "no algorithm": unsigned(good, alg="none"),
        "no algorithm, shouted": unsigned(good, alg="NONE"),
        "no header": f"e30.{claims}.{signature}",
        "the public key as a shared secret": hashed(good, public.as_pem(private=False)),
        "somebody else's key": jwt.encode({"alg": "RS256"}, said, own),
        "that key under the provider's name": jwt.encode(
            {"alg": "RS256", "kid": published["kid"]}, said, own
        ),
        "that key in the header": jwt.encode(
            {"alg": "RS256", "jwk": own.as_dict(private=False)}, said, own
        ),
        "other claims": f"{header}.{base64.urlsafe_b64encode(b'{}').decode()}.{signature}",
        "an algorithm that is not allowed": jwt.encode(
            {"alg": "RS512"}, said, own, algorithms=["RS512"]
        ),
        "another kind of token": jwt.encode({"alg": "RS256", "typ": "logout+jwt"}, said, own),
        "somebody else's audience": provider.token("ada", "stranger", **ADA),
        "another issuer": provider.token("ada", host="localhost", **ADA),
        "not yet": provider.token("ada", **ADA, nbf=soon),
        "not a time": provider.token("ada", **ADA, nbf="soon"),
        "our own": jwt.encode(
            {"alg": "HS256"}, {"iss": "compagnon"}, OctKey.import_key(SECRET_KEY.encode())
        ),
        "endless": "a." * 5000,
        "nothing": "",
    }

    for name, token in bad.items():
        answer = await front.ask(token)
        assert answer["data"] == {"viewer": None}, name
    assert await fetch("SELECT 1 FROM users") == []
    # and the good one is, which shows that the bad ones were not refused for want of a provider
    assert (await front.viewer(good))["user"]["displayName"] == "Ada"
    clock.set(clock.now() + timedelta(hours=1, seconds=1))
    assert await front.viewer(good) is None


async def test_keys_that_change_are_found_and_a_provider_that_is_away_costs_nobody_their_sign_in(
    front: Front, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given a token that was seen, and a provider that is away
    before = provider.token("ada", **ADA)
    ada = await front.viewer(before)
    provider.stop()
    assert (await front.viewer(before))["user"] == ada["user"]

    # when it comes back with other keys, they are looked for, but not more often than so
    provider.start()
    after = provider.token("ada", **ADA)
    assert await front.viewer(after) is None
    monkeypatch.setattr(keys, "AGAIN", 0.0)
    assert (await front.viewer(after))["user"] == ada["user"]


async def test_while_no_keys_can_be_had_nobody_is_told_that_they_are_nobody(
    database: str, provider: Provider
) -> None:
    # given a provider that was never there
    token = provider.token("ada", **ADA)
    away = settings_for(database, "http://127.0.0.1:9")
    app = Starlette(routes=[graphql_http(schema_of())])

    async with running(away):
        transport = httpx2.ASGITransport(app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://c") as http:
            answer = await Front(http).ask(token)

    # then that is the server's fault, not the token's
    assert answer["errors"][0]["extensions"]["code"] == "INTERNAL_ERROR"


async def test_the_doctor_asks_the_provider_for_its_keys(provider: Provider) -> None:
    asked = [(provider.issuer, ["RS256"]), (provider.issuer, ["ES256"]), ("http://127.0.0.1:9", [])]

    found = [await anext(examine_provider(issuer, use)) for issuer, use in asked]

    assert [one.grade for one in found] == ["fine", "wrong", "wrong"]
    assert "does not answer" in found[2].text


@pytest.mark.usefixtures("clients_hang_up")
async def test_a_socket_opens_with_the_providers_token_and_closes_when_it_expires(
    start_server: Callable[..., ServerProcess], tmp_path_factory: pytest.TempPathFactory
) -> None:
    # given a provider whose tokens live for a few seconds
    provider = Provider(tmp_path_factory.mktemp("hasty") / "log", tokens_live=12)
    try:
        await asyncio.to_thread(provider.start)
        server = await asyncio.to_thread(
            start_server, oidc_issuer=provider.issuer, oidc_audience="compagnon"
        )
        token = await asyncio.to_thread(provider.token, "ada", **ADA)
        client = Client(server.url, token)

        # when a socket is opened with one
        async with client.socket() as socket:
            await socket.subscribe("subscription { messageEvents { cursor } }")

            # then it closes when the token is over
            assert await socket.closed() == 4401
        assert (await client.ask("{ viewer { email } }")).data == {"viewer": None}
    finally:
        provider.stop()
    assert "ada@" not in server.log and token not in server.log
