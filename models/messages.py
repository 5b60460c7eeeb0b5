"""What the two of a pair write to each other: sealed at rest, numbered in commit order."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from itertools import repeat
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from msgspec import Struct
from tortoise import fields
from tortoise.models import Model

from models.database import fetch
from models.ids import new_id
from models.matches import Match, MatchRow
from models.pairs import PairRow
from models.users import User, UserRow


class ChangeKind(StrEnum):
    ADDED = "ADDED"
    EDITED = "EDITED"
    DELETED = "DELETED"
    READ = "READ"


class Message(Model):
    """`number` counts the messages of a match, `seq` all that happens to them; without gaps."""

    id = fields.UUIDField(primary_key=True, default=new_id)
    match: fields.ForeignKeyRelation[Match] = fields.ForeignKeyField(
        "models.Match", related_name="messages", on_delete=fields.RESTRICT
    )
    number = fields.IntField()
    seq = fields.BigIntField()
    sender: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "models.User", related_name="messages", on_delete=fields.RESTRICT
    )
    client_key = fields.TextField()
    body = fields.BinaryField(null=True)
    fingerprint = fields.BinaryField(null=True)
    reply_to: fields.ForeignKeyNullableRelation["Message"] = fields.ForeignKeyField(
        "models.Message", related_name="replies", on_delete=fields.RESTRICT, null=True
    )
    sent_at = fields.DatetimeField()
    edited_at = fields.DatetimeField(null=True)
    deleted_at = fields.DatetimeField(null=True)

    class Meta:
        table = "messages"


class MessageChange(Model):
    """What happened to a message once sent; of being sent it is its own record."""

    id = fields.UUIDField(primary_key=True, default=new_id)
    match: fields.ForeignKeyRelation[Match] = fields.ForeignKeyField(
        "models.Match", related_name="message_changes", on_delete=fields.RESTRICT
    )
    seq = fields.BigIntField()
    kind = fields.CharEnumField(ChangeKind, description="ChangeKind", max_length=20)
    message: fields.ForeignKeyNullableRelation[Message] = fields.ForeignKeyField(
        "models.Message", related_name="changes", on_delete=fields.RESTRICT, null=True
    )
    reader: fields.ForeignKeyNullableRelation[User] = fields.ForeignKeyField(
        "models.User", related_name="read_marks", on_delete=fields.RESTRICT, null=True
    )
    up_to_number = fields.IntField(null=True)
    at = fields.DatetimeField()

    class Meta:
        table = "message_changes"


class MessageRow(Struct, eq=False):
    """Of its match it has what opens it; all else where it was read with that."""

    match: MatchRow | PairRow
    id: UUID
    number: int
    seq: int
    sender: UserRow
    sealed_body: bytes | None
    reply_to_id: UUID | None
    sent_at: datetime
    edited_at: datetime | None
    deleted_at: datetime | None

    @property
    def body(self) -> str | None:
        """The text, opened when it is asked for: one that does not open spoils no other."""
        sealed = self.sealed_body
        if sealed is None:
            return None
        match = self.match
        return (match._sealed or match.sealed).open(sealed, self.id.bytes)

    @property
    def readable_body(self) -> str | None:
        """The text; None where it is gone, deleted or damaged."""
        try:
            return self.body
        except (InvalidTag, KeyError):
            return None


class ChangeRow(Struct):
    """One thing that happened in a conversation, at its place in the order."""

    match: MatchRow
    seq: int
    kind: ChangeKind
    message: MessageRow | None
    reader: UserRow | None
    up_to_number: int | None


COLUMNS = "id, number, seq, sender_id, body, reply_to_id, sent_at, edited_at, deleted_at"
WIDTH = 9


def build(match: MatchRow, values: Sequence[Any]) -> MessageRow:
    """A message of this match. `match` proves that the viewer may read it."""
    id, number, seq, by, *others = values
    sender = match.mentor if by == match.mentor.id else match.mentee
    return MessageRow(match, id, number, seq, sender, *others)


def build_own(pair: PairRow, sender: UserRow, values: Sequence[Any]) -> MessageRow:
    """A message of this pair that this one of the two has sent."""
    id, number, seq, _, *others = values
    return MessageRow(pair, id, number, seq, sender, *others)


def build_all(match: MatchRow, columns: Sequence[Sequence[Any]]) -> list[MessageRow]:
    """The same for many, given column by column."""
    mentor, mentee, first = match.mentor, match.mentee, match.mentor.id
    ids, numbers, seqs, by, *others = columns
    senders = [mentor if sender == first else mentee for sender in by]
    return list(map(MessageRow, repeat(match), ids, numbers, seqs, senders, *others))


async def by_ids(matches: Sequence[MatchRow], ids: Sequence[UUID]) -> dict[UUID, MessageRow]:
    """These messages, as far as they stand in these conversations."""
    pairs = {match.id: match for match in matches}
    rows = await fetch(
        f"SELECT match_id, {COLUMNS} FROM messages"
        " WHERE id = ANY($1::uuid[]) AND match_id = ANY($2::uuid[])",
        list(ids),
        list(pairs),
    )
    return {row[1]: build(pairs[row[0]], row[1:]) for row in rows}
