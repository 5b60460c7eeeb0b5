"""From which networks somebody has signed in lately: guesses from elsewhere do not keep them out.

Kept with the session, for as long as it is, and as a keyed hash that differs from person to person:
it tells the same person in the same network again, and nothing else to whoever reads it.
"""

import hmac
from uuid import UUID

from domain.configuration import configuration
from domain.passwords import is_password
from models.database import fetch


def hash_of(person: UUID, network: str | None) -> bytes | None:
    """What is stored of the network that somebody signs in from; None where none is known."""
    if network is None:
        return None
    said = b"network" + person.bytes + network.encode()
    return hmac.digest(configuration().token_secret, said, "sha256")


async def is_owner_at(email: str, password: str, network: str | None) -> bool:
    """Whether it is the owner of this account, where a session that is not forgotten yet had its
    tokens. It takes as long whatever is not so: nobody finds out where somebody has signed in.
    """
    rows = await fetch(
        """SELECT u.id, u.password_hash, s.network_hash
           FROM users u JOIN sessions s ON s.user_id = u.id
           WHERE lower(u.email) = $1 AND s.network_hash IS NOT NULL""",
        email,
    )
    known = {row[1] for row in rows if row[2] == hash_of(row[0], network)}
    return await is_password(next(iter(known), None), password)
