"""What the two of a pair write to each other. Every change takes the next `seq` of its match under
the match's row lock, so that commit order is the order readers see."""

from base64 import urlsafe_b64encode
from datetime import timedelta
from uuid import UUID

import asyncpg
from msgspec import Struct

from domain.clock import clock
from domain.form import Form
from domain.refusals import IllegalState, KeyReused, NotFound, OutOfRange
from domain.seeing import demand
from domain.viewer import Viewer
from models.database import execute, fetch, fetch_one
from models.ids import new_id
from models.matches import LIVE, WRITABLE, MatchRow, listed, of_pair
from models.messages import COLUMNS, ChangeKind, MessageRow, build, build_own
from models.pairs import PairRow
from models.pairs import of_pair as pair_of
from models.transactions import after_commit, single_statement, transactional
from realtime import topics, wake

LONGEST_BODY = 4000
TYPING_LASTS = timedelta(seconds=10)


class Draft(Struct, frozen=True):
    match: UUID
    body: str
    client_key: str
    reply_to: UUID | None = None


async def send(viewer: Viewer, draft: Draft) -> MessageRow:
    """Sends a message; the same `client_key` and body again give the first one, never a second."""
    form = Form()
    body = form.text(draft.body, "body", longest=LONGEST_BODY)
    key = form.text(draft.client_key, "clientKey", longest=200)
    form.check()
    pair = await demand(pair_of(viewer.id).where("m.id = {0}", draft.match), "matchId")
    try:
        written = await _write(viewer, pair, key, body, draft.reply_to)
    except asyncpg.UniqueViolationError as error:
        if error.constraint_name != "messages_client_key_once":
            raise
        written = None  # the key was used before, perhaps at this very moment
    if written is None:
        written = await _sent_before(viewer, pair, key, body)
    if written is None:
        again = await _pair(viewer, pair.id)
        raise NotFound("replyToId") if again.status in WRITABLE else IllegalState("matchId")
    return written


@transactional
async def edit(viewer: Viewer, message: UUID, body: str) -> MessageRow:
    """The sender rewrites a message that is not deleted."""
    form = Form()
    body = form.text(body, "body", longest=LONGEST_BODY)
    form.check()
    match, row = await _own_message(viewer, message)
    if row.deleted_at is not None:
        raise IllegalState("messageId")
    seq = await _next_seq(match)
    await execute(
        "UPDATE messages SET body = $2, edited_at = $3 WHERE id = $1",
        *(message, match.sealed.seal(body, message.bytes), clock.now()),
    )
    await _log(match, seq, ChangeKind.EDITED, message=message)
    return await _message(match, message)


@transactional
async def delete(viewer: Viewer, message: UUID) -> MessageRow:
    """The sender deletes a message: its text is gone from the database. Twice changes nothing."""
    match, row = await _own_message(viewer, message)
    if row.deleted_at is not None:
        return row
    seq = await _next_seq(match)
    await execute(
        """UPDATE messages SET body = NULL, fingerprint = NULL, deleted_at = $2
           WHERE id = $1""",
        *(message, clock.now()),
    )
    await _log(match, seq, ChangeKind.DELETED, message=message)
    return await _message(match, message)


@transactional
async def mark_read(viewer: Viewer, match: UUID, up_to_number: int) -> MatchRow:
    """Says that one has read so far. The mark only moves forward, and never past what there is."""
    locked = await fetch_one(
        "SELECT last_number FROM matches WHERE id = $1 FOR NO KEY UPDATE", match
    )
    row = await _pair(viewer, match)
    last = locked["last_number"] if locked else 0
    if not 0 <= up_to_number <= last:
        raise OutOfRange("upToNumber", low=0, high=last)
    moved = await fetch(
        """UPDATE pair_members SET read_number = $3
           WHERE match_id = $1 AND user_id = $2 AND read_number < $3 RETURNING id""",
        *(match, viewer.id, up_to_number),
    )
    if moved and row.status in LIVE:  # what is over is followed by nobody any more
        seq = await _next_seq(row)
        await _log(row, seq, ChangeKind.READ, reader=viewer.id, up_to_number=up_to_number)
    return row


@transactional
async def set_typing(viewer: Viewer, match: UUID, is_typing: bool) -> MatchRow:
    """Says that one types, or has stopped. It wears off by itself after ten seconds."""
    row = await _pair(viewer, match)
    # Asked under a lock: the match may be ending at this moment, and the account with it.
    if not await fetch(
        f"""UPDATE pair_members SET typing_until = $3 WHERE user_id = $2 AND match_id = (
                SELECT id FROM matches WHERE id = $1 AND status IN {listed(WRITABLE)} FOR SHARE)
            RETURNING id""",
        *(match, viewer.id, clock.now() + TYPING_LASTS if is_typing else None),
    ):
        raise IllegalState("matchId")
    _announce(row)
    return row


@single_statement
async def _write(
    viewer: Viewer, pair: PairRow, key: str, body: str, reply_to: UUID | None
) -> MessageRow | None:
    """One statement: number, seq and the right to write, checked anew, all under one lock."""
    id, now = new_id(), clock.now()
    sealed = pair.sealed.seal(body, id.bytes)
    rows = await fetch(
        _SEND if reply_to is None else _REPLY,
        *(id, pair.id, _stored_key(viewer, pair, key), viewer.id),
        *(sealed, _fingerprint(viewer, pair, key, body), now, reply_to),
    )
    if not rows:
        return None
    _announce(pair)
    number, seq = rows[0]
    return MessageRow(pair, id, number, seq, viewer.user, sealed, reply_to, now, None, None)


def _writing(condition: str) -> str:
    return f"""WITH pair AS (
        UPDATE matches SET last_seq = last_seq + 1, last_number = last_number + 1
        WHERE id = $2 AND status IN {listed(WRITABLE)} AND $4 IN (mentor_id, mentee_id)
          AND {condition}
        RETURNING last_number, last_seq),
    typing AS (
        UPDATE pair_members SET typing_until = NULL
        WHERE match_id = $2 AND user_id = $4 AND typing_until IS NOT NULL)
    INSERT INTO messages (id, match_id, number, seq, client_key, sender_id, body, fingerprint,
                          reply_to_id, sent_at)
    SELECT $1, $2, last_number, last_seq, $3, $4, $5, $6, $8, $7 FROM pair
    RETURNING number, seq"""


_SEND = _writing("true")
_REPLY = _writing("EXISTS (SELECT FROM messages WHERE id = $8 AND match_id = $2)")
"""A text of its own: to get ready to look for what is replied to takes PostgreSQL its time, too."""


async def _sent_before(viewer: Viewer, pair: PairRow, key: str, body: str) -> MessageRow | None:
    """The message this key was used for; CONFLICT when it said something else."""
    row = await fetch_one(
        f"""SELECT {COLUMNS}, fingerprint FROM messages
            WHERE match_id = $1 AND sender_id = $2 AND client_key = $3""",
        *(pair.id, viewer.id, _stored_key(viewer, pair, key)),
    )
    if row is None:
        return None
    written = row["fingerprint"]
    if written is not None and written != _fingerprint(viewer, pair, key, body):
        raise KeyReused("clientKey")
    return build_own(pair, viewer.user, row[:-1])


def _stored_key(viewer: Viewer, pair: PairRow, key: str) -> str:
    """Tells the same key again; what a client made it of, words perhaps, is not kept."""
    told = pair.sealed.fingerprint(f"{viewer.id}\0{key}")
    return urlsafe_b64encode(told[:18]).decode()


def _fingerprint(viewer: Viewer, pair: PairRow, key: str, body: str) -> bytes:
    """Of the body under its key: the same words under another key must not look the same."""
    return pair.sealed.fingerprint(f"{viewer.id}\0{key}\0{body}")


async def _pair(viewer: Viewer, match: UUID) -> MatchRow:
    return await demand(of_pair(viewer.id).where("m.id = {0}", match), "matchId")


async def _own_message(viewer: Viewer, message: UUID) -> tuple[MatchRow, MessageRow]:
    """A message of the viewer's own in a pair that may write, its match locked."""
    found = await fetch_one(
        """SELECT m.id, m.match_id FROM messages m JOIN matches p ON p.id = m.match_id
           WHERE m.id = $1 AND $2 IN (p.mentor_id, p.mentee_id)""",
        *(message, viewer.id),
    )
    if found is None:
        raise NotFound("messageId")
    await execute("SELECT id FROM matches WHERE id = $1 FOR NO KEY UPDATE", found["match_id"])
    match = await _pair(viewer, found["match_id"])
    row = await _message(match, message)
    if row.sender.id != viewer.id:
        raise NotFound("messageId")
    if match.status not in WRITABLE:
        raise IllegalState("messageId")
    return match, row


async def _message(match: MatchRow, message: UUID) -> MessageRow:
    row = await fetch_one(f"SELECT {COLUMNS} FROM messages WHERE id = $1", message)
    if row is None:
        raise NotFound("messageId")
    return build(match, row)


async def _next_seq(match: MatchRow) -> int:
    rows = await fetch(
        "UPDATE matches SET last_seq = last_seq + 1 WHERE id = $1 RETURNING last_seq", match.id
    )
    seq: int = rows[0]["last_seq"]
    return seq


async def _log(
    match: MatchRow,
    seq: int,
    kind: ChangeKind,
    *,
    message: UUID | None = None,
    reader: UUID | None = None,
    up_to_number: int | None = None,
) -> None:
    await execute(
        """INSERT INTO message_changes (id, match_id, seq, kind, message_id, reader_id,
                                        up_to_number, at)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8)""",
        *(new_id(), match.id, seq, kind, message, reader, up_to_number, clock.now()),
    )
    _announce(match)


def _announce(match: MatchRow | PairRow) -> None:
    woken = topics.conversation(match.id, *match.people)
    after_commit(lambda: wake(*woken))
