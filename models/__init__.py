"""WHAT is stored, and what each viewer may see of it."""

from models.audit import AuditEntry
from models.check_in_reminders import CheckInReminder, DueReminder
from models.check_ins import CheckIn, CheckInAnswer, CheckInSchedule
from models.enrollments import Enrollment
from models.groups import Group, GroupMember
from models.matches import Match, PairMember
from models.messages import Message, MessageChange
from models.programs import Program
from models.sessions import RefreshToken, Session
from models.steps import ProgramStep, StepCompletion
from models.users import User

__all__ = [
    "AuditEntry",
    "CheckIn",
    "CheckInAnswer",
    "CheckInReminder",
    "CheckInSchedule",
    "DueReminder",
    "Enrollment",
    "Group",
    "GroupMember",
    "Match",
    "Message",
    "MessageChange",
    "PairMember",
    "Program",
    "ProgramStep",
    "RefreshToken",
    "Session",
    "StepCompletion",
    "User",
]
