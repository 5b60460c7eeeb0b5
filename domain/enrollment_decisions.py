"""What a program's admins say to those who enroll."""

from collections.abc import Sequence
from uuid import UUID

from domain.audit import record_all
from domain.clock import clock
from domain.denials import Forbidden
from domain.form import Form
from domain.refusals import NoLongerMember, NotFound, NotFromHere, Repeated
from domain.refusing import Refusal, Several
from domain.transitions import ENROLLMENT, EnrollmentEvent, follow
from domain.viewer import Viewer
from models.database import execute, fetch
from models.enrollments import EnrollmentRow, visible_to
from models.ids import global_id
from models.programs import ProgramStatus
from models.transactions import transactional

_AT_ONCE = 1000


@transactional
async def decide(
    viewer: Viewer, enrollments: Sequence[UUID | None], event: EnrollmentEvent
) -> list[EnrollmentRow]:
    """An admin approves or declines those pending, or reconsiders those declined: all, or none.

    Whoever has left the group stays declined: pending, they would be let in without having come.
    """
    form = Form()
    form.count(enrollments, "enrollmentIds", least=1, most=_AT_ONCE)
    form.check()
    ids = [id for id in enrollments if id]
    programs_of_these = await fetch(
        """SELECT id, status FROM programs
           WHERE id IN (SELECT program_id FROM enrollments WHERE id = ANY ($1::uuid[]))
           ORDER BY id FOR SHARE""",
        ids,
    )
    if event is EnrollmentEvent.RECONSIDER:
        await _lock_groups([p["id"] for p in programs_of_these])
    archived = {p["id"] for p in programs_of_these if p["status"] == ProgramStatus.ARCHIVED}
    await execute(
        "SELECT id FROM enrollments WHERE id = ANY ($1::uuid[]) ORDER BY id FOR NO KEY UPDATE", ids
    )
    seen = await visible_to(viewer.id).where("e.id = ANY ({0}::uuid[])", ids).all()
    rows = {row.id: row for row in seen}
    gone = await _who_left(ids) if event is EnrollmentEvent.RECONSIDER else set()
    refusals: list[Refusal] = []
    for i, id in enumerate(enrollments):
        row = rows.get(id) if id else None
        place = ("enrollmentIds", str(i))
        if row is None:
            refusals.append(NotFound(*place))
        elif not row.viewer_is_admin:
            raise Forbidden
        elif id in enrollments[:i]:
            refusals.append(Repeated(*place))
        elif row.program_id in archived:
            refusals.append(NotFromHere(*place, state=ProgramStatus.ARCHIVED))
        elif (row.status, event) not in ENROLLMENT:
            refusals.append(NotFromHere(*place, state=row.status))
        elif id in gone:
            refusals.append(NoLongerMember(*place))
    if refusals:
        raise Several(refusals)
    status = follow(ENROLLMENT, seen[0].status, event)  # an event of all these has one beginning
    await execute(
        """UPDATE enrollments SET status = $2::text,
               pool_since = CASE WHEN $2::text = 'APPROVED' AND role = 'MENTEE'
                                 THEN $3::timestamptz END
           WHERE id = ANY ($1::uuid[])""",
        *(ids, status, clock.now()),
    )
    for program in {row.program_id for row in seen}:
        decided = [row.id for row in seen if row.program_id == program]
        await record_all(
            f"enrollment.{event}",
            actor=viewer.id,
            program=program,
            subjects=[(global_id("enrollment", id), {}) for id in decided],
        )
    after = await visible_to(viewer.id).where("e.id = ANY ({0}::uuid[])", ids).all()
    return sorted(after, key=lambda row: enrollments.index(row.id))


async def _lock_groups(programs: Sequence[UUID]) -> None:
    """As long as this transaction takes, nobody leaves the groups of these programs."""
    await execute(
        """SELECT id FROM groups
           WHERE id IN (SELECT group_id FROM programs WHERE id = ANY ($1::uuid[]))
           ORDER BY id FOR SHARE""",
        list(programs),
    )


async def _who_left(enrollments: Sequence[UUID]) -> set[UUID]:
    """Those of these enrollments whose person is not of the group any more."""
    rows = await fetch(
        """SELECT e.id FROM enrollments e JOIN programs p ON p.id = e.program_id
           WHERE e.id = ANY ($1::uuid[])
             AND NOT EXISTS (SELECT FROM group_members m
                             WHERE m.group_id = p.group_id AND m.user_id = e.user_id)""",
        list(enrollments),
    )
    return {row["id"] for row in rows}
