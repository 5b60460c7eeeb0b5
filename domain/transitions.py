"""What may follow what: one table for each thing that has states. What is not listed is refused.

The value of an event is its name in the audit log.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from domain.refusals import NotFromHere
from models.check_ins import CheckInStatus as CheckIn
from models.enrollments import EnrollmentStatus as Enrollment
from models.matches import MatchStatus as Match
from models.programs import ProgramStatus as Program
from models.reports import ModerationAction
from models.reports import ReportStatus as Report


class ProgramEvent(StrEnum):
    OPEN = "opened"
    CLOSE = "closed"
    ARCHIVE = "archived"


PROGRAM: Mapping[tuple[Program, ProgramEvent], Program] = {
    (Program.DRAFT, ProgramEvent.OPEN): Program.OPEN,
    (Program.OPEN, ProgramEvent.CLOSE): Program.CLOSED,
    (Program.CLOSED, ProgramEvent.OPEN): Program.OPEN,
    (Program.CLOSED, ProgramEvent.ARCHIVE): Program.ARCHIVED,
}


class EnrollmentEvent(StrEnum):
    APPROVE = "approved"
    DECLINE = "declined"
    RECONSIDER = "reconsidered"
    WITHDRAW = "withdrawn"
    ENROLL_AGAIN = "enrolled"


ENROLLMENT: Mapping[tuple[Enrollment, EnrollmentEvent], Enrollment] = {
    (Enrollment.PENDING, EnrollmentEvent.APPROVE): Enrollment.APPROVED,
    (Enrollment.PENDING, EnrollmentEvent.DECLINE): Enrollment.DECLINED,
    (Enrollment.DECLINED, EnrollmentEvent.RECONSIDER): Enrollment.PENDING,
    (Enrollment.PENDING, EnrollmentEvent.WITHDRAW): Enrollment.WITHDRAWN,
    (Enrollment.APPROVED, EnrollmentEvent.WITHDRAW): Enrollment.WITHDRAWN,
    (Enrollment.WITHDRAWN, EnrollmentEvent.ENROLL_AGAIN): Enrollment.PENDING,
}


class MatchEvent(StrEnum):
    BOTH_ACCEPTED = "started"
    DECLINE = "declined"
    EXPIRE = "expired"
    PAUSE = "paused"
    FALL_SILENT = "fell_silent"
    RESUME = "resumed"
    COMPLETE = "completed"
    END = "ended"
    FREEZE = "frozen"
    UNFREEZE = "unfrozen"
    UNFREEZE_PAUSED = "unfrozen_paused"


MATCH: Mapping[tuple[Match, MatchEvent], Match] = {
    (Match.PROPOSED, MatchEvent.BOTH_ACCEPTED): Match.ACTIVE,
    (Match.PROPOSED, MatchEvent.DECLINE): Match.DECLINED,
    (Match.PROPOSED, MatchEvent.EXPIRE): Match.EXPIRED,
    (Match.PROPOSED, MatchEvent.END): Match.ENDED,
    (Match.ACTIVE, MatchEvent.PAUSE): Match.PAUSED,
    (Match.ACTIVE, MatchEvent.FALL_SILENT): Match.PAUSED,
    (Match.ACTIVE, MatchEvent.COMPLETE): Match.COMPLETED,
    (Match.ACTIVE, MatchEvent.END): Match.ENDED,
    (Match.PAUSED, MatchEvent.RESUME): Match.ACTIVE,
    (Match.PAUSED, MatchEvent.COMPLETE): Match.COMPLETED,
    (Match.PAUSED, MatchEvent.END): Match.ENDED,
    (Match.FROZEN, MatchEvent.END): Match.ENDED,
    (Match.ACTIVE, MatchEvent.FREEZE): Match.FROZEN,
    (Match.PAUSED, MatchEvent.FREEZE): Match.FROZEN,
    (Match.FROZEN, MatchEvent.UNFREEZE): Match.ACTIVE,
    (Match.FROZEN, MatchEvent.UNFREEZE_PAUSED): Match.PAUSED,
}


REPORT: Mapping[tuple[Report, ModerationAction], Report] = {
    (Report.OPEN, ModerationAction.DISMISS): Report.DISMISSED,
    (Report.OPEN, ModerationAction.WARN): Report.ACTED,
    (Report.OPEN, ModerationAction.REMOVE_MESSAGES): Report.ACTED,
    (Report.OPEN, ModerationAction.FREEZE_MATCH): Report.ACTED,
    (Report.OPEN, ModerationAction.UNFREEZE_MATCH): Report.ACTED,
    (Report.OPEN, ModerationAction.END_MATCH): Report.ACTED,
    (Report.OPEN, ModerationAction.SUSPEND_USER): Report.ACTED,
    (Report.OPEN, ModerationAction.MARK_UNDERAGE): Report.ACTED,
    # A match is frozen while one looks closer: what came of it is decided after that.
    (Report.ACTED, ModerationAction.REMOVE_MESSAGES): Report.ACTED,
    (Report.ACTED, ModerationAction.UNFREEZE_MATCH): Report.ACTED,
    (Report.ACTED, ModerationAction.END_MATCH): Report.ACTED,
    (Report.ACTED, ModerationAction.SUSPEND_USER): Report.ACTED,
    (Report.ACTED, ModerationAction.MARK_UNDERAGE): Report.ACTED,
}


class CheckInEvent(StrEnum):
    BOTH_ANSWERED = "completed"
    OVER = "missed"


# Followed by whole batches at once: the database holds them to it.
CHECK_IN: Mapping[tuple[CheckIn, CheckInEvent], CheckIn] = {
    (CheckIn.OPEN, CheckInEvent.BOTH_ANSWERED): CheckIn.COMPLETED,
    (CheckIn.OPEN, CheckInEvent.OVER): CheckIn.MISSED,
}

State = TypeVar("State")
Event = TypeVar("Event")


def follow(
    table: Mapping[tuple[State, Event], State], state: State, event: Event, *field: str
) -> State:
    """The state that `event` leads to; ILLEGAL_STATE when the table has no such line."""
    following = table.get((state, event))
    if following is None:
        raise NotFromHere(*field, state=state)
    return following
