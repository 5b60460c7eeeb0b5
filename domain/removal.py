"""Messages taken out of conversations by somebody else than their senders."""

from collections.abc import Sequence
from uuid import UUID

from domain.clock import clock
from models.database import execute, fetch
from models.ids import new_id
from models.transactions import after_commit
from realtime import topics, wake


async def remove_messages(messages: Sequence[UUID]) -> int:
    """Deletes these messages as if their senders had: the texts are gone, tombstones are left, and
    whoever follows the pair is told. Returns how many there were; to be called in a transaction."""
    matches = await fetch(
        """SELECT id, mentor_id, mentee_id FROM matches
           WHERE id IN (SELECT match_id FROM messages WHERE id = ANY ($1::uuid[]))
           ORDER BY id FOR NO KEY UPDATE""",
        list(messages),
    )
    now = clock.now()
    gone = await fetch(
        """UPDATE messages SET body = NULL, fingerprint = NULL, deleted_at = $2
           WHERE id = ANY ($1::uuid[]) AND deleted_at IS NULL RETURNING id, match_id""",
        *(list(messages), now),
    )
    # Each takes the next `seq` of its match, as every change of a message does.
    await execute(
        """WITH gone AS (
               SELECT id, match_id, change_id,
                      row_number() OVER (PARTITION BY match_id ORDER BY id) AS place
               FROM unnest($1::uuid[], $2::uuid[], $3::uuid[]) AS gone(id, match_id, change_id)),
           counted AS (
               UPDATE matches m SET last_seq = last_seq + g.number
               FROM (SELECT match_id, count(*) AS number FROM gone GROUP BY match_id) g
               WHERE m.id = g.match_id RETURNING m.id, last_seq - g.number AS seq)
           INSERT INTO message_changes (id, match_id, seq, kind, message_id, at)
           SELECT g.change_id, g.match_id, c.seq + g.place, 'DELETED', g.id, $4
           FROM gone g JOIN counted c ON c.id = g.match_id""",
        [row["id"] for row in gone],
        [row["match_id"] for row in gone],
        [new_id() for _ in gone],
        now,
    )
    woken = [
        t for m in matches for t in topics.conversation(m["id"], m["mentor_id"], m["mentee_id"])
    ]
    after_commit(lambda: wake(*woken))
    return len(gone)
