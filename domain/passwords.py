"""Passwords, hashed with Argon2id in a thread: the event loop must not wait for it."""

import asyncio

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)  # OWASP's first choice
_nobody = _hasher.hash("nobody has this password")
_at_once = asyncio.Semaphore(4)


async def hash_password(password: str) -> str:
    """What is stored of a password."""
    async with _at_once:
        return await asyncio.to_thread(_hasher.hash, password)


async def is_password(stored: str | None, password: str) -> bool:
    """Whether this is the password; takes as long when there is no account to check against."""
    async with _at_once:
        matches = await asyncio.to_thread(_verify, stored or _nobody, password)
    return matches and stored is not None


def _verify(stored: str, password: str) -> bool:
    try:
        return _hasher.verify(stored, password)
    except (VerificationError, UnicodeEncodeError):
        return False
