"""Every data key comes under the first master key, while the server runs."""

from uuid import UUID

from cryptography.exceptions import InvalidTag

from models.data_keys import KEYED, lock_wrapped_by, master_keys_in_use, put
from models.encryption import keyring
from models.transactions import transactional

BATCH = 500
"""Data keys in one transaction: the pairs whose rows it locks wait for a moment."""


class BrokenKeys(Exception):
    """Some data keys do not open under the master key that they name."""

    def __init__(self, number: int) -> None:
        super().__init__(f"{number} data keys are damaged: what they seal cannot be read any more.")


async def rotate_keys() -> dict[str, int]:
    """Wraps anew whatever another master key has wrapped; returns how many for each table.

    What is sealed stays as it is, and is read all the while by whoever has both master keys.
    Stopped half-way, it goes on from there the next time.
    """
    done, broken = dict.fromkeys(KEYED, 0), 0
    for table in KEYED:
        for master in await master_keys_in_use(table) - {keyring().first}:
            after: UUID | None = UUID(int=0)
            while after is not None:
                wrapped, damaged, after = await _rotate_batch(table, master, after)
                done[table] += wrapped
                broken += damaged
    if broken:
        raise BrokenKeys(broken)
    return done


@transactional
async def _rotate_batch(table: str, master: bytes, after: UUID) -> tuple[int, int, UUID | None]:
    """How many were wrapped anew, how many are damaged, and behind which row to go on."""
    found = await lock_wrapped_by(table, master, after, BATCH)
    anew: list[tuple[UUID, bytes]] = []
    for id, data_key in found:
        try:
            anew.append((id, keyring().rewrapped(data_key, id)))
        except (InvalidTag, KeyError):
            continue
    await put(table, anew)
    last = found[-1][0] if len(found) == BATCH else None
    return len(anew), len(found) - len(anew), last
