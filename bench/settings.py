"""What both servers are told, and the keys of the bench: fixed, as they protect nobody."""

import base64
from datetime import timedelta

from domain.configuration import configure
from models.encryption import KEY_LENGTH, Keyring, use_keyring

POOL = 8
"""Connections of each server to the database."""
TOKEN_SECRET = b"t" * 32
MASTER_KEY = b"m" * KEY_LENGTH


def use_secrets() -> None:
    """Makes the keys of the bench this process's own."""
    use_keyring(Keyring([MASTER_KEY]))
    configure(token_secret=TOKEN_SECRET, access_token_life=timedelta(hours=1))


def settings_for(url: str) -> dict[str, str]:
    """The environment of both servers, as a deployment would have it."""
    return {
        "COMPAGNON_DATABASE_URL": url,
        "COMPAGNON_SECRET_KEY": TOKEN_SECRET.decode(),
        "COMPAGNON_MASTER_KEYS": base64.b64encode(MASTER_KEY).decode(),
        "COMPAGNON_POOL_SIZE": str(POOL),
        "COMPAGNON_RATE_LIMITS": "off",
        "COMPAGNON_PRODUCTION": "true",
    }
