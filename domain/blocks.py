"""Keeping somebody away: at once, for good, and without a word to them."""

from uuid import UUID

from domain.audit import record
from domain.clock import clock
from domain.denials import Absence, Unauthenticated
from domain.locked_matches import lock
from domain.matches import apply
from domain.recusals import keep_out_of_cases
from domain.refusals import Yourself
from domain.seeing import demand
from domain.transitions import MatchEvent
from domain.viewer import Viewer
from models.database import execute, fetch
from models.endings import EndCause
from models.ids import global_id, new_id
from models.matches import LIVE
from models.transactions import transactional
from models.users import UserRow, visible_to


@transactional
async def block(viewer: Viewer, user: UUID) -> UserRow:
    """Ends the matches between the two, whatever the program, and lets no other begin.

    To the other one, and to admins, it looks as if the viewer had ended each of them. Blocking
    twice changes nothing.
    """
    row = await _other(viewer, user)
    # Pairing locks the people it pairs, and then their enrollments: none of these two is given a
    # place meanwhile, by an enrollment made since then neither.
    await _lock_people(viewer, user)
    await execute(
        """SELECT id FROM enrollments WHERE user_id IN ($1, $2)
           ORDER BY id FOR NO KEY UPDATE""",
        *(viewer.id, user),
    )
    found = await fetch(
        """SELECT id FROM matches WHERE status = ANY ($3)
           AND (mentor_id, mentee_id) IN (($1, $2), ($2, $1))""",
        *(viewer.id, user, list(LIVE)),
    )
    await apply(
        [match for match in await lock([r["id"] for r in found]) if match.status in LIVE],
        MatchEvent.END,
        actor=viewer.id,
        cause=EndCause.BY_MEMBER,
    )
    made = await fetch(
        """INSERT INTO blocks (id, blocker_id, blocked_id, created_at) VALUES ($1, $2, $3, $4)
           ON CONFLICT (blocker_id, blocked_id) DO NOTHING RETURNING id""",
        *(new_id(), viewer.id, user, clock.now()),
    )
    if made:
        await record("user.blocked", actor=viewer.id, subject=global_id("user", user))
    return row


@transactional
async def unblock(viewer: Viewer, user: UUID) -> UserRow:
    """Lets the two be paired again; what has ended stays as it is, and neither of them judges a
    case that the other is part of."""
    row = await _other(viewer, user)
    await _lock_people(viewer, user)
    await keep_out_of_cases(viewer.id, user)
    gone = await fetch(
        "DELETE FROM blocks WHERE blocker_id = $1 AND blocked_id = $2 RETURNING id",
        *(viewer.id, user),
    )
    if gone:
        await record("user.unblocked", actor=viewer.id, subject=global_id("user", user))
    return row


async def _lock_people(viewer: Viewer, user: UUID) -> None:
    people = await fetch(
        "SELECT id, deleted_at FROM users WHERE id IN ($1, $2) ORDER BY id FOR NO KEY UPDATE",
        *(viewer.id, user),
    )
    if any(row["id"] == viewer.id and row["deleted_at"] for row in people):
        raise Unauthenticated(Absence.SESSION_ENDED)  # erased at this very moment


async def _other(viewer: Viewer, user: UUID) -> UserRow:
    if user == viewer.id:
        raise Yourself("userId")
    return await demand(visible_to(viewer.id).where("u.id = {0}", user), "userId")
