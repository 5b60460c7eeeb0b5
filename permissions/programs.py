"""What is asked about a program."""

from typing import Any

from strawberry.permission import BasePermission

from models.matches import MatchRow
from models.programs import ProgramRow
from permissions.asking import AskingInfo, forbid_unless, signed_in


class IsProgramAdmin(BasePermission):
    """The admins of the group whose program it is, or whose program the match is of."""

    def has_permission(
        self, source: ProgramRow | MatchRow, info: AskingInfo, **kwargs: Any
    ) -> bool:
        signed_in(info).demand_adult()
        return forbid_unless(source.viewer_is_admin)
