"""What a moderator can do about a case just now: shown to them, and what they are refused by."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from domain.age import last_today
from domain.clock import clock
from domain.transitions import REPORT
from models.database import fetch
from models.evidence import removable
from models.matches import LIVE, WRITABLE, MatchStatus, listed
from models.reports import ModerationAction, ReportStatus
from models.users import TAKES_PART

MATCH_OF_CASE = """(m.id = r.match_id OR r.match_id IS NULL AND (
    m.mentor_id = r.reporter_id AND m.mentee_id = r.reported_id
    OR m.mentor_id = r.reported_id AND m.mentee_id = r.reporter_id))"""
"""That a match (`m`) is the one reported; any between the two when a person was (`r`)."""
TOLD = """u.deleted_at IS NULL AND u.id = ANY (ARRAY(
    SELECT r.reported_id
    UNION ALL SELECT a.user_id FROM group_members a JOIN programs p ON p.group_id = a.group_id
    WHERE p.id = r.program_id AND a.role = 'ADMIN'))"""
"""That somebody (`u`) is told what is done about a case (`r`): nobody who is gone."""
SUSPENDABLE = "u.suspended_at IS NULL AND u.deleted_at IS NULL"
MARKABLE = "u.age_known AND u.deleted_at IS NULL"


def _has_match(statuses: Sequence[MatchStatus], condition: str = "true") -> str:
    return f"""EXISTS (SELECT FROM matches m
        WHERE {MATCH_OF_CASE} AND m.status IN {listed(statuses)} AND {condition})"""


def _reports_somebody(condition: str) -> str:
    return f"EXISTS (SELECT FROM users u WHERE u.id = r.reported_id AND {condition})"


_FROZEN = (MatchStatus.FROZEN,)
_BARRED = f"""EXISTS (SELECT FROM users u WHERE u.id IN (m.mentor_id, m.mentee_id)
    AND NOT ({TAKES_PART}))"""
OPEN_IF: Mapping[ModerationAction, str] = {
    ModerationAction.DISMISS: "true",
    ModerationAction.WARN: f"EXISTS (SELECT FROM users u WHERE {TOLD})",
    ModerationAction.REMOVE_MESSAGES: "r.reported_id IS NOT NULL",
    ModerationAction.FREEZE_MATCH: _has_match(WRITABLE),
    ModerationAction.UNFREEZE_MATCH: (
        f"{_has_match(_FROZEN)} AND NOT {_has_match(_FROZEN, _BARRED)}"
    ),
    ModerationAction.END_MATCH: _has_match(LIVE),
    ModerationAction.SUSPEND_USER: _reports_somebody(SUSPENDABLE),
    ModerationAction.MARK_UNDERAGE: _reports_somebody(MARKABLE),
}
"""When each has something left to do about a case (`r`); `$2` is today where it comes last. For
REMOVE_MESSAGES there has to be one to remove, too: a copy that was changed is none."""


async def open_actions(cases: Sequence[UUID]) -> dict[UUID, list[ModerationAction]]:
    """What would do something about each of these cases, as it stands: neither shut to the action
    nor such that nothing would change."""
    actions = list(OPEN_IF)
    rows = await fetch(
        f"""SELECT r.id, r.status, {", ".join(OPEN_IF.values())}
            FROM reports r WHERE r.id = ANY ($1::uuid[])""",
        *(list(cases), last_today(clock.now())),
    )
    found = {
        id: [
            action
            for action, would in zip(actions, would_do, strict=True)
            if would and (ReportStatus(status), action) in REPORT
        ]
        for id, status, *would_do in rows
    }
    remove = ModerationAction.REMOVE_MESSAGES
    left = await removable([id for id, open_ones in found.items() if remove in open_ones])
    return {
        id: [action for action in open_ones if action is not remove or id in left]
        for id, open_ones in found.items()
    }
