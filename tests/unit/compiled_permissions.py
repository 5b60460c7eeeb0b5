"""Permissions and extensions that say, and do, everything that one can."""

import asyncio
from typing import Any

from strawberry import Info
from strawberry.extensions import FieldExtension
from strawberry.permission import BasePermission, PermissionExtension

from tests.unit.compiled_data import Later


class _Asked(BasePermission):
    """Says yes most of the time, and otherwise whatever a permission can say."""

    message = "You may not."
    error_extensions = {"code": "FORBIDDEN"}  # noqa: RUF012

    def __init__(self, most: int = 12) -> None:
        self.most = most

    def said(self, source: Any, info: Info, given: dict[str, Any]) -> Any:
        world = info.context
        place = "/".join(map(str, info.path.as_list()))
        given = {k: v for k, v in given.items() if k != "info"}
        world.log.append(f"{type(self).__name__} {source!r} {place} {given!r}")
        chance = world.chance(type(self).__name__, repr(source), info.field_name)
        if chance % 1000 >= 5 * world.errors:
            return True
        return (False, False, None, 1, "yes", Later(world, lambda: True, 1), ValueError)[
            chance // 1000 % 7
        ]


class Sync(_Asked):
    def has_permission(self, source: Any, info: Info, **kwargs: Any) -> bool:
        answer = self.said(source, info, kwargs)
        if answer is ValueError:
            raise ValueError("cannot tell")
        return answer  # type: ignore[no-any-return]


class Other(Sync): ...


class Async(_Asked):
    async def has_permission(self, source: Any, info: Info, **kwargs: Any) -> bool:
        await asyncio.sleep(0)
        answer = self.said(source, info, kwargs)
        if answer is ValueError:
            raise ValueError("cannot tell yet")
        return answer  # type: ignore[no-any-return]


class Shout(FieldExtension):
    def resolve(self, next_: Any, source: Any, info: Info, **kwargs: Any) -> Any:
        return [next_(source, info, **kwargs)]

    async def resolve_async(self, next_: Any, source: Any, info: Info, **kwargs: Any) -> Any:
        return [await next_(source, info, **kwargs)]


def guards(*permissions: BasePermission, **options: Any) -> list[Any]:
    return [PermissionExtension(list(permissions), use_directives=False, **options)]
