"""What is asked about cases."""

from typing import Any

from strawberry.permission import BasePermission

from models.reports import ReportRow
from permissions.asking import AskingInfo, forbid_unless, in_good_standing


class IsModerator(BasePermission):
    """The platform's moderators; of a case, those who are no part of it."""

    def has_permission(self, source: Any, info: AskingInfo, **kwargs: Any) -> bool:
        viewer = in_good_standing(info)
        handles = source.viewer_handles if isinstance(source, ReportRow) else True
        return forbid_unless(viewer.is_moderator and handles)


class IsSelfOrModerator(BasePermission):
    """Who made the report, and the moderators who are no part of the case."""

    def has_permission(self, source: ReportRow, info: AskingInfo, **kwargs: Any) -> bool:
        viewer = in_good_standing(info)
        return forbid_unless(
            source.reporter.id == viewer.id or (viewer.is_moderator and source.viewer_handles)
        )
