"""Who is asking, as far as a permission needs to know."""

from typing import Any, Protocol, TypeAlias

from strawberry import Info

from domain.denials import Forbidden, Unauthenticated
from domain.viewer import Viewer


class Asking(Protocol):
    """What a permission reads of the request's context."""

    @property
    def viewer(self) -> Viewer | None: ...


AskingInfo: TypeAlias = Info[Any, Any]


def signed_in(info: AskingInfo) -> Viewer:
    """The viewer; UNAUTHENTICATED without one."""
    asking: Asking = info.context
    if asking.viewer is None or asking.viewer.is_over():
        raise Unauthenticated
    return asking.viewer


def in_good_standing(info: AskingInfo) -> Viewer:
    """The viewer; UNAUTHENTICATED without one, SUSPENDED for a suspended account."""
    viewer = signed_in(info)
    viewer.demand_good_standing()
    return viewer


def forbid_unless(allowed: bool) -> bool:
    """True, or FORBIDDEN."""
    if not allowed:
        raise Forbidden
    return True
