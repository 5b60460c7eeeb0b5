"""What is kept of who somebody is at an identity provider: a hash under a key of this deployment.

Subjects may be short numbers. Without a key, whoever has the table tries them all.
"""

import hashlib

from models.identities import key_of_identities, lock_unkeyed, put_keyed
from models.transactions import transactional

BATCH = 1000


async def hashes_of(issuer: str, subject: str) -> tuple[bytes, bytes]:
    """What this person's identity is kept as, and what it was kept as before there was a key: for
    as long as another process is putting that under the key, it is one or the other."""
    unkeyed = hashlib.sha256(f"{issuer}\0{subject}".encode()).digest()
    return (await key_of_identities()).tag(unkeyed), unkeyed


async def key_all_hashes() -> int:
    """Puts every hash from before under the key, for which no subject is needed; returns how many.
    Any number of processes may do it at once."""
    keyed = 0
    while done := await _key_batch():
        keyed += done
    return keyed


@transactional
async def _key_batch() -> int:
    found = await lock_unkeyed(BATCH)
    if not found:
        return 0
    key = await key_of_identities()
    return await put_keyed([(id, key.tag(unkeyed)) for id, unkeyed in found])
