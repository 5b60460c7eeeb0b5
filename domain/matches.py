"""The life of a match, from its proposal to its end."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from domain.audit import record_all
from domain.clock import clock
from domain.configuration import configuration
from domain.ladder import begin_anew, let_go
from domain.locked_matches import LockedMatch, lock, lock_of_pair
from domain.refusals import IllegalState
from domain.seeing import demand
from domain.transitions import MATCH, MatchEvent, follow
from domain.viewer import Viewer
from models.database import execute, fetch
from models.endings import EndCause
from models.ids import global_id
from models.matches import LIVE, MatchRow, MatchStatus, visible_to
from models.transactions import after_commit, transactional
from realtime import topics, wake

_MODERATION = (MatchEvent.FREEZE, MatchEvent.UNFREEZE, MatchEvent.UNFREEZE_PAUSED)


@transactional
async def respond(viewer: Viewer, match: UUID, accept: bool) -> MatchRow:
    """One of the two answers a proposal; it starts when both have accepted, within 14 days."""
    row = await lock_of_pair(viewer, match)
    event = MatchEvent.BOTH_ACCEPTED if accept else MatchEvent.DECLINE
    follow(MATCH, row.status, event, "matchId")
    until = respond_by(row)
    if until is None or until <= clock.now():
        raise IllegalState("matchId")
    if not accept:
        await apply([row], MatchEvent.DECLINE, actor=viewer.id)
        return await _seen(viewer, match)
    await execute(
        """UPDATE pair_members SET accepted_at = coalesce(accepted_at, $3)
           WHERE match_id = $1 AND user_id = $2""",
        *(match, viewer.id, clock.now()),
    )
    await record_all(
        "match.accepted",
        actor=viewer.id,
        program=row.program_id,
        subjects=[(global_id("match", match), {})],
    )
    if not await fetch(
        "SELECT 1 FROM pair_members WHERE match_id = $1 AND accepted_at IS NULL", match
    ):
        await apply([row], MatchEvent.BOTH_ACCEPTED, actor=viewer.id)
    return await _seen(viewer, match)


@transactional
async def change(viewer: Viewer, match: UUID, event: MatchEvent) -> MatchRow:
    """Pauses, resumes, completes or ends: for either of the two, and for the program's admins."""
    await _seen(viewer, match)
    (row,) = await lock([match])
    cause = None
    if event is MatchEvent.END:
        cause = EndCause.BY_MEMBER if row.has(viewer.id) else EndCause.BY_ADMIN
    await apply([row], event, actor=viewer.id, cause=cause)
    return await _seen(viewer, match)


def respond_by(match: MatchRow | LockedMatch) -> datetime | None:
    """Until when both may answer a proposal; None of a match that is none any more."""
    if match.status is not MatchStatus.PROPOSED:
        return None
    return match.created_at + configuration().proposal_life


async def expire_proposals() -> int:
    """Proposals not accepted by both in time give their places back; returns how many."""
    expired = 0
    while some := await _expire_some():
        expired += some
    return expired


@transactional
async def _expire_some() -> int:
    due = await fetch(
        """SELECT id FROM matches WHERE status = 'PROPOSED' AND created_at <= $1
           ORDER BY created_at LIMIT 1000""",
        clock.now() - configuration().proposal_life,
    )
    held = await lock([row["id"] for row in due], passing_over=True)
    rows = [row for row in held if row.status is MatchStatus.PROPOSED]
    await apply(rows, MatchEvent.EXPIRE, actor=None)
    return len(rows)


async def apply(
    rows: Sequence[LockedMatch],
    event: MatchEvent,
    *,
    actor: UUID | None,
    cause: EndCause | None = None,
) -> None:
    """The one place where a match changes its status: places, waiting dates, audit and wake-ups."""
    if not rows:
        return
    statuses = [follow(MATCH, row.status, event, "matchId") for row in rows]
    now = clock.now()
    await execute(
        """UPDATE matches m SET status = c.status, version = m.version + 1,
               started_at = CASE WHEN c.status = 'ACTIVE'
                                 THEN coalesce(m.started_at, $3::timestamptz)
                                 ELSE m.started_at END,
               ended_at = CASE WHEN c.status = ANY ($4) THEN NULL ELSE $3::timestamptz END,
               end_cause = $5::text,
               ended_by_id = CASE WHEN $5::text IS NULL THEN NULL ELSE $6::uuid END,
               silent_since = CASE WHEN $7 OR m.status = 'FROZEN' AND c.status = 'PAUSED'
                                        AND m.silent_since IS NOT NULL THEN $3::timestamptz
                                   WHEN c.status IN ('PAUSED', 'FROZEN') THEN m.silent_since END
           FROM unnest($1::uuid[], $2::text[]) AS c(id, status) WHERE m.id = c.id""",
        *([row.id for row in rows], [str(status) for status in statuses], now, list(LIVE)),
        *(cause, actor, event is MatchEvent.FALL_SILENT),
    )
    again = [
        row.id
        for row, status in zip(rows, statuses, strict=True)
        if status is MatchStatus.ACTIVE and row.status is not MatchStatus.PROPOSED
    ]
    if again:
        await begin_anew(again)
    if over := [r.id for r, status in zip(rows, statuses, strict=True) if status not in LIVE]:
        await let_go(over)
    await execute(
        """UPDATE enrollments SET pool_since = $2
           WHERE id = ANY ($1::uuid[]) AND status = 'APPROVED'""",
        [row.mentee_enrollment_id for row in rows if _by_own_wish(row, event, actor, cause)],
        now,
    )
    # A program's admins read its log: which of a pair has parted from the other is not for them,
    # and what moderation does stands in no program's log, nor that it did when the match ends.
    is_moderation = event in _MODERATION
    is_parting = event is MatchEvent.DECLINE or cause is EndCause.BY_MEMBER
    for program in {row.program_id for row in rows}:
        await record_all(
            f"match.{event}",
            actor=None if is_parting else actor,
            program=None if is_moderation else program,
            subjects=[
                (global_id("match", row.id), {"from": before, "to": status})
                for row, status in zip(rows, statuses, strict=True)
                if row.program_id == program
                for before in [row.status if is_moderation else row.told_status]
            ],
        )
    announce(rows)


def announce(matches: Sequence[Any]) -> None:
    """Wakes whoever follows these pairs, once the transaction is committed."""
    woken = [t for m in matches for t in topics.status(m.id, m.mentor_id, m.mentee_id)]
    after_commit(lambda: wake(*woken))


def _by_own_wish(
    row: LockedMatch, event: MatchEvent, actor: UUID | None, cause: EndCause | None
) -> bool:
    """Whether the mentee's waiting starts anew: after a completed match, or one they left."""
    if event is MatchEvent.COMPLETE:
        return True
    ended_it = event is MatchEvent.DECLINE or cause in (EndCause.BY_MEMBER, EndCause.LEFT_GROUP)
    return ended_it and actor == row.mentee_id


async def _seen(viewer: Viewer, match: UUID) -> MatchRow:
    return await demand(visible_to(viewer.id).where("m.id = {0}", match), "matchId")
