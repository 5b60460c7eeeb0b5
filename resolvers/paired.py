"""The matches of a program, and those of an enrollment."""

from collections.abc import Hashable
from dataclasses import dataclass
from uuid import UUID

from domain.health import MatchHealth, in_health
from models.endings import END_REASONS, MatchEndReason
from models.enrollments import EnrollmentRow
from models.matches import MatchRow, MatchStatus, visible_to
from models.programs import ProgramRole, ProgramRow
from models.reading import Read
from resolvers.arguments import taking
from resolvers.context import Info, viewer_of
from resolvers.pages import Connection, page_of, window


@dataclass(frozen=True, slots=True)
class Listing:
    """Which matches of a program are asked for: the arguments of the list."""

    status: list[MatchStatus] | None = None
    health: list[MatchHealth] | None = None
    end_reason: list[MatchEndReason] | None = None
    """As the viewer is told, so that nobody finds out more by asking for it."""
    first: int | None = None
    after: str | None = None

    def read(self, viewer: UUID) -> Read[MatchRow]:
        """The list, as this viewer sees it, of whatever program."""
        read = visible_to(viewer)
        if self.status is not None:
            read = read.where("m.status = ANY ({0})", list(self.status))
        if self.health is not None:
            read = in_health(read, self.health)
        if self.end_reason is not None:
            told = [END_REASONS[each] for each in MatchEndReason if each in self.end_reason]
            read = read.where_any(told, viewer)
        return read

    @property
    def question(self) -> Hashable:
        """What tells it from other lists that a document asks for, whatever the stretch."""
        asked = (self.status, self.health, self.end_reason)
        return "program.matches", *(each if each is None else tuple(each) for each in asked)


@taking(Listing)
async def matches(root: ProgramRow, info: Info, listing: Listing) -> Connection[MatchRow]:
    return await page_of(
        info,
        root.id,
        listing.read(viewer_of(info).id),
        column="m.program_id",
        key="m.id",
        wanted=window(listing.first, listing.after),
        question=listing.question,
    )


async def of_enrollment(
    root: EnrollmentRow, info: Info, first: int | None = None, after: str | None = None
) -> Connection[MatchRow]:
    """Those that came of it, also those that are over."""
    read, wanted = visible_to(viewer_of(info).id), window(first, after)
    if root.role is ProgramRole.MENTOR:
        return await page_of(
            info,
            root.id,
            read,
            column="m.mentor_enrollment_id",
            key="m.id",
            wanted=wanted,
            question="enrollment.matches.mentor",
        )
    return await page_of(
        info,
        root.id,
        read,
        column="m.mentee_enrollment_id",
        key="m.id",
        wanted=wanted,
        question="enrollment.matches.mentee",
    )
