"""The data keys that rows hold, by the master key that has wrapped them."""

from uuid import UUID

from models.database import execute, fetch

KEYED = ("matches", "enrollments", "reports", "identity_keys")
"""Every table whose rows have a data key of their own: `data_key`, wrapped for the row's id, with
an index `<table>_of_master_key` on `(substring(data_key FROM 1 FOR 4), id)`."""

_MASTER = "substring(data_key FROM 1 FOR 4)"


async def master_keys_in_use(table: str) -> set[bytes]:
    """The ids of the master keys that have wrapped a data key of this table, from its index."""
    rows = await fetch(
        f"""WITH RECURSIVE used AS (
                (SELECT {_MASTER} AS id FROM {table} ORDER BY {_MASTER} LIMIT 1)
                UNION ALL
                SELECT (SELECT {_MASTER} FROM {table} WHERE {_MASTER} > used.id
                        ORDER BY {_MASTER} LIMIT 1)
                FROM used WHERE used.id IS NOT NULL)
            SELECT id FROM used WHERE id IS NOT NULL"""
    )
    return {row["id"] for row in rows}


async def lock_wrapped_by(
    table: str, master: bytes, after: UUID, limit: int
) -> list[tuple[UUID, bytes]]:
    """The next rows behind `after` whose data key this master key has wrapped, locked in order."""
    rows = await fetch(
        f"""SELECT id, data_key FROM {table}
            WHERE {_MASTER} = $1 AND id > $2::uuid
            ORDER BY id LIMIT $3 FOR NO KEY UPDATE""",
        *(master, after, limit),
    )
    return [(row["id"], row["data_key"]) for row in rows]


async def put(table: str, data_keys: list[tuple[UUID, bytes]]) -> None:
    """Puts other data keys in the place of these rows' own."""
    await execute(
        f"""UPDATE {table} t SET data_key = new.data_key
            FROM unnest($1::uuid[], $2::bytea[]) AS new(id, data_key) WHERE t.id = new.id""",
        [id for id, _ in data_keys],
        [key for _, key in data_keys],
    )
