"""What is asked about an enrollment."""

from typing import Any

from strawberry.permission import BasePermission

from models.enrollments import EnrollmentRow
from permissions.asking import AskingInfo, forbid_unless, in_good_standing


class IsSelfOrProgramAdmin(BasePermission):
    """Who enrolled, and the program's admins."""

    def has_permission(self, source: EnrollmentRow, info: AskingInfo, **kwargs: Any) -> bool:
        viewer = in_good_standing(info)
        return forbid_unless(source.user.id == viewer.id or source.viewer_is_admin)


class IsSelfOrProgramAdminOrPartner(BasePermission):
    """Who enrolled, the program's admins, and the partner while a match of it lasts."""

    subject = "src.viewer_is_admin or src"
    """All those whose program one is admin of are the same in this."""

    def has_permission(self, source: EnrollmentRow, info: AskingInfo, **kwargs: Any) -> bool:
        viewer = in_good_standing(info)
        return forbid_unless(
            source.user.id == viewer.id or source.viewer_is_admin or source.viewer_is_partner
        )
