"""What came of a program, to be shown to those who never see it."""

import datetime

import strawberry

from resolvers.rows import EndReasonCount as EndReasonCountRow
from resolvers.rows import MatchEndReason, MonthCounts, ProgramResultsRow
from schema.nodes import shown


@shown(row=EndReasonCountRow, visible_to="the program's admins")
class EndReasonCount:
    reason: MatchEndReason
    count: int


@shown(
    row=MonthCounts,
    visible_to="the program's admins",
    description="What happened in a month by UTC.",
)
class MonthResults:
    month: datetime.date = strawberry.field(description="Its first day.")
    started: int
    completed: int
    ended: int = strawberry.field(description="For whatever reason; not those completed.")


@shown(
    row=ProgramResultsRow,
    visible_to="the program's admins",
    description="What came of a program: counts only. Of the matches that "
    "ever started; accounts that were erased since count as before.",
)
class ProgramResults:
    mentees_paired: int = strawberry.field(description="People, however many matches each had.")
    mentors_paired: int = strawberry.field(description="People, however many matches each had.")
    matches_started: int
    matches_completed: int
    end_reasons: list[EndReasonCount] = strawberry.field(
        description="Why the others ended, as an admin is told who is not of the pair; the reasons "
        "that there were."
    )
    median_weeks_together: float | None = strawberry.field(
        description="Of completed matches, from start to completion, pauses included. Null for "
        "fewer than 5."
    )
    check_ins_answered_ratio: float | None = strawberry.field(
        description="Share of the check-ins that are decided which both answered; those that the "
        "end of a match cut off are left out. Null when none is."
    )
    by_month: list[MonthResults] = strawberry.field(
        description="Oldest first; the months in which something happened."
    )
