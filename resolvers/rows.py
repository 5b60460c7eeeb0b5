"""The rows and enumerations that resolvers return: what the schema has to show."""

from domain.refusals import UserErrorCode
from domain.sessions import Tokens
from domain.templates import Template
from domain.viewer import Viewer
from models.audit import AuditEntryRow
from models.enrollments import Answer, EnrollmentRow, EnrollmentStatus
from models.groups import GroupCategory, GroupMemberRow, GroupRole, GroupRow
from models.ids import global_id
from models.matches import MatchEndReason, MatchRow, MatchStatus
from models.messages import MessageRow
from models.programs import ProgramRole, ProgramRow, ProgramStatus, ProgramTheme, Question, Weekday
from models.statistics import ProgramStatsRow, StatusCount
from models.steps import MatchStepRow, MatchStepState, ProgramStepRow
from models.users import Locale, UserRow

__all__ = [
    "Answer",
    "AuditEntryRow",
    "EnrollmentRow",
    "EnrollmentStatus",
    "GroupCategory",
    "GroupMemberRow",
    "GroupRole",
    "GroupRow",
    "Locale",
    "MatchEndReason",
    "MatchRow",
    "MatchStatus",
    "MatchStepRow",
    "MatchStepState",
    "MessageRow",
    "ProgramRole",
    "ProgramRow",
    "ProgramStatsRow",
    "ProgramStatus",
    "ProgramStepRow",
    "ProgramTheme",
    "Question",
    "StatusCount",
    "Template",
    "Tokens",
    "UserErrorCode",
    "UserRow",
    "Viewer",
    "Weekday",
    "global_id",
]
