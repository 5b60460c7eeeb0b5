"""What is asked about a group."""

from typing import Any

from strawberry.permission import BasePermission

from models.groups import GroupRow
from permissions.asking import AskingInfo, forbid_unless, in_good_standing


class IsGroupMember(BasePermission):
    """The members of the group."""

    def has_permission(self, source: GroupRow, info: AskingInfo, **kwargs: Any) -> bool:
        in_good_standing(info)
        return forbid_unless(source.viewer_role is not None)
