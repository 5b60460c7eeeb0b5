"""WHAT is stored, and what each viewer may see of it."""

from models.audit import AuditEntry
from models.blocks import Block
from models.check_in_reminders import CheckInReminder, DueReminder
from models.check_ins import CheckIn, CheckInAnswer, CheckInSchedule
from models.enrollments import Enrollment
from models.evidence import ReportEvidence
from models.groups import Group, GroupMember
from models.identities import Identity, IdentityKey
from models.matches import Match, PairMember
from models.messages import Message, MessageChange
from models.notices import Notice
from models.programs import Program
from models.reports import Report, ReportParty, ReportResolution
from models.sessions import RefreshToken, Session
from models.steps import ProgramStep, StepCompletion
from models.users import User

__all__ = [
    "AuditEntry",
    "Block",
    "CheckIn",
    "CheckInAnswer",
    "CheckInReminder",
    "CheckInSchedule",
    "DueReminder",
    "Enrollment",
    "Group",
    "GroupMember",
    "Identity",
    "IdentityKey",
    "Match",
    "Message",
    "MessageChange",
    "Notice",
    "PairMember",
    "Program",
    "ProgramStep",
    "RefreshToken",
    "Report",
    "ReportEvidence",
    "ReportParty",
    "ReportResolution",
    "Session",
    "StepCompletion",
    "User",
]
