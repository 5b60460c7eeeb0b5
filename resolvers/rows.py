"""The rows and enumerations that resolvers return: what the schema has to show."""

from domain.check_in_preferences import CheckInPreferences
from domain.health import MatchHealth
from domain.matching.words import (
    AssignmentObjective,
    ForbiddenPairRule,
    MatchReasonKind,
    RecruitingTrait,
    UnplacedReason,
)
from domain.refusing import UserErrorCode
from domain.sessions import Tokens
from domain.templates import Template
from domain.upcoming_reminders import UpcomingReminder
from domain.viewer import Viewer
from models.audit import AuditEntryRow
from models.check_in_reminders import CheckInReminderKind, CheckInReminderRow
from models.check_ins import CheckInAnswerRow, CheckInRow, CheckInStatus
from models.endings import MatchEndReason
from models.enrollments import Answer, EnrollmentRow, EnrollmentStatus
from models.evidence import EvidenceRow
from models.groups import GroupCategory, GroupMemberRow, GroupRole, GroupRow
from models.ids import global_id
from models.inbox import MatchOrder
from models.matches import MatchRow, MatchStatus
from models.messages import MessageRow
from models.notices import NoticeRow
from models.programs import ProgramRole, ProgramRow, ProgramStatus, ProgramTheme, Question, Weekday
from models.reports import (
    ModerationAction,
    ReportReason,
    ReportRow,
    ReportStatus,
    ReportSubjectKind,
    ResolutionRow,
)
from models.results import EndReasonCount, MonthCounts, ProgramResultsRow
from models.sessions import SessionRow
from models.statistics import CheckInWeekCount, ProgramStatsRow, StatusCount
from models.steps import MatchStepRow, MatchStepState, ProgramStepRow
from models.users import Locale, UserRow

__all__ = [
    "Answer",
    "AssignmentObjective",
    "AuditEntryRow",
    "CheckInAnswerRow",
    "CheckInPreferences",
    "CheckInReminderKind",
    "CheckInReminderRow",
    "CheckInRow",
    "CheckInStatus",
    "CheckInWeekCount",
    "EndReasonCount",
    "EnrollmentRow",
    "EnrollmentStatus",
    "EvidenceRow",
    "ForbiddenPairRule",
    "GroupCategory",
    "GroupMemberRow",
    "GroupRole",
    "GroupRow",
    "Locale",
    "MatchEndReason",
    "MatchHealth",
    "MatchOrder",
    "MatchReasonKind",
    "MatchRow",
    "MatchStatus",
    "MatchStepRow",
    "MatchStepState",
    "MessageRow",
    "ModerationAction",
    "MonthCounts",
    "NoticeRow",
    "ProgramResultsRow",
    "ProgramRole",
    "ProgramRow",
    "ProgramStatsRow",
    "ProgramStatus",
    "ProgramStepRow",
    "ProgramTheme",
    "Question",
    "RecruitingTrait",
    "ReportReason",
    "ReportRow",
    "ReportStatus",
    "ReportSubjectKind",
    "ResolutionRow",
    "SessionRow",
    "StatusCount",
    "Template",
    "Tokens",
    "UnplacedReason",
    "UpcomingReminder",
    "UserErrorCode",
    "UserRow",
    "Viewer",
    "Weekday",
    "global_id",
]
