"""From a provider's token to a session here."""

import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Collection
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any, Self

import orjson
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import Key
from joserfc.util import urlsafe_b64decode

from domain.characters import can_be_stored
from domain.clock import clock
from domain.denials import Absence
from domain.identities import Vouched, admit
from domain.tokens import AccessToken
from server.identity.addresses import KEY_TYPES
from server.identity.keys import Keys

LEEWAY = timedelta(seconds=30)
"""How far the provider's clock may be ahead of ours."""
_TYPES = frozenset({None, "jwt", "at+jwt", "application/at+jwt"})
_LONGEST = 8192
_REMEMBERED = 10_000
_FOR = 300.0
"""Seconds after which a token that is still good is verified anew: its key may be gone."""


class Trusted:
    """One provider: its tokens for one of our audiences are good here."""

    def __init__(
        self,
        issuer: str,
        audience: Collection[str],
        algorithms: Collection[str],
        fetch: Callable[[str], Awaitable[list[Key]]],
    ) -> None:
        """`fetch` brings the keys of an issuer."""
        self._issuer = issuer
        self._audience = frozenset(audience)
        self._algorithms = frozenset(algorithms)
        self._keys = Keys(partial(fetch, issuer))
        self._known: OrderedDict[str, tuple[AccessToken, float]] = OrderedDict()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._keys.close()

    async def read(self, token: str) -> AccessToken | Absence:
        """The session a token belongs to and when it expires; unless it is good here, what is
        wrong with it.

        Raises ProviderAway as long as there is no way to tell.
        """
        if len(token) > _LONGEST:
            return Absence.UNREADABLE
        found, until = self._known.get(token, (None, 0.0))
        if found is None or time.monotonic() > until:
            read = await self._read_anew(token)
            if isinstance(read, Absence):
                return read
            found = read
            self._remember(token, found)
        return Absence.EXPIRED if found.expires_at <= clock.now() else found

    async def _read_anew(self, token: str) -> AccessToken | Absence:
        claims = await self._verified(token)
        vouched = None if claims is None else self._vouched(claims)
        if vouched is None:
            return Absence.UNREADABLE
        if vouched.expires_at <= clock.now():
            return Absence.EXPIRED
        session = await admit(vouched)
        if session is None:
            return Absence.SESSION_ENDED
        return AccessToken(session, vouched.expires_at)

    def _remember(self, token: str, read: AccessToken) -> None:
        self._known[token] = read, time.monotonic() + _FOR
        self._known.move_to_end(token)
        if len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)

    async def _verified(self, token: str) -> dict[str, Any] | None:
        """The claims of a token that one of the provider's keys has signed."""
        header = _header(token)
        algorithm, kid = header.get("alg"), header.get("kid")
        if (
            not isinstance(algorithm, str)
            or algorithm not in self._algorithms
            or not isinstance(kid, str | None)
            or "crit" in header
            or not isinstance(kind := header.get("typ"), str | None)
            or (kind and kind.lower()) not in _TYPES
        ):
            return None
        key = await self._keys.find(kid, KEY_TYPES[algorithm])
        claims = _claims(token, key, algorithm)
        if claims is None and key is not None:
            claims = _claims(token, await self._keys.find_changed(key, kid), algorithm)
        return claims

    def _vouched(self, claims: dict[str, Any]) -> Vouched | None:
        """What it says of whom, if it is theirs, for us, and not of a time to come."""
        audience = claims.get("aud")
        for_us = self._audience.intersection(
            [audience] if isinstance(audience, str) else _texts(audience)
        )
        subject, expires_at, now = claims.get("sub"), _moment(claims.get("exp")), clock.now()
        if (
            claims.get("iss") != self._issuer
            or not for_us
            or not isinstance(subject, str)
            or not 0 < len(subject) <= 255
            or not can_be_stored(subject + _sign_in(claims))
            or expires_at is None
            or any(
                name in claims and ((at := _moment(claims[name])) is None or at > now + LEEWAY)
                for name in ("nbf", "iat")
            )
        ):
            return None
        return Vouched(
            self._issuer,
            subject,
            _sign_in(claims),
            expires_at,
            _text(claims, "name") or _text(claims, "nickname"),
            _text(claims, "email") if claims.get("email_verified") is True else None,
            _birth_date(_text(claims, "birthdate")),
            _text(claims, "zoneinfo"),
            _text(claims, "locale"),
        )


def _header(token: str) -> dict[str, Any]:
    try:
        header = orjson.loads(urlsafe_b64decode(token.partition(".")[0].encode("ascii")))
    except ValueError:
        return {}
    return header if isinstance(header, dict) else {}


def _claims(token: str, key: Key | None, algorithm: str) -> dict[str, Any] | None:
    """What it says, if this key has signed it and is one for this algorithm."""
    if key is None or key.alg not in (None, algorithm):
        return None
    try:
        return jwt.decode(token, key, algorithms=[algorithm]).claims
    except (JoseError, ValueError, TypeError):
        return None


def _sign_in(claims: dict[str, Any]) -> str:
    """What the tokens of one sign-in have in common; without it each stands for itself."""
    for name in ("sid", "auth_time", "jti", "iat"):
        if isinstance(value := claims.get(name), str | int):
            return f"{name} {str(value)[:255]}"
    return f"exp {claims['exp']}"


def _birth_date(text: str | None) -> date | None:
    """The day; of a year alone its last one, so that nobody is let in too early. Year 0: unsaid."""
    try:
        if text is not None and len(text) == 4:
            return date(int(text), 12, 31)
        return date.fromisoformat(text or "")
    except ValueError:
        return None


def _moment(value: object) -> datetime | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return datetime.fromtimestamp(value, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _text(claims: dict[str, Any], name: str) -> str | None:
    value = claims.get(name)
    return value if isinstance(value, str) else None


def _texts(value: object) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []
