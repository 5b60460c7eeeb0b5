"""Who somebody is at an identity provider, known again by a hash: what they are called there is not
kept."""

from uuid import UUID

from tortoise import fields
from tortoise.models import Model

from models.database import execute, fetch, fetch_one
from models.encryption import Sealed, new_data_key
from models.ids import new_id
from models.users import User


class Identity(Model):
    """One person at one provider. It outlives the person's data, so that nobody erased comes back.

    `subject_hash` is SHA-256 of the issuer, a zero byte, and the subject; once it `is_keyed`, what
    the key of this deployment makes of that. `age_told`: a birth date has come from there; it
    counts once.
    """

    id = fields.UUIDField(primary_key=True, default=new_id)
    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "models.User", related_name="identities", on_delete=fields.RESTRICT
    )
    issuer = fields.TextField()
    subject_hash = fields.BinaryField()
    is_keyed = fields.BooleanField(db_default=False)
    age_told = fields.BooleanField()
    created_at = fields.DatetimeField()

    class Meta:
        table = "identities"


class IdentityKey(Model):
    """What subjects are hashed with, wrapped by a master key: one for the whole deployment."""

    id = fields.UUIDField(primary_key=True)
    data_key = fields.BinaryField()

    class Meta:
        table = "identity_keys"


THE_KEY = UUID("1d5ac1e7-0000-7000-8000-000000000000")
"""The id of the one there is."""


async def key_of_identities() -> Sealed:
    """The key of this deployment, made by whoever asks for it first."""
    find = "SELECT data_key FROM identity_keys WHERE id = $1"
    while (row := await fetch_one(find, THE_KEY)) is None:
        await execute(
            "INSERT INTO identity_keys (id, data_key) VALUES ($1, $2) ON CONFLICT DO NOTHING",
            *(THE_KEY, new_data_key(THE_KEY)),
        )
    return Sealed(row["data_key"], THE_KEY)


async def lock_unkeyed(limit: int) -> list[tuple[UUID, bytes]]:
    """Identities whose hash is still without a key, locked, past those that another process has."""
    rows = await fetch(
        """SELECT id, subject_hash FROM identities WHERE NOT is_keyed
           ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED""",
        limit,
    )
    return [(row["id"], row["subject_hash"]) for row in rows]


async def put_keyed(hashes: list[tuple[UUID, bytes]]) -> int:
    """Puts hashes with a key in the place of those without, but for people who have both: then an
    old version ran for too long, and did not know them again. Returns how many."""
    rows = await fetch(
        """UPDATE identities i SET subject_hash = new.hash, is_keyed = true
           FROM unnest($1::uuid[], $2::bytea[]) AS new(id, hash)
           WHERE i.id = new.id AND NOT EXISTS (
               SELECT FROM identities k WHERE k.issuer = i.issuer AND k.subject_hash = new.hash)
           RETURNING 1""",
        [id for id, _ in hashes],
        [hash for _, hash in hashes],
    )
    return len(rows)
