"""What a moderator's action does. Each returns False when there is nothing left for it to do.

Locks as everywhere: people, then enrollments by id, then matches by id.
"""

from collections.abc import Sequence
from uuid import UUID

from domain.age import is_adult
from domain.clock import clock
from domain.locked_matches import LockedMatch, lock
from domain.matches import apply
from domain.open_actions import MARKABLE, MATCH_OF_CASE, SUSPENDABLE
from domain.removal import remove_messages
from domain.transitions import MatchEvent
from domain.viewer import Viewer
from models.database import execute, fetch
from models.endings import EndCause
from models.evidence import removable
from models.matches import LIVE, WRITABLE, MatchStatus
from models.reports import ReportRow
from models.transactions import after_commit
from realtime import topics, wake


async def remove_evidence(moderator: Viewer, case: ReportRow) -> bool:
    """Takes what the reported person wrote, as far as it is evidence, out of the conversation; a
    copy that was changed is none."""
    left = await removable([case.id])
    return bool(await remove_messages(left.get(case.id, [])))


async def freeze_matches(moderator: Viewer, case: ReportRow) -> bool:
    """Nobody writes in the match any more until it is unfrozen; both still read it."""
    rows = await _matches(case, *WRITABLE)
    await apply(rows, MatchEvent.FREEZE, actor=moderator.id)
    return bool(rows)


async def unfreeze_matches(moderator: Viewer, case: ReportRow) -> bool:
    """The match goes on as it was before; not with somebody suspended or not known to be adult."""
    rows = await _matches(case, MatchStatus.FROZEN)
    if not await _may_take_part([id for row in rows for id in (row.mentor_id, row.mentee_id)]):
        return False
    before = await fetch(
        "SELECT id, frozen_from FROM matches WHERE id = ANY ($1::uuid[])", [row.id for row in rows]
    )
    paused = {row["id"] for row in before if row["frozen_from"] == MatchStatus.PAUSED}
    for event, these in (
        (MatchEvent.UNFREEZE, [row for row in rows if row.id not in paused]),
        (MatchEvent.UNFREEZE_PAUSED, [row for row in rows if row.id in paused]),
    ):
        await apply(these, event, actor=moderator.id)
    return bool(rows)


async def end_matches(moderator: Viewer, case: ReportRow) -> bool:
    """Ends the match; to either of the two it reads as if the other one had ended it."""
    rows = await _matches(case, *LIVE)
    await _end_for_nobody(rows)
    return bool(rows)


async def suspend(moderator: Viewer, case: ReportRow) -> bool:
    """Leaves them signing in, being told why, their data and the way out; their sockets close.

    Proposals to them end: they could not answer. What is under way goes on, for the partner to end.
    """
    person = await _locked_person(case)
    if person is None or not await fetch(
        f"""UPDATE users u SET suspended_at = $2 WHERE u.id = $1 AND {SUSPENDABLE}
            RETURNING u.id""",
        *(person, clock.now()),
    ):
        return False
    await _end_for_nobody(await _matches_of(person, MatchStatus.PROPOSED))
    await _wake_sessions(person)
    return True


async def mark_underage(moderator: Viewer, case: ReportRow) -> bool:
    """Their age is unknown again and everything for adults shut; their matches freeze at once, and
    proposals end: one they have accepted could still begin."""
    person = await _locked_person(case)
    if person is None or not await fetch(
        f"""UPDATE users u SET age_known = false, adult_from = NULL
            WHERE u.id = $1 AND {MARKABLE} RETURNING u.id""",
        person,
    ):
        return False
    rows = await _matches_of(person, MatchStatus.PROPOSED, *WRITABLE)
    proposed = [row for row in rows if row.status is MatchStatus.PROPOSED]
    await _end_for_nobody(proposed)
    freezing = [row for row in rows if row.status is not MatchStatus.PROPOSED]
    await apply(freezing, MatchEvent.FREEZE, actor=moderator.id)
    await _wake_sessions(person)
    return True


async def _matches(case: ReportRow, *statuses: MatchStatus) -> list[LockedMatch]:
    """The match reported; all between the two when a person was. Locked, and in such a state."""
    found = await fetch(
        f"""SELECT m.id FROM reports r JOIN matches m ON {MATCH_OF_CASE}
            WHERE r.id = $1 AND m.status = ANY ($2)""",
        *(case.id, list(statuses)),
    )
    return await _locked(found, statuses)


async def _matches_of(person: UUID, *statuses: MatchStatus) -> list[LockedMatch]:
    found = await fetch(
        "SELECT id FROM matches WHERE status = ANY ($2) AND $1 IN (mentor_id, mentee_id)",
        *(person, list(statuses)),
    )
    return await _locked(found, statuses)


async def _locked(found: Sequence[object], statuses: Sequence[MatchStatus]) -> list[LockedMatch]:
    rows = await lock([row["id"] for row in found])  # type: ignore[index]
    return [row for row in rows if row.status in statuses]


async def _locked_person(case: ReportRow) -> UUID | None:
    """Locks the reported person, their enrollments and those they are paired with."""
    if case.reported_user is None:
        return None
    person = case.reported_user.id
    # Pairing locks the people it pairs: nobody begins with them meanwhile.
    await execute("SELECT 1 FROM users WHERE id = $1 FOR NO KEY UPDATE", person)
    await execute(
        """SELECT id FROM enrollments WHERE user_id = $1 OR id IN (
               SELECT unnest(ARRAY[mentor_enrollment_id, mentee_enrollment_id]) FROM matches
               WHERE status = ANY ($2) AND $1 IN (mentor_id, mentee_id))
           ORDER BY id FOR NO KEY UPDATE""",
        *(person, list(LIVE)),
    )
    return person


async def _end_for_nobody(rows: Sequence[LockedMatch]) -> None:
    """By no one of the two: each reads it as ENDED_BY_PARTNER, and no mentee loses their place in
    the queue."""
    await apply(rows, MatchEvent.END, actor=None, cause=EndCause.BY_MEMBER)


async def _may_take_part(people: Sequence[UUID]) -> bool:
    rows = await fetch(
        "SELECT age_known, adult_from, suspended_at FROM users WHERE id = ANY ($1::uuid[])",
        list(people),
    )
    return all(
        row["suspended_at"] is None and is_adult(row["age_known"], row["adult_from"], clock.now())
        for row in rows
    )


async def _wake_sessions(person: UUID) -> None:
    """Their sockets and streams look again at once, whatever worker holds them."""
    rows = await fetch("SELECT id FROM sessions WHERE user_id = $1 AND ended_at IS NULL", person)
    woken = [topics.session(row["id"]) for row in rows]
    after_commit(lambda: wake(*woken))
