"""A program begun anew from one that was: the next round of it, for people who enroll anew."""

from uuid import UUID

from domain.audit import record
from domain.clock import clock
from domain.denials import Forbidden
from domain.groups import demand_mentorship
from domain.programs import ProgramChange
from domain.refusals import NotFound
from domain.seeing import demand
from domain.steps import copy_steps_of
from domain.viewer import Viewer
from models.database import execute, fetch_one
from models.groups import GroupCategory
from models.ids import global_id, new_id
from models.programs import ProgramRow, visible_to
from models.transactions import transactional

_AS_THEY_WERE = """group_id, template_key, theme, description, topics, duration_weeks,
    default_capacity, requires_consent, check_in_weekday, questions"""


@transactional
async def copy_program(viewer: Viewer, program: UUID, title: str | None) -> ProgramRow:
    """A draft in the same group, with all that an admin can set of a program, its steps among it;
    nobody is enrolled. Whatever became of the first one. Only in eligible groups."""
    # Locked before they are read: half of what another admin sets at this moment is no program.
    found = await fetch_one(
        """SELECT g.category FROM programs p JOIN groups g ON g.id = p.group_id WHERE p.id = $1
           FOR SHARE OF p, g""",
        program,
    )
    if found is None:
        raise NotFound("programId")
    before = await _seen(viewer, program)
    if not before.viewer_is_admin:
        raise Forbidden
    demand_mentorship(GroupCategory(found["category"]), "programId")
    said = ProgramChange(title=title).checked()
    copy = new_id()
    await execute(
        f"""INSERT INTO programs (id, status, title, created_at, {_AS_THEY_WERE})
            SELECT $2, 'DRAFT', coalesce($3, title), $4, {_AS_THEY_WERE}
            FROM programs WHERE id = $1""",
        *(program, copy, said.title, clock.now()),
    )
    await copy_steps_of(program, copy)
    await record(
        "program.created",
        actor=viewer.id,
        group=before.group_id,
        program=copy,
        subject=global_id("program", copy),
        details={"template": before.template_key, "copyOf": global_id("program", program)},
    )
    return await _seen(viewer, copy)


async def _seen(viewer: Viewer, program: UUID) -> ProgramRow:
    return await demand(visible_to(viewer.id).where("p.id = {0}", program), "programId")
