"""Matches: the pair's own, and the admins' view of them."""

from collections.abc import Awaitable, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from strawberry import ID

from domain import ladder, matches, pairing, steps
from domain.health import MatchHealth, health_of
from domain.pairing import Pair
from domain.transitions import MatchEvent
from models import acceptances
from models.endings import MatchEndReason
from models.enrollments import EnrollmentRow, of_matches
from models.ids import id_of
from models.matches import MatchRow, visible_to
from models.programs import ProgramRow
from models.steps import MatchStepRow, current_steps, steps_of_matches
from models.users import UserRow
from resolvers import enrollments, programs
from resolvers.context import Info, viewer_of
from resolvers.ids import demand_id
from resolvers.loading import loaded

STEPS, CURRENT_STEP = "match.steps", "match.currentStep"
ACCEPTED = "match.viewerAcceptedAt"


class PairInput(Protocol):
    mentor_enrollment_id: ID
    mentee_enrollment_id: ID


async def by_id(info: Info, id: UUID | None) -> MatchRow | None:
    return await loaded(info, "match", visible_to, "m.id", id)


def program(root: MatchRow, info: Info) -> ProgramRow | Awaitable[ProgramRow | None] | None:
    return programs.known_or_read(info, root.program_id)


def partner(root: MatchRow, info: Info) -> UserRow | None:
    return root.partner_of(viewer_of(info).id)


async def mentor_enrollment(root: MatchRow, info: Info) -> EnrollmentRow | None:
    mentor, _ = await _enrollments(root, info)
    return await enrollments.by_id(info, mentor)


async def mentee_enrollment(root: MatchRow, info: Info) -> EnrollmentRow | None:
    _, mentee = await _enrollments(root, info)
    return await enrollments.by_id(info, mentee)


async def _enrollments(root: MatchRow, info: Info) -> tuple[UUID | None, UUID | None]:
    found = await info.context.loaders.load("match.enrollments", of_matches, root.id)
    return found or (None, None)


def end_reason(root: MatchRow, info: Info) -> MatchEndReason | None:
    return root.end_reason(viewer_of(info).id)


def respond_by(root: MatchRow) -> datetime | None:
    return matches.respond_by(root)


def ends_for_silence_at(root: MatchRow) -> datetime | None:
    return ladder.ends_for_silence_at(root)


def viewer_accepted_at(root: MatchRow, info: Info) -> datetime | Awaitable[datetime | None] | None:
    viewer = viewer_of(info)

    async def read(ids: Sequence[UUID]) -> dict[UUID, datetime | None]:
        return await acceptances.accepted_at(ids, viewer.id)

    return info.context.loaders.ask(ACCEPTED, read, root.id, lambda at: at)


def current_step(
    root: MatchRow, info: Info
) -> MatchStepRow | Awaitable[MatchStepRow | None] | None:
    return info.context.loaders.ask(CURRENT_STEP, current_steps, root.id, lambda step: step)


def match_steps(root: MatchRow, info: Info) -> list[MatchStepRow] | Awaitable[list[MatchStepRow]]:
    async def read(rows: Sequence[MatchRow]) -> dict[MatchRow, list[MatchStepRow]]:
        found = await steps_of_matches(list(rows))
        return {row: found[row.id] for row in rows}

    return info.context.loaders.ask(STEPS, read, root, lambda steps: steps or [])


async def health(root: MatchRow, info: Info) -> MatchHealth | None:
    return await info.context.loaders.load("match.health", health_of, root.id)


async def create(info: Info, program_id: ID, pairs: list[PairInput]) -> list[MatchRow]:
    program = demand_id("program", program_id, "programId")
    wanted = [
        Pair(
            id_of("enrollment", pair.mentor_enrollment_id),
            id_of("enrollment", pair.mentee_enrollment_id),
        )
        for pair in pairs
    ]
    return await pairing.create_matches(viewer_of(info), program, wanted)


async def respond(info: Info, match_id: ID, accept: bool) -> MatchRow:
    return await matches.respond(viewer_of(info), demand_id("match", match_id, "matchId"), accept)


async def pause(info: Info, match_id: ID) -> MatchRow:
    return await _change(info, match_id, MatchEvent.PAUSE)


async def resume(info: Info, match_id: ID) -> MatchRow:
    return await _change(info, match_id, MatchEvent.RESUME)


async def complete(info: Info, match_id: ID) -> MatchRow:
    return await _change(info, match_id, MatchEvent.COMPLETE)


async def end(info: Info, match_id: ID) -> MatchRow:
    return await _change(info, match_id, MatchEvent.END)


async def complete_step(info: Info, match_id: ID, step_id: ID) -> MatchRow:
    match = demand_id("match", match_id, "matchId")
    return await steps.complete_step(viewer_of(info), match, id_of("step", step_id))


async def reopen_step(info: Info, match_id: ID, step_id: ID) -> MatchRow:
    match = demand_id("match", match_id, "matchId")
    return await steps.reopen_step(viewer_of(info), match, id_of("step", step_id))


async def _change(info: Info, match_id: ID, event: MatchEvent) -> MatchRow:
    match = demand_id("match", match_id, "matchId")
    return await matches.change(viewer_of(info), match, event)
