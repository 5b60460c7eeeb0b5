"""A message is sent: once, however often its client tries, and under one lock."""

from base64 import urlsafe_b64encode
from uuid import UUID

import asyncpg
from msgspec import Struct

from domain.clock import clock
from domain.form import Form
from domain.messages import LONGEST_BODY, announce, demand_pair
from domain.refusals import KeyReused, NotFound, NotFromHere
from domain.seeing import demand
from domain.viewer import Viewer
from models.database import fetch, fetch_one
from models.ids import new_id
from models.matches import WRITABLE, listed
from models.messages import COLUMNS, MessageRow, build_own
from models.pairs import PairRow, of_pair
from models.transactions import single_statement


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
    pair = await demand(of_pair(viewer.id).where("m.id = {0}", draft.match), "matchId")
    try:
        written = await _write(viewer, pair, key, body, draft.reply_to)
    except asyncpg.UniqueViolationError as error:
        if error.constraint_name != "messages_client_key_once":
            raise
        written = None  # the key was used before, perhaps at this very moment
    if written is None:
        written = await _sent_before(viewer, pair, key, body)
    if written is None:
        again = await demand_pair(viewer, pair.id)
        if again.status in WRITABLE:
            raise NotFound("replyToId")
        raise NotFromHere("matchId", state=again.status)
    return written


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
    announce(pair)
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
