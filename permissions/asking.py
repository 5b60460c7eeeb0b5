"""Who is asking, as far as a permission needs to know."""

from collections.abc import Sequence
from typing import Any, Protocol, TypeAlias

from strawberry import Info

from domain.denials import Absence, Forbidden, Unauthenticated
from domain.viewer import Viewer


class Asking(Protocol):
    """What a permission reads of the request's context."""

    @property
    def viewer(self) -> Viewer | None: ...

    @property
    def absence(self) -> Absence: ...

    @property
    def everybody(self) -> Sequence[Viewer] | None: ...


AskingInfo: TypeAlias = Info[Any, Any]


def signed_in(info: AskingInfo) -> Viewer:
    """The viewer; UNAUTHENTICATED without one."""
    asking: Asking = info.context
    return _present(asking.viewer, asking)


def all_signed_in(info: AskingInfo) -> Sequence[Viewer]:
    """Everybody who will get the answer; UNAUTHENTICATED if one of them is nobody any more."""
    asking: Asking = info.context
    everybody = asking.everybody
    people = (asking.viewer,) if everybody is None else everybody
    return [_present(viewer, asking) for viewer in people]


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


def _present(viewer: Viewer | None, asking: Asking) -> Viewer:
    if viewer is None:
        raise Unauthenticated(asking.absence)
    if viewer.is_over():
        raise Unauthenticated(Absence.EXPIRED)
    return viewer
