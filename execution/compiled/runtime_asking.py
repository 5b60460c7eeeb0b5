"""What generated code calls to ask a resolver as ever, and to take what a permission says."""

import inspect
from typing import Any

from graphql.execution import Executor
from strawberry.exceptions import (
    PermissionReturnedAwaitableInSyncContextError,
    PermissionReturnedNonBooleanError,
)
from strawberry.permission import BasePermission, PermissionExtension
from strawberry.utils.await_maybe import await_maybe

from execution.compiled.infos import resolve_info
from execution.compiled.places import Place


def asked_as_ever(
    executor: Executor[Any], place: Place, trail: Any, source: Any, given: dict[str, Any]
) -> Any:
    """What a resolver says that is asked the way graphql-core asks."""
    info = resolve_info(executor, place, place.below(trail))
    return (place.field.resolve or executor.field_resolver)(source, info, **given)


def refused(extension: PermissionExtension, permission: BasePermission, answer: Any) -> Any:
    """What a field without its permission is, by the rules of `PermissionExtension.resolve`."""
    if inspect.isawaitable(answer):
        if inspect.iscoroutine(answer):
            answer.close()
        raise PermissionReturnedAwaitableInSyncContextError(permission)
    if not isinstance(answer, bool):
        raise PermissionReturnedNonBooleanError(permission, answer)
    return extension._on_unauthorized(permission)


async def permitted(permission: BasePermission, answer: Any) -> bool:
    """What a permission says, by the rules of `PermissionExtension.resolve_async`."""
    answer = await await_maybe(answer)
    if not isinstance(answer, bool):
        if inspect.iscoroutine(answer):
            answer.close()
        raise PermissionReturnedNonBooleanError(permission, answer)
    return answer
