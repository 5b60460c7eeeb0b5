"""Tokens that are strange, and many of them: no error of ours, and no storm at the provider's."""

import asyncio
import base64
import json
from datetime import timedelta
from typing import Any

import pytest
from joserfc import jws
from joserfc.jwk import ECKey, Key

from domain.clock import clock
from domain.denials import Absence
from server.identity.trusting import Trusted

pytestmark = pytest.mark.anyio

ISSUER, KEY = "https://id.example.org", ECKey.generate_key("P-256", {"kid": "a"})
STRANGE = ECKey.generate_key("P-256", {"kid": "a"})


def signed(**claims: Any) -> str:
    """A token that the provider's key has signed; everything in it is as it should be, but these
    claims."""
    soon = int((clock.now() + timedelta(hours=1)).timestamp())
    good = {"iss": ISSUER, "aud": "compagnon", "sub": "ada", "exp": soon}
    return jws.serialize_compact(
        {"alg": "ES256", "kid": "a"}, json.dumps(good | claims).encode(), KEY
    )


def headed(header: Any) -> str:
    """A token with a header that no provider would write."""
    head = base64.urlsafe_b64encode(json.dumps(header).encode()).decode().rstrip("=")
    return f"{head}.{signed().partition('.')[2]}"


HEADERS: list[Any] = [[], "ES256", {"alg": "ES256", "kid": ["a"]}]
TIMES: list[Any] = ["9" * 9, True, None, 1e300, float("nan"), []]


@pytest.mark.parametrize(
    "token",
    [
        *(headed({"alg": alg, "kid": "a"}) for alg in (["ES256"], {"a": 1}, None, 1, "none")),
        *(headed(header) for header in HEADERS),
        headed({"alg": "ES256", "kid": "a", "crit": ["b64"], "b64": False}),
        *(signed(sub=sub) for sub in ("", "a" * 256, 1, None, ["ada"], "\ud800", "a\0")),
        *(signed(exp=exp) for exp in TIMES),
        *(signed(aud=aud) for aud in ("", [], [["compagnon"]], {"compagnon": 1}, None)),
        *(signed(iss=iss) for iss in ([ISSUER], ISSUER + "/", None)),
        *(signed(nbf=at) for at in ("1", 1e12, True)),
        signed(sid="\udfff"),
    ],
)
async def test_a_token_that_is_strange_is_not_good_and_no_error(token: str) -> None:
    async def fetch(_: str) -> list[Key]:
        return [KEY]

    read = await Trusted(ISSUER, ["compagnon"], ["ES256"], fetch).read(token)
    assert read is Absence.UNREADABLE


@pytest.mark.parametrize(
    ("key", "reason"), [(KEY, Absence.EXPIRED), (STRANGE, Absence.UNREADABLE)], ids=["ours", "not"]
)
async def test_that_it_has_expired_is_said_of_what_the_provider_has_signed_alone(
    key: Key, reason: Absence
) -> None:
    async def fetch(_: str) -> list[Key]:
        return [key]

    trusted = Trusted(ISSUER, ["compagnon"], ["ES256"], fetch)
    for at in (-1, int(clock.now().timestamp()) - 1):
        assert await trusted.read(signed(exp=at)) is reason
        assert await trusted.read(signed(exp=at, aud="another")) is Absence.UNREADABLE


async def test_keys_that_nobody_has_are_looked_for_once_however_many_are_named() -> None:
    fetched = 0

    async def fetch(_: str) -> list[Key]:
        nonlocal fetched
        fetched += 1
        await asyncio.sleep(0)
        return [KEY]

    trusted = Trusted(ISSUER, ["compagnon"], ["ES256"], fetch)
    tokens = [headed({"alg": "ES256", "kid": f"k{i}"}) for i in range(200)]

    assert set(await asyncio.gather(*map(trusted.read, tokens))) == {Absence.UNREADABLE}
    assert fetched == 1
