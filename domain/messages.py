"""What the two of a pair do in their conversation besides sending: rewrite, delete, read, type.

Every change takes the next `seq` of its match under the match's row lock, so that commit order is
the order readers see.
"""

from datetime import timedelta
from uuid import UUID

from domain.clock import clock
from domain.form import Form
from domain.refusals import IllegalState, NotFound, NotFromHere, OutOfRange
from domain.seeing import demand
from domain.viewer import Viewer
from models.database import execute, fetch, fetch_one
from models.ids import new_id
from models.matches import LIVE, WRITABLE, MatchRow, listed, of_pair
from models.messages import COLUMNS, ChangeKind, MessageRow, build
from models.pairs import PairRow
from models.transactions import after_commit, transactional
from realtime import topics, wake

LONGEST_BODY = 4000
TYPING_LASTS = timedelta(seconds=10)


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
        """SELECT last_number FROM matches
           WHERE id = $1 AND $2 IN (mentor_id, mentee_id) FOR NO KEY UPDATE""",
        *(match, viewer.id),
    )
    row = await demand_pair(viewer, match)
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
    row = await demand_pair(viewer, match)
    # Asked under a lock: the match may be ending at this moment, and the account with it.
    if not await fetch(
        f"""UPDATE pair_members SET typing_until = $3 WHERE user_id = $2 AND match_id = (
                SELECT id FROM matches WHERE id = $1 AND status IN {listed(WRITABLE)} FOR SHARE)
            RETURNING id""",
        *(match, viewer.id, clock.now() + TYPING_LASTS if is_typing else None),
    ):
        again = await demand_pair(viewer, match)
        raise NotFromHere("matchId", state=again.status)
    announce(row)
    return row


async def demand_pair(viewer: Viewer, match: UUID) -> MatchRow:
    """The pair as one of the two sees it; NOT_FOUND for everybody else."""
    return await demand(of_pair(viewer.id).where("m.id = {0}", match), "matchId")


def announce(match: MatchRow | PairRow) -> None:
    """Wakes whoever follows the conversation, once the transaction is committed."""
    woken = topics.conversation(match.id, *match.people)
    after_commit(lambda: wake(*woken))


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
    match = await demand_pair(viewer, found["match_id"])
    row = await _message(match, message)
    if row.sender.id != viewer.id:
        raise NotFound("messageId")
    if match.status not in WRITABLE:
        raise NotFromHere("messageId", state=match.status)
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
    announce(match)
