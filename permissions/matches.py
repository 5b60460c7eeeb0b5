"""What is asked about a pair."""

from typing import Any

from strawberry.permission import BasePermission

from models.matches import MatchRow
from models.messages import MessageRow
from permissions.asking import AskingInfo, all_signed_in, forbid_unless


class IsPairMember(BasePermission):
    """The two people of the match and nobody else, whatever their role."""

    subject = "getattr(src, 'match', src)"
    """A pair decides for all that it wrote."""

    def has_permission(
        self, source: MatchRow | MessageRow, info: AskingInfo, **kwargs: Any
    ) -> bool:
        match = source.match if isinstance(source, MessageRow) else source
        for viewer in all_signed_in(info):
            viewer.demand_adult()
            forbid_unless(viewer.user.id in match.people)
        return True
