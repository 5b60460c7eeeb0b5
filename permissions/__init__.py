"""WHO may: one class an idea, asked of a field, printed beside it in schema.graphql.

All of them are synchronous: what they need to know came with the row the field stands on.
"""

from permissions.enrollments import IsSelfOrProgramAdmin, IsSelfOrProgramAdminOrPartner
from permissions.groups import IsGroupMember
from permissions.matches import IsPairMember
from permissions.people import IsAdult, IsAuthenticated, IsPublic, IsSignedIn
from permissions.programs import IsProgramAdmin
from permissions.reports import IsModerator, IsSelfOrModerator

__all__ = [
    "IsAdult",
    "IsAuthenticated",
    "IsGroupMember",
    "IsModerator",
    "IsPairMember",
    "IsProgramAdmin",
    "IsPublic",
    "IsSelfOrModerator",
    "IsSelfOrProgramAdmin",
    "IsSelfOrProgramAdminOrPartner",
    "IsSignedIn",
]
