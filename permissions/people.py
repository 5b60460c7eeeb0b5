"""What is asked of the person alone."""

from typing import Any

from strawberry.permission import BasePermission

from permissions.asking import AskingInfo, in_good_standing, signed_in


class IsPublic(BasePermission):
    """Anybody, signed in or not: said of a field, so that no field is open by oversight."""

    def has_permission(self, source: Any, info: AskingInfo, **kwargs: Any) -> bool:
        return True


class IsSignedIn(BasePermission):
    """Whoever is signed in, suspended people too: for what nobody may be kept from."""

    def has_permission(self, source: Any, info: AskingInfo, **kwargs: Any) -> bool:
        signed_in(info)
        return True


class IsAuthenticated(BasePermission):
    """Whoever is signed in and in good standing."""

    def has_permission(self, source: Any, info: AskingInfo, **kwargs: Any) -> bool:
        in_good_standing(info)
        return True


class IsAdult(BasePermission):
    """Whoever is signed in, in good standing, and 18 or over."""

    def has_permission(self, source: Any, info: AskingInfo, **kwargs: Any) -> bool:
        signed_in(info).demand_adult()
        return True
