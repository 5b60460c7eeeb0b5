"""Telling the platform's moderators what somebody did, and showing them what one chooses to."""

from collections.abc import Sequence
from datetime import timedelta
from math import ceil
from uuid import UUID

from domain.audit import record, record_all
from domain.clock import clock
from domain.configuration import configuration
from domain.denials import Absence, RateLimited, Unauthenticated
from domain.form import Form
from domain.recusals import keep_admins_out, keep_blocked_out
from domain.refusals import NotFound, TextGone
from domain.seeing import demand
from domain.subjects import Subject, accused_by, own_messages
from domain.viewer import Viewer
from models import evidence
from models.database import execute, fetch, fetch_one
from models.encryption import Sealed, new_data_key
from models.evidence import EvidenceRow, Exhibit
from models.ids import global_id, new_id
from models.reports import DETAILS, ReportReason, ReportRow, visible_to
from models.transactions import transactional

DAY = timedelta(days=1)
LONGEST_DETAILS = 5000
EVIDENCE_AT_MOST = 100


@transactional
async def report(
    viewer: Viewer,
    subject: Subject,
    reason: ReportReason,
    details: str,
    chosen: Sequence[UUID | None],
) -> ReportRow:
    """Makes a case and copies into it the chosen messages, out of the reporter's own conversations.

    A reported message is among them, unless it is deleted. RATE_LIMITED after so many in 24 hours.
    """
    form = Form()
    details = form.text(details, "details", longest=LONGEST_DETAILS)
    form.count(chosen, "evidenceMessageIds", most=EVIDENCE_AT_MOST)
    form.check()
    await _demand_rate(viewer)
    accused = await accused_by(viewer, subject)
    exhibits, parties = await _exhibits(viewer, accused.message, chosen)
    id, now = new_id(), clock.now()
    data_key = new_data_key(id)
    await execute(
        """INSERT INTO reports (id, reporter_id, reported_id, match_id, program_id, is_of_message,
                                reason, status, data_key, details, created_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7, 'OPEN', $8, $9, $10)""",
        *(id, viewer.id, accused.user, accused.match, accused.program),
        *(subject.message is not None, reason),
        *(data_key, Sealed(data_key, id).seal(details, DETAILS), now),
    )
    part = {viewer.id} | accused.parties | parties
    await execute(
        """INSERT INTO report_parties (id, report_id, user_id)
           SELECT id, $1, user_id FROM unnest($2::uuid[], $3::uuid[]) AS party(id, user_id)""",
        *(id, [new_id() for _ in part], list(part)),
    )
    await evidence.insert(id, data_key, exhibits)
    await keep_admins_out(id)
    await keep_blocked_out(id)
    await record("report.created", actor=viewer.id, subject=global_id("report", id))
    return await demand(visible_to(viewer.id).where("r.id = {0}", id), "subject")


@transactional
async def disclosed(viewer: Viewer, reports: Sequence[UUID]) -> dict[UUID, list[EvidenceRow]]:
    """The evidence of reports the viewer was given; that it was looked at is written down first."""
    await record_all(
        "report.evidence_viewed",
        actor=viewer.id,
        subjects=[(global_id("report", report), {}) for report in reports],
    )
    return await evidence.evidence_of(reports)


async def _demand_rate(viewer: Viewer) -> None:
    most = configuration().reports_a_day
    # Locked before they are counted: two at once are one after the other.
    if not await fetch(
        "SELECT 1 FROM users WHERE id = $1 AND deleted_at IS NULL FOR NO KEY UPDATE", viewer.id
    ):
        raise Unauthenticated(Absence.SESSION_ENDED)  # erased at this very moment
    if most is None:
        return
    now = clock.now()
    first_of_most = await fetch_one(
        """SELECT created_at FROM reports WHERE reporter_id = $1 AND created_at > $2
           ORDER BY created_at DESC OFFSET $3 LIMIT 1""",
        *(viewer.id, now - DAY, most - 1),
    )
    if first_of_most is not None:
        left = first_of_most["created_at"] + DAY - now
        raise RateLimited(ceil(left.total_seconds()))


async def _exhibits(
    viewer: Viewer, reported: UUID | None, chosen: Sequence[UUID | None]
) -> tuple[list[Exhibit], set[UUID]]:
    """The messages to copy, each once, and the people of the conversations they are from."""
    form = Form()
    found = await own_messages(viewer, [id for id in (reported, *chosen) if id])
    for i, id in enumerate(chosen):
        place = ("evidenceMessageIds", str(i))
        if id is None or id not in found:
            form.refuse(NotFound(*place))
        elif found[id].readable_body is None:
            form.refuse(TextGone(*place))
    form.check()
    exhibits = [
        Exhibit(row.id, row.match.id, row.sender.id, row.sent_at, body)
        for row in found.values()
        if (body := row.readable_body) is not None
    ]
    return exhibits, {person for row in found.values() for person in row.match.people}
