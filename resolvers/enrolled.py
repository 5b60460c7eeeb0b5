"""A program and those enrolled in it, as its admins list them: one statement for both."""

from collections.abc import Hashable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from strawberry import ID

from domain.denials import Denial
from models.enrollments import EnrollmentRow, EnrollmentStatus, page_part
from models.enrollments import visible_to as enrollments_visible_to
from models.ids import id_of
from models.programs import WIDTH, ProgramRole, ProgramRow, visible_to
from models.reading import Read, Window
from resolvers import programs
from resolvers.context import Info, viewer_of
from resolvers.pages import Connection, page_of, window


@dataclass(frozen=True, slots=True)
class Listed:
    """A stretch of such a list, and the question that it answers, whatever the program."""

    read: Read[EnrollmentRow]
    question: Hashable
    window: Window


async def program(info: Info, id: ID) -> ProgramRow | None:
    """The program with this id, for who may see it; a page that is asked of it is read with it."""
    key = id_of("program", id)
    listed = None if key is None else _ahead(info)
    if key is None or listed is None:
        return await programs.by_id(info, key)
    viewer = viewer_of(info)

    async def read(ids: Sequence[UUID]) -> dict[UUID, tuple[ProgramRow, list[Any]]]:
        rows = visible_to(viewer.id).where("p.id = ANY ({0}::uuid[])", list(ids))
        read = rows.with_parts(WIDTH, [page_part(listed.read, listed.window)])
        return {found[0].id: found for found in await read.all()}

    question = listed.question, listed.window
    found = await info.context.loaders.load(("program.listed", question), read, key)
    if found is None:
        return None
    row, [page] = found
    info.context.loaders.tell(question, row.id, page)
    info.context.loaders.tell(programs.PROGRAM, row.id, row)
    return row


async def enrollments(
    root: ProgramRow,
    info: Info,
    role: ProgramRole | None = None,
    status: list[EnrollmentStatus] | None = None,
    unmatched: bool | None = None,
    first: int | None = None,
    after: str | None = None,
) -> Connection[EnrollmentRow]:
    """`unmatched`: those without a match that holds a place, or with one."""
    listed = _listed(info, role, status, unmatched, first, after)
    return await page_of(
        info,
        root.id,
        listed.read,
        column="e.program_id",
        key="e.id",
        wanted=listed.window,
        question=listed.question,
    )


def _ahead(info: Info) -> Listed | None:
    """The list that will be asked of the program, the first of several."""
    below = getattr(info, "below", None)  # only of documents that were compiled one knows
    for arguments in below("enrollments") if below is not None else ():
        with suppress(Denial):
            return _listed(info, **arguments)
    return None


def _listed(
    info: Info,
    role: ProgramRole | None = None,
    status: list[EnrollmentStatus] | None = None,
    unmatched: bool | None = None,
    first: int | None = None,
    after: str | None = None,
) -> Listed:
    read = enrollments_visible_to(viewer_of(info).id)
    if role is not None:
        read = read.where("e.role = {0}", role)
    if status is not None:
        read = read.where("e.status = ANY ({0})", list(status))
    if unmatched is not None:
        read = read.where("(e.places_taken = 0) = {0}", unmatched)
    question = "program.enrollments", role, tuple(status or ()), status is None, unmatched
    return Listed(read, question, window(first, after))
