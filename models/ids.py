"""Ids: UUIDv7 in the database, `<noun>_<32 hex digits>` outside."""

import re
from uuid import UUID

import uuid_utils
from asyncpg.pgproto.pgproto import UUID as QuickUUID

_GLOBAL_ID = re.compile(r"([a-z]+)_([0-9a-f]{32})\Z")


def new_id() -> UUID:
    """A fresh UUIDv7: ordered by creation, so that an id doubles as a keyset.

    Of the kind that rows have, as all ids here: equal to one of the standard library, and made in
    a fraction of the time.
    """
    made: UUID = QuickUUID(uuid_utils.uuid7().bytes)
    return made


def global_id(noun: str, id: UUID) -> str:
    """The id as clients see it; the noun in front says which table it belongs to."""
    return f"{noun}_{id.hex}"


def parse_global_id(text: str) -> tuple[str, UUID] | None:
    """Noun and id, or None for what no call of ours ever gave out."""
    found = _GLOBAL_ID.match(text)
    return (found[1], QuickUUID(found[2])) if found else None


def id_of(noun: str, text: str) -> UUID | None:
    """The id if `text` names a row of this noun, else None: foreign and garbage ids look alike."""
    parsed = parse_global_id(text)
    return parsed[1] if parsed and parsed[0] == noun else None
