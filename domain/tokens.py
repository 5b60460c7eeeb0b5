"""Access tokens: short-lived, signed, worth nothing once their session has ended."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from uuid import UUID

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from domain.clock import clock
from domain.configuration import configuration
from domain.denials import Absence

_ISSUER = "compagnon"
_LONGEST = 4096


@dataclass(frozen=True, slots=True)
class AccessToken:
    session: UUID
    expires_at: datetime
    user: UUID | None = None
    """Whose session it was when we signed it; an identity provider's say nothing of it."""


def sign(session: UUID, user: UUID) -> tuple[str, datetime]:
    """A token for this session, and when it expires."""
    now = clock.now()
    expires = (now + configuration().access_token_life).replace(microsecond=0)
    claims = {
        "iss": _ISSUER,
        "sub": user.hex,
        "sid": session.hex,
        "jti": secrets.token_hex(8),  # two tokens of one second are two tokens
        "iat": int(now.timestamp()),
        "exp": int(expires.timestamp()),
    }
    return jwt.encode({"alg": "HS256"}, claims, _key(configuration().token_secret)), expires


def read(token: str) -> AccessToken | Absence:
    """What the token says, if it is ours, whole and still good; else what is wrong with it."""
    found = None if len(token) > _LONGEST else _verified(token, configuration().token_secret)
    if found is None:
        return Absence.UNREADABLE
    return Absence.EXPIRED if found.expires_at <= clock.now() else found


def new_refresh_token() -> str:
    """256 random bits; only their hash is stored."""
    return secrets.token_urlsafe(32)


def hash_refresh_token(token: str) -> bytes:
    """What is stored of a refresh token. It is random, so that one round of SHA-256 is enough."""
    return hashlib.sha256(token.encode(errors="surrogatepass")).digest()


@lru_cache(maxsize=10_000)
def _verified(token: str, secret: bytes) -> AccessToken | None:
    """What the token says, whether it is still good or not: a signature stays what it is."""
    try:
        claims = jwt.decode(token, _key(secret), algorithms=["HS256"]).claims
        expires = datetime.fromtimestamp(claims["exp"], UTC)
        session, user = UUID(hex=claims["sid"]), UUID(hex=claims["sub"])
    except (JoseError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return AccessToken(session, expires, user) if claims.get("iss") == _ISSUER else None


def _key(secret: bytes) -> OctKey:
    return OctKey.import_key(secret)
