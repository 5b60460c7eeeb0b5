"""What a provider publishes of itself: where its keys are, and the keys."""

from typing import Any
from urllib.parse import urlsplit

import httpx2
import orjson
from joserfc.errors import JoseError
from joserfc.jwk import Key, KeySet

from server.identity.addresses import is_safe
from server.identity.keys import ProviderAway

_WITHIN = 5.0
_LONGEST = 512 * 1024
_WELL_KNOWN = "/.well-known/openid-configuration"


async def fetch_keys(issuer: str) -> list[Key]:
    """The provider's public keys for signatures, as they are now; ProviderAway says what is wrong.

    Redirects are not followed, and nothing is asked but over TLS or of this very machine.
    """
    try:
        async with httpx2.AsyncClient(timeout=_WITHIN, follow_redirects=False) as http:
            told = await _json(http, issuer.rstrip("/") + _WELL_KNOWN)
            if told.get("issuer") != issuer:
                raise ProviderAway(f"{issuer} calls itself {str(told.get('issuer'))[:200]}.")
            return _keys(await _json(http, _place(told, issuer)))
    except httpx2.HTTPError as error:
        raise ProviderAway(f"{issuer} does not answer ({type(error).__name__}).") from None


async def _json(http: httpx2.AsyncClient, url: str) -> dict[str, Any]:
    """The one object at this address, if it is no longer than such things are."""
    async with http.stream("GET", url, headers={"accept": "application/json"}) as answer:
        if answer.status_code != 200:
            raise ProviderAway(f"{url} answers with {answer.status_code}.")
        body = bytearray()
        async for chunk in answer.aiter_bytes():
            body += chunk
            if len(body) > _LONGEST:
                raise ProviderAway(f"{url} does not end.")
    try:
        told = orjson.loads(body)
    except orjson.JSONDecodeError:
        told = None
    if not isinstance(told, dict):
        raise ProviderAway(f"{url} is no JSON object.")
    return told


def _place(told: dict[str, Any], issuer: str) -> str:
    place = told.get("jwks_uri")
    if not isinstance(place, str) or not is_safe(place, like=urlsplit(issuer).scheme):
        raise ProviderAway(f"{issuer} names no place for its keys that can be trusted.")
    return place


def _keys(told: dict[str, Any]) -> list[Key]:
    """Those that are public keys for signatures; what else is there is nobody's business here."""
    keys: list[Key] = []
    listed = told.get("keys")
    for one in listed if isinstance(listed, list) else ():
        if isinstance(one, dict) and one.get("kty") != "oct" and one.get("use", "sig") == "sig":
            try:
                keys += KeySet.import_key_set({"keys": [one]}).keys
            except (JoseError, ValueError, TypeError, KeyError):
                continue  # of a kind that is not known here
    if not keys:
        raise ProviderAway("The provider publishes no key for signatures.")
    return keys
