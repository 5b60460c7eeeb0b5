"""Anything by its id, through the same floor as everywhere: `visible_to(viewer)`."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeAlias
from uuid import UUID

from strawberry import ID

from domain.denials import TooComplex
from domain.viewer import Viewer
from models.ids import parse_global_id
from models.programs import visible_to as programs_visible_to
from models.steps import ProgramStepRow
from models.users import UserRow, visible_to
from resolvers import (
    check_in_reminders,
    check_ins,
    enrollments,
    groups,
    matches,
    messages,
    programs,
    reports,
)
from resolvers.context import Info, viewer_of
from resolvers.loading import loaded
from resolvers.pages import LARGEST_PAGE

Reader: TypeAlias = Callable[[Info, UUID], Awaitable[Any]]


async def node(info: Info, id: ID) -> Any:
    """The thing with this id; None for what is not there, or not the viewer's to know of.

    SUSPENDED for a suspended account, whatever the id.
    """
    viewer: Viewer | None = info.context.viewer
    if viewer is None:
        return None
    viewer.demand_good_standing()
    parsed = parse_global_id(id)
    if parsed is None or parsed[0] not in READERS:
        return None
    noun, key = parsed
    reader, for_adults = READERS[noun]
    if for_adults and not viewer.is_adult:
        return None
    return await reader(info, key)


async def nodes(info: Info, ids: list[ID]) -> list[Any]:
    """Several at once, a page of them at the most."""
    if len(ids) > LARGEST_PAGE:
        raise TooComplex
    return list(await asyncio.gather(*(node(info, id) for id in ids)))


async def _user(info: Info, id: UUID) -> UserRow | None:
    return await loaded(info, "user", visible_to, "u.id", id)


async def _step(info: Info, id: UUID) -> ProgramStepRow | None:
    # One statement, whether the step is not there or of a draft: neither takes longer to find out.
    of_step = "p.id = (SELECT s.program_id FROM program_steps s WHERE s.id = {0})"
    program = await programs_visible_to(viewer_of(info).id).where(of_step, id).first()
    if program is None:
        return None
    return next((step for step in await programs.steps(program, info) if step.id == id), None)


READERS: Mapping[str, tuple[Reader, bool]] = {
    "user": (_user, False),
    "group": (groups.by_id, False),
    "program": (programs.by_id, True),
    "step": (_step, True),
    "enrollment": (enrollments.by_id, True),
    "match": (matches.by_id, True),
    "message": (messages.by_id, True),
    "checkin": (check_ins.by_id, True),
    "reminder": (check_in_reminders.by_id, True),
    "report": (reports.by_id, False),
}
"""How each noun is read, and whether only adults may."""
