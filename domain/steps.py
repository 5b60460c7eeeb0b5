"""The steps of programs, and a pair's way through them."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from domain.audit import record
from domain.clock import clock
from domain.form import Form
from domain.ladder import step_off, take_back
from domain.locked_matches import lock_of_pair
from domain.refusals import NotFound, NotFromHere, Repeated, StepInUse
from domain.refusing import Several
from domain.seeing import demand
from domain.templates import Template
from domain.viewer import Viewer
from models.database import execute, fetch
from models.ids import global_id, new_id
from models.matches import WRITABLE, MatchRow, of_pair
from models.transactions import transactional
from models.users import Locale

_STEPS_AT_MOST = 60


@dataclass(frozen=True, slots=True)
class StepDraft:
    """A step as an admin writes it; `id` names the step it rewrites, None makes a new one."""

    id: UUID | None
    week: int
    title: str
    prompt: str


async def copy_steps(template: Template, program: UUID, duration: int, locale: Locale) -> None:
    """Gives a new program its template's steps, paced to its own duration."""
    await _insert(
        program,
        [
            StepDraft(
                new_id(),
                paced(step.week, template.duration_weeks, duration),
                step.title.in_(locale),
                step.prompt.in_(locale),
            )
            for step in template.steps
        ],
    )


async def copy_steps_of(before: UUID, program: UUID) -> None:
    """Gives a new program the steps of another one, under ids of their own."""
    rows = await fetch(
        "SELECT id FROM program_steps WHERE program_id = $1 ORDER BY position", before
    )
    await execute(
        """INSERT INTO program_steps (id, program_id, position, week, title, prompt)
           SELECT copy.id, $1, step.position, step.week, step.title, step.prompt
           FROM unnest($2::uuid[], $3::uuid[]) AS copy(of, id) JOIN program_steps step
               ON step.id = copy.of""",
        *(program, [row["id"] for row in rows], [new_id() for _ in rows]),
    )


async def pace_steps(program: UUID, before: int, after: int) -> None:
    """Spreads the steps over another number of weeks."""
    rows = await fetch("SELECT id, week FROM program_steps WHERE program_id = $1", program)
    await execute(
        """UPDATE program_steps s SET week = paced.week
           FROM unnest($1::uuid[], $2::int[]) AS paced(id, week) WHERE s.id = paced.id""",
        [row["id"] for row in rows],
        [paced(row["week"], before, after) for row in rows],
    )


def paced(week: int, before: int, after: int) -> int:
    """The week of a step when `before` weeks become `after`: first stays first, last stays last."""
    if before <= 1:
        return 1
    return 1 + round((min(week, before) - 1) * (after - 1) / (before - 1))


async def replace_steps(program: UUID, duration: int, drafts: Sequence[StepDraft | None]) -> None:
    """Makes these the program's steps, in this order; None stands for a step that is not its own.

    A step that some pair has completed may be reworded and moved, never left out.
    """
    # Locked before they are read: a pair may be completing one of them at this moment.
    await execute("SELECT 1 FROM program_steps WHERE program_id = $1 FOR UPDATE", program)
    rows = await fetch(
        """SELECT s.id, EXISTS (SELECT FROM step_completions c WHERE c.step_id = s.id) AS in_use
           FROM program_steps s WHERE s.program_id = $1 ORDER BY s.position""",
        program,
    )
    steps = _checked(drafts, duration, own={row["id"] for row in rows})
    kept = {step.id for step in steps}
    if gone := [row["id"] for row in rows if row["in_use"] and row["id"] not in kept]:
        raise Several([StepInUse("steps").about(global_id("step", step)) for step in gone])
    await execute(
        "DELETE FROM program_steps WHERE program_id = $1 AND id <> ALL ($2::uuid[])",
        *(program, [id for id in kept if id]),
    )
    await _insert(program, steps)


@transactional
async def complete_step(viewer: Viewer, match: UUID, step: UUID | None) -> MatchRow:
    """Either of the pair marks a step as done; doing it twice changes nothing."""
    await _lock_for_step(viewer, match, step)
    done = await fetch(
        """INSERT INTO step_completions (id, match_id, step_id, completed_by_id, completed_at)
           VALUES ($1, $2, $3, $4, $5) ON CONFLICT (match_id, step_id) DO NOTHING RETURNING id""",
        *(new_id(), match, step, viewer.id, clock.now()),
    )
    if done:
        await step_off(match, [viewer.id])
    return await _stepped(viewer, match, step, "step.completed" if done else None)


@transactional
async def reopen_step(viewer: Viewer, match: UUID, step: UUID | None) -> MatchRow:
    """Either of the pair takes a step up again; a step that is not done stays as it is."""
    await _lock_for_step(viewer, match, step)
    gone = await fetch(
        "DELETE FROM step_completions WHERE match_id = $1 AND step_id = $2 RETURNING id",
        *(match, step),
    )
    if gone:
        await take_back(match)
    return await _stepped(viewer, match, step, "step.reopened" if gone else None)


async def _lock_for_step(viewer: Viewer, match: UUID, step: UUID | None) -> None:
    row = await lock_of_pair(viewer, match)
    if not await fetch(
        "SELECT 1 FROM program_steps WHERE id = $1 AND program_id = $2 FOR SHARE",
        *(step, row.program_id),
    ):
        raise NotFound("stepId")
    if row.status not in WRITABLE:
        raise NotFromHere("matchId", state=row.status)


async def _stepped(viewer: Viewer, match: UUID, step: UUID | None, action: str | None) -> MatchRow:
    row = await demand(of_pair(viewer.id).where("m.id = {0}", match), "matchId")
    if action and step:  # of no program: its admins read the log, and a pair's way is the pair's
        await record(
            action,
            actor=viewer.id,
            subject=global_id("match", match),
            details={"step": global_id("step", step)},
        )
    return row


def _checked(drafts: Sequence[StepDraft | None], duration: int, own: set[UUID]) -> list[StepDraft]:
    form = Form()
    form.count(drafts, "steps", least=1, most=_STEPS_AT_MOST)
    form.check()
    taken: set[UUID] = set()
    steps: list[StepDraft] = []
    for i, draft in enumerate(drafts):
        place = ("steps", str(i))
        if draft is None or (draft.id is not None and draft.id not in own):
            form.refuse(NotFound(*place, "id"))
            continue
        if draft.id in taken:
            form.refuse(Repeated(*place, "id"))
        id = draft.id or new_id()
        taken.add(id)
        week = form.number(draft.week, *place, "week", low=1, high=duration)
        title = form.text(draft.title, *place, "title", longest=120)
        prompt = form.text(draft.prompt, *place, "prompt", longest=5000)
        steps.append(StepDraft(id, week, title, prompt))
    form.check()
    return steps


async def _insert(program: UUID, steps: Sequence[StepDraft]) -> None:
    await execute(
        """INSERT INTO program_steps (id, program_id, position, week, title, prompt)
           SELECT id, $1, position, week, title, prompt
           FROM unnest($2::uuid[], $3::int[], $4::int[], $5::text[], $6::text[])
               AS step(id, position, week, title, prompt)
           ON CONFLICT (id) DO UPDATE SET position = excluded.position, week = excluded.week,
               title = excluded.title, prompt = excluded.prompt""",
        program,
        [step.id for step in steps],
        list(range(1, len(steps) + 1)),
        [step.week for step in steps],
        [step.title for step in steps],
        [step.prompt for step in steps],
    )
