"""The weekly check-in of a pair: answered by both, sealed until it is decided."""

from dataclasses import dataclass
from uuid import UUID

from domain.audit import record
from domain.calendar import first_today
from domain.clock import clock
from domain.form import Form
from domain.ladder import step_off
from domain.locked_matches import lock_of_pair
from domain.refusals import NotFound, NotFromHere
from domain.seeing import demand
from domain.viewer import Viewer
from models.check_ins import CheckInRow, CheckInStatus, sealed_answer, visible_to
from models.database import execute, fetch_one
from models.ids import global_id, new_id
from models.matches import WRITABLE, MatchRow, of_pair
from models.programs import Weekday
from models.transactions import transactional

LONGEST_NOTE = 2000


@dataclass(frozen=True, slots=True)
class AnswerDraft:
    """How somebody's week was: mood from 1 to 5, whether the two met, and what else to say."""

    mood: int
    met: bool
    note: str | None = None


@transactional
async def answer(viewer: Viewer, check_in: UUID, draft: AnswerDraft) -> CheckInRow:
    """One of the two answers; again replaces it until both have, or the check-in is over."""
    form = Form()
    mood = form.number(draft.mood, "mood", low=1, high=5)
    note = form.optional_text(draft.note, "note", longest=LONGEST_NOTE)
    form.check()
    mine = visible_to(viewer.id).where("c.id = {0}", check_in)
    match = (await demand(mine, "checkInId")).match
    await _lock_open(match, check_in)
    await execute(
        """INSERT INTO check_in_answers (id, check_in_id, match_id, user_id, content, answered_at)
           VALUES ($1, $2, $3, $4, $5, $6)
           ON CONFLICT (check_in_id, user_id)
               DO UPDATE SET content = excluded.content, answered_at = excluded.answered_at""",
        *(new_id(), check_in, match.id, viewer.id),
        sealed_answer(match, check_in, viewer.id, mood=mood, met=draft.met, note=note),
        clock.now(),
    )
    await record("check_in.answered", actor=viewer.id, subject=global_id("checkin", check_in))
    await _complete_if_both(match, check_in)
    return await demand(mine, "checkInId")


@transactional
async def set_weekday(viewer: Viewer, match: UUID, weekday: Weekday) -> MatchRow:
    """The pair moves its check-ins to another weekday, from the next one on.

    The next one never begins before the last one is over, nor on a day that has begun somewhere.
    """
    row = await lock_of_pair(viewer, match)
    if row.status not in WRITABLE:
        raise NotFromHere("matchId", state=row.status)
    today = first_today(clock.now())
    # Locked before it is read: the check-in may be opening at this moment.
    await execute("SELECT 1 FROM check_in_schedules WHERE match_id = $1 FOR UPDATE", match)
    changed = await fetch_one(
        """UPDATE matches SET check_in_weekday = $2
           WHERE id = $1 AND check_in_weekday <> $2 RETURNING id""",
        *(match, weekday),
    )
    if changed:
        # One whose date has begun still opens on that date: the weekday counts from the next on.
        await execute(
            """UPDATE check_in_schedules SET next_date = next_weekday(greatest(
                   (SELECT (started_at AT TIME ZONE 'UTC')::date + 3 FROM matches WHERE id = $1),
                   (SELECT max(date) + 7 FROM check_ins WHERE match_id = $1), $3::date + 1), $2)
               WHERE match_id = $1 AND next_date > $3""",
            *(match, weekday, today),
        )
        await record(
            "match.weekday_set",
            actor=viewer.id,
            program=row.program_id,
            subject=global_id("match", match),
            details={"weekday": weekday},
        )
    return await demand(of_pair(viewer.id).where("m.id = {0}", match), "matchId")


async def _lock_open(match: MatchRow, check_in: UUID) -> None:
    """Keeps the check-in as it is until the answer is in; ILLEGAL_STATE unless it can take one."""
    pair = await fetch_one("SELECT status FROM matches WHERE id = $1 FOR NO KEY UPDATE", match.id)
    found = await fetch_one(
        "SELECT status FROM check_ins WHERE id = $1 FOR NO KEY UPDATE", check_in
    )
    if pair is None or found is None:
        raise NotFound("checkInId")
    if found["status"] != CheckInStatus.OPEN:
        raise NotFromHere("checkInId", state=found["status"])
    if pair["status"] not in WRITABLE:
        raise NotFromHere("checkInId", state=pair["status"])


async def _complete_if_both(match: MatchRow, check_in: UUID) -> None:
    completed = await fetch_one(
        """UPDATE check_ins SET status = 'COMPLETED'
           WHERE id = $1 AND (SELECT count(*) FROM check_in_answers WHERE check_in_id = $1) = 2
           RETURNING id""",
        check_in,
    )
    if completed:
        await execute(
            "UPDATE matches SET check_ins_done = check_ins_done + 1 WHERE id = $1", match.id
        )
        await step_off(match.id, [match.mentor.id, match.mentee.id])
