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
from models.words import folded, holds_words
from resolvers import programs
from resolvers.arguments import taking
from resolvers.context import Info, viewer_of
from resolvers.pages import Connection, page_of, window
from resolvers.words import words_of


@dataclass(frozen=True, slots=True)
class Listing:
    """Which of those enrolled in a program are asked for: the arguments of the list."""

    search: str | None = None
    """Words of the name of whoever enrolled."""
    role: ProgramRole | None = None
    status: list[EnrollmentStatus] | None = None
    unmatched: bool | None = None
    """Those without a match that holds a place, or with one."""
    first: int | None = None
    after: str | None = None

    def read(self, viewer: UUID) -> Read[EnrollmentRow]:
        """The list, as this viewer sees it, of whatever program."""
        read = enrollments_visible_to(viewer)
        if words := self.words:
            read = read.where(holds_words(folded("u.display_name")), words)
        if self.role is not None:
            read = read.where("e.role = {0}", self.role)
        if self.status is not None:
            read = read.where("e.status = ANY ({0})", list(self.status))
        if self.unmatched is not None:
            read = read.where("(e.places_taken = 0) = {0}", self.unmatched)
        return read

    @property
    def words(self) -> str:
        """Those that are looked for, with spaces between them."""
        return words_of(self.search)

    @property
    def window(self) -> Window:
        """The stretch of it; BAD_PAGE or BAD_CURSOR when there can be none."""
        return window(self.first, self.after)

    @property
    def question(self) -> Hashable:
        """What tells it from other lists that a document asks for, whatever the stretch."""
        status = None if self.status is None else tuple(self.status)
        return "program.enrollments", self.words, self.role, status, self.unmatched


async def program(info: Info, id: ID) -> ProgramRow | None:
    """The program with this id, for who may see it; a page that is asked of it is read with it."""
    key = id_of("program", id)
    ahead = None if key is None else _ahead(info)
    if key is None or ahead is None:
        return await programs.by_id(info, key)
    listing, wanted = ahead
    viewer = viewer_of(info).id

    async def read(ids: Sequence[UUID]) -> dict[UUID, tuple[ProgramRow, list[Any]]]:
        rows = visible_to(viewer).where("p.id = ANY ({0}::uuid[])", list(ids))
        read = rows.with_parts(WIDTH, [page_part(listing.read(viewer), wanted)])
        return {found[0].id: found for found in await read.all()}

    question = listing.question, wanted
    found = await info.context.loaders.load(("program.listed", question), read, key)
    if found is None:
        return None
    row, [page] = found
    info.context.loaders.tell(question, row.id, page)
    info.context.loaders.tell(programs.PROGRAM, row.id, row)
    return row


@taking(Listing)
async def enrollments(root: ProgramRow, info: Info, listing: Listing) -> Connection[EnrollmentRow]:
    """In the order in which they enrolled; those of people with each of these words in their
    name."""
    return await page_of(
        info,
        root.id,
        listing.read(viewer_of(info).id),
        column="e.program_id",
        key="e.id",
        wanted=listing.window,
        question=listing.question,
    )


def _ahead(info: Info) -> tuple[Listing, Window] | None:
    """The list that will be asked of the program, the first of several, and the stretch of it."""
    below = getattr(info, "below", None)  # only of documents that were compiled one knows
    for arguments in below("enrollments") if below is not None else ():
        listing = Listing(**arguments)
        with suppress(Denial):
            return listing, listing.window
    return None
