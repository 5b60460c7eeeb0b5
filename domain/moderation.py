"""What the platform's moderators decide. A case they are part of is not there for them."""

from collections.abc import Awaitable, Callable, Mapping
from uuid import UUID

from domain.audit import record
from domain.clock import clock
from domain.form import Form
from domain.notices import rule_of
from domain.open_actions import TOLD, open_actions
from domain.refusals import IllegalState
from domain.sanctions import (
    end_matches,
    freeze_matches,
    mark_underage,
    remove_evidence,
    suspend,
    unfreeze_matches,
)
from domain.seeing import demand
from domain.transitions import REPORT, follow
from domain.viewer import Viewer
from models.database import execute, fetch
from models.encryption import Sealed
from models.ids import global_id, new_id
from models.reports import NOTE, ModerationAction, ReportRow, handled_by
from models.transactions import transactional

LONGEST_NOTE = 5000


async def _nothing(moderator: Viewer, case: ReportRow) -> bool:
    return True


async def _warn(moderator: Viewer, case: ReportRow) -> bool:
    return bool(await _lock_told(case))


EFFECTS: Mapping[ModerationAction, Callable[[Viewer, ReportRow], Awaitable[bool]]] = {
    ModerationAction.DISMISS: _nothing,
    ModerationAction.WARN: _warn,
    ModerationAction.REMOVE_MESSAGES: remove_evidence,
    ModerationAction.FREEZE_MATCH: freeze_matches,
    ModerationAction.UNFREEZE_MATCH: unfreeze_matches,
    ModerationAction.END_MATCH: end_matches,
    ModerationAction.SUSPEND_USER: suspend,
    ModerationAction.MARK_UNDERAGE: mark_underage,
}
"""What each action does beside being written down; False when there is nothing left that it could
do, once it is locked. Whether there is, `open_actions` says before."""


@transactional
async def resolve(viewer: Viewer, report: UUID, action: ModerationAction, note: str) -> ReportRow:
    """Carries out the action and tells whoever it acts on which rule it was about, never who
    reported. ILLEGAL_STATE when the case is closed to this action, or it would change nothing."""
    form = Form()
    note = form.text(note, "note", longest=LONGEST_NOTE)
    form.check()
    await execute("SELECT id FROM reports WHERE id = $1 FOR NO KEY UPDATE", report)
    case = await demand(handled_by(viewer.id).where("r.id = {0}", report), "reportId")
    status = follow(REPORT, case.status, action, "reportId")
    if action not in (await open_actions([report]))[report]:
        raise IllegalState("reportId")
    if not await EFFECTS[action](viewer, case):  # what there was has gone at this very moment
        raise IllegalState("reportId")
    now = clock.now()
    await execute(
        "UPDATE reports SET status = $2, resolved_at = $3 WHERE id = $1", report, status, now
    )
    await execute(
        """INSERT INTO report_resolutions (id, report_id, moderator_id, action, note, at)
           VALUES ($1, $2, $3, $4, $5, $6)""",
        *(new_id(), report, viewer.id, action),
        *(Sealed(case.data_key, case.id).seal(note, NOTE), now),
    )
    await record(
        "report.resolved",
        actor=viewer.id,
        subject=global_id("report", report),
        details={"action": action},
    )
    if action is not ModerationAction.DISMISS:
        await _tell(case, action)
    return await demand(handled_by(viewer.id).where("r.id = {0}", report), "reportId")


async def _tell(case: ReportRow, action: ModerationAction) -> None:
    """Leaves a notice with the person reported; with a program's admins when that is reported."""
    people = await _lock_told(case)
    await execute(
        """INSERT INTO notices (id, user_id, action, reason, at)
           SELECT id, user_id, $3, $4, $5
           FROM unnest($1::uuid[], $2::uuid[]) AS told(id, user_id)""",
        *([new_id() for _ in people], people, action, rule_of(action, case.reason), clock.now()),
    )


async def _lock_told(case: ReportRow) -> list[UUID]:
    """Whom a notice would reach: nobody who is gone, and none of them goes meanwhile."""
    rows = await fetch(
        f"""SELECT u.id FROM reports r JOIN users u ON {TOLD} WHERE r.id = $1
            ORDER BY u.id FOR KEY SHARE OF u""",
        case.id,
    )
    return [row["id"] for row in rows]
