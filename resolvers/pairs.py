"""Pairs, and what is asked of each of them, in one statement whatever their number."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from contextlib import suppress
from typing import Any
from uuid import UUID

from msgspec import Struct
from strawberry import ID

from domain.denials import Denial
from models.acceptances import accepted_part
from models.check_ins import answerable_part
from models.conversations import page_part, unread_part
from models.ids import id_of
from models.inbox import LATEST_FIRST, OLDEST_FIRST, latest_within, oldest_within, said_part
from models.matches import MATCH_WIDTH, MatchRow, visible_to
from models.programs import program_part
from models.reading import Part, Read, Window
from models.steps import current_step_part, steps_part
from resolvers import matches
from resolvers.check_ins import ANSWERABLE
from resolvers.context import Info, viewer_of
from resolvers.cursors import moment_cursor
from resolvers.messages import PAGE_OF, UNREAD, window_of
from resolvers.pages import Connection, row_cursor_of
from resolvers.programs import PROGRAM

_ROWS: list[tuple[str, ...]] = [("nodes",), ("edges", "node")]
"""Where the rows of a page stand below it."""
PAGES = 4
"""How many pages of messages of each pair are read at once; what is asked beyond has its own."""


class Ahead(Struct, frozen=True):
    """What is read with a pair, and the question that it answers."""

    question: Hashable
    part: Part[MatchRow]
    key: Callable[[MatchRow], Hashable]


async def page(info: Info, read: Read[MatchRow], wanted: Window) -> Connection[MatchRow]:
    """One page of one's own pairs, ordered by id."""
    ahead, within = _ahead(info, _ROWS, None), oldest_within(read, wanted)
    if ahead:
        found = await _with(within, ahead).all(OLDEST_FIRST)
        rows = [_told(info, ahead, *each) for each in found]
    else:
        rows = await within.all(OLDEST_FIRST)
    return Connection(wanted.shown(rows), row_cursor_of, read.count)


async def latest_page(info: Info, read: Read[MatchRow], wanted: Window) -> Connection[MatchRow]:
    """One page of one's own pairs, ordered by the last message in each, the latest first."""
    ahead = _ahead(info, _ROWS, None)
    parts = [*(each.part for each in ahead), said_part()]
    within = latest_within(read, wanted).with_parts(MATCH_WIDTH, parts)
    rows, said = [], {}
    for row, [*found, at] in await within.all(LATEST_FIRST):
        rows.append(_told(info, ahead, row, found))
        said[row.id] = at
    return Connection(
        wanted.shown(rows), lambda row: moment_cursor(said[row.id], row.id), read.count
    )


async def one(info: Info, id: ID) -> MatchRow | None:
    """The pair with this id, for who may see it."""
    key = id_of("match", id)
    if key is None:
        return None
    ahead = _ahead(info, [()], key)
    if not ahead:
        return await matches.by_id(info, key)
    viewer = viewer_of(info)

    async def read(ids: Sequence[UUID]) -> dict[UUID, tuple[MatchRow, list[Any]]]:
        rows = visible_to(viewer.id).where("m.id = ANY ({0}::uuid[])", list(ids))
        return {found[0].id: found for found in await _with(rows, ahead).all()}

    question = "match.opened", *(each.question for each in ahead)
    found = await info.context.loaders.load(question, read, key)
    return None if found is None else _told(info, ahead, *found)


def _ahead(info: Info, ways: list[tuple[str, ...]], only: UUID | None) -> list[Ahead]:
    """What will be asked of each pair; `only` is its id, where it is but one."""
    below = getattr(info, "below", None)  # only of documents that were compiled one knows
    if below is None:
        return []
    viewer = viewer_of(info).id

    def asked(name: str) -> list[dict[str, Any]]:
        return [arguments for way in ways for arguments in below(*way, name)]

    ahead: list[Ahead] = []
    if asked("program"):
        ahead.append(Ahead(PROGRAM, program_part(viewer), lambda row: row.program_id))
    if asked("steps"):
        ahead.append(Ahead(matches.STEPS, steps_part(viewer), lambda row: row))
    ahead += [
        Ahead(question, part(viewer), lambda row: row.id)
        for name, (question, part) in _BY_ID.items()
        if asked(name)
    ]
    windows: dict[Window, None] = {}
    for arguments in asked("messages"):
        # A cursor is a place in one conversation: with several, the field says so itself.
        if only is not None or not (arguments.get("after") or arguments.get("before")):
            with suppress(Denial):
                windows[window_of(only or _NOBODY, **arguments)] = None
    ahead += [
        Ahead((PAGE_OF, each), page_part(viewer, each), lambda row: row)
        for each in list(windows)[:PAGES]
    ]
    return ahead


_NOBODY = UUID(int=0)
_BY_ID: Mapping[str, tuple[Hashable, Callable[[UUID], Part[MatchRow]]]] = {
    "unreadCount": (UNREAD, unread_part),
    "viewerAcceptedAt": (matches.ACCEPTED, accepted_part),
    "currentStep": (matches.CURRENT_STEP, current_step_part),
    "openCheckIn": (ANSWERABLE, answerable_part),
}
"""The fields that are answered for each pair by its id."""


def _with(read: Read[MatchRow], ahead: list[Ahead]) -> Read[tuple[MatchRow, list[Any]]]:
    return read.with_parts(MATCH_WIDTH, [each.part for each in ahead])


def _told(info: Info, ahead: list[Ahead], row: MatchRow, found: list[Any]) -> MatchRow:
    for each, value in zip(ahead, found, strict=True):
        info.context.loaders.tell(each.question, each.key(row), value)
    return row
