"""Payloads of mutations: what came of it, or what stands in the way. Never both."""

from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from domain.refusals import Refusal, UserErrorCode
from resolvers.context import Info


@dataclass(frozen=True, slots=True)
class UserErrorRow:
    code: UserErrorCode
    message: str
    field: list[str] | None


async def payload(
    info: Info, gives: Sequence[str], result: Awaitable[Any], *, empty: Any = None
) -> SimpleNamespace:
    """The result under the one name in `gives`, or its parts under several; refusals as errors."""
    try:
        done = await result
    except Refusal as refusal:
        values = dict.fromkeys(gives, empty)
        return SimpleNamespace(**values, errors=user_errors(refusal, info))
    values = {gives[0]: done} if len(gives) == 1 else {name: getattr(done, name) for name in gives}
    return SimpleNamespace(**values, errors=[])


def user_errors(refusal: Refusal, info: Info) -> list[UserErrorRow]:
    """Each refusal in the viewer's language."""
    locale = info.context.locale
    return [UserErrorRow(r.code, r.message(locale), list(r.field) or None) for r in refusal.each()]
