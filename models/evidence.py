"""Copies of messages that a reporter chose to disclose, vouched for by the server.

A copy is made when the report is, and never changed: no edit, deletion or erasure reaches it. It
stands under the report's own data key, and so does its tag, which only the holder of a master key
can make: over the report, the message, the match, the sender, the time and the text.
"""

import hmac
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import astuple, dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from msgspec import Struct
from tortoise import fields
from tortoise.models import Model

from models.database import execute, fetch
from models.encryption import Sealed
from models.ids import new_id
from models.reports import Report
from models.users import USER_WIDTH, User, UserRow, user_columns
from models.users import build as build_user


class ReportEvidence(Model):
    """`message_id` and `match_id` are no keys: the copy outlives what it was made of."""

    id = fields.UUIDField(primary_key=True, default=new_id)
    report: fields.ForeignKeyRelation[Report] = fields.ForeignKeyField(
        "models.Report", related_name="evidence", on_delete=fields.CASCADE
    )
    message_id = fields.UUIDField()
    match_id = fields.UUIDField()
    sender: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "models.User", related_name="evidence", on_delete=fields.RESTRICT
    )
    sent_at = fields.DatetimeField()
    body = fields.BinaryField()
    tag = fields.BinaryField()

    class Meta:
        table = "report_evidence"


@dataclass(frozen=True, slots=True)
class Exhibit:
    """A message as it stood when it was reported."""

    message_id: UUID
    match_id: UUID
    sender_id: UUID
    sent_at: datetime
    body: str


@dataclass(frozen=True, slots=True)
class Copy:
    """An exhibit as it is stored: the body sealed, the whole vouched for by the tag."""

    message_id: UUID
    match_id: UUID
    sender_id: UUID
    sent_at: datetime
    body: bytes
    tag: bytes


class EvidenceRow(Struct):
    """A stored copy, which is vouched for when it is asked for: one that was changed says nothing,
    not even who is said to have sent it, and spoils no other."""

    claimed_sender: UserRow
    copy: Copy
    report: UUID
    data_key: bytes
    _vouched: Exhibit | None = None

    @property
    def exhibit(self) -> Exhibit:
        """What the server once copied; NotVouchedFor when the copy is another now."""
        if self._vouched is None:
            self._vouched = vouched(Sealed(self.data_key, self.report), self.copy)
        return self._vouched

    @property
    def sender(self) -> UserRow:
        _ = self.exhibit
        return self.claimed_sender

    @property
    def body(self) -> str:
        return self.exhibit.body

    @property
    def sent_at(self) -> datetime:
        return self.exhibit.sent_at

    @property
    def message_id(self) -> UUID:
        return self.exhibit.message_id


class NotVouchedFor(Exception):
    """A stored copy is not what the server once wrote: it is shown to nobody."""


def copied(sealed: Sealed, exhibit: Exhibit) -> Copy:
    """What is stored of an exhibit under a report's data key."""
    body = sealed.seal(exhibit.body, exhibit.message_id.bytes)
    facts = (exhibit.message_id, exhibit.match_id, exhibit.sender_id, exhibit.sent_at)
    return Copy(*facts, body, _tag(sealed, exhibit))


def vouched(sealed: Sealed, copy: Copy) -> Exhibit:
    """The exhibit again; NotVouchedFor when anything about the copy is another."""
    try:
        body = sealed.open(copy.body, copy.message_id.bytes)
    except (InvalidTag, ValueError) as error:
        raise NotVouchedFor from error
    exhibit = Exhibit(copy.message_id, copy.match_id, copy.sender_id, copy.sent_at, body)
    if not hmac.compare_digest(copy.tag, _tag(sealed, exhibit)):
        raise NotVouchedFor
    return exhibit


COPY = ", ".join(f"e.{name} AS _copy_{name}" for name in Copy.__dataclass_fields__)
"""The columns of a copy, beside others."""


def vouched_row(sealed: Sealed, row: Mapping[str, Any]) -> Exhibit:
    """The exhibit of a row that has the columns `COPY`."""
    return vouched(sealed, Copy(*(row[f"_copy_{name}"] for name in Copy.__dataclass_fields__)))


async def removable(reports: Sequence[UUID]) -> dict[UUID, list[UUID]]:
    """The messages that can be taken out of conversations for each of these reports, if there are
    any: what the reported person wrote and is not deleted, as far as the copies of it are what the
    server once wrote."""
    if not reports:
        return {}
    rows = await fetch(
        f"""SELECT r.id, r.data_key, {COPY}
            FROM report_evidence e JOIN reports r ON r.id = e.report_id
            JOIN messages m ON m.id = e.message_id AND m.deleted_at IS NULL
            WHERE r.id = ANY ($1::uuid[]) AND e.sender_id = r.reported_id""",
        list(reports),
    )
    found = defaultdict[UUID, list[UUID]](list)
    for row in rows:
        with suppress(NotVouchedFor):
            exhibit = vouched_row(Sealed(row["data_key"], row["id"]), row)
            found[row["id"]].append(exhibit.message_id)
    return dict(found)


async def insert(report: UUID, data_key: bytes, exhibits: Sequence[Exhibit]) -> None:
    """Keeps copies of these under the report's data key."""
    if not exhibits:
        return
    sealed = Sealed(data_key, report)
    copies = [copied(sealed, exhibit) for exhibit in exhibits]
    await execute(
        """INSERT INTO report_evidence (id, report_id, message_id, match_id, sender_id, sent_at,
                                        body, tag)
           SELECT id, $1, message_id, match_id, sender_id, sent_at, body, tag
           FROM unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::timestamptz[],
                       $7::bytea[], $8::bytea[])
               AS copy(id, message_id, match_id, sender_id, sent_at, body, tag)""",
        report,
        [new_id() for _ in copies],
        *(list(column) for column in zip(*map(astuple, copies), strict=True)),
    )


async def evidence_of(reports: Sequence[UUID]) -> dict[UUID, list[EvidenceRow]]:
    """The evidence of each of these reports, oldest first.

    Only for reports that `visible_to` has given to the viewer.
    """
    rows = await fetch(
        f"""SELECT {user_columns("u")}, e.report_id, r.data_key, e.message_id, e.match_id,
                   e.sender_id, e.sent_at, e.body, e.tag
            FROM report_evidence e JOIN reports r ON r.id = e.report_id
            JOIN users u ON u.id = e.sender_id
            WHERE e.report_id = ANY ($1::uuid[]) ORDER BY e.report_id, e.sent_at, e.id""",
        list(reports),
    )
    found: dict[UUID, list[EvidenceRow]] = {id: [] for id in reports}
    for row in rows:
        report, data_key, *stored = row[USER_WIDTH:]
        sender = build_user(row[:USER_WIDTH])
        found[report].append(EvidenceRow(sender, Copy(*stored), report, data_key))
    return found


def _tag(sealed: Sealed, exhibit: Exhibit) -> bytes:
    return sealed.tag(
        b"evidence",
        exhibit.message_id.bytes,
        exhibit.match_id.bytes,
        exhibit.sender_id.bytes,
        exhibit.sent_at.astimezone(UTC).isoformat(timespec="microseconds").encode(),
        exhibit.body.encode(),
    )
