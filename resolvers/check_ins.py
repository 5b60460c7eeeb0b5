"""Check-ins, for the two of the pair."""

from collections.abc import Awaitable, Sequence
from uuid import UUID

from strawberry import ID

from domain import check_ins
from domain.check_ins import AnswerDraft
from models.check_ins import CheckInRow, answerable, visible_to
from models.matches import MatchRow
from models.programs import Weekday
from resolvers.context import Info, viewer_of
from resolvers.ids import demand_id
from resolvers.loading import loaded
from resolvers.pages import Connection, page_of, window

ANSWERABLE = "match.openCheckIn"


async def by_id(info: Info, id: UUID | None) -> CheckInRow | None:
    return await loaded(info, "check_in", visible_to, "c.id", id)


async def page(
    root: MatchRow,
    info: Info,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> Connection[CheckInRow]:
    """The check-ins that have opened, oldest first."""
    return await page_of(
        info,
        root.id,
        visible_to(viewer_of(info).id),
        column="c.match_id",
        key="c.id",
        wanted=window(first, after, last, before),
        question="match.checkIns",
    )


def open_one(root: MatchRow, info: Info) -> CheckInRow | Awaitable[CheckInRow | None] | None:
    """The one that can be answered now."""
    viewer = viewer_of(info)

    async def read(ids: Sequence[UUID]) -> dict[UUID, CheckInRow]:
        return await answerable(ids, viewer.id)

    return info.context.loaders.ask(ANSWERABLE, read, root.id, lambda found: found)


async def answer(info: Info, check_in_id: ID, mood: int, met: bool, note: str | None) -> CheckInRow:
    check_in = demand_id("checkin", check_in_id, "checkInId")
    return await check_ins.answer(viewer_of(info), check_in, AnswerDraft(mood, met, note))


async def set_weekday(info: Info, match_id: ID, weekday: Weekday) -> MatchRow:
    match = demand_id("match", match_id, "matchId")
    return await check_ins.set_weekday(viewer_of(info), match, weekday)
