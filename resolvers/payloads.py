"""Payloads of mutations: what came of it, or what stands in the way. Never both."""

from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import asyncpg

from domain.denials import Absence, Unauthenticated
from domain.refusals import Conflict
from domain.refusing import Refusal, UserErrorCode
from models.transactions import Overtaken
from resolvers.context import Info


@dataclass(frozen=True, slots=True)
class UserErrorRow:
    code: UserErrorCode
    message: str
    field: list[str] | None
    subject_id: str | None


async def payload(
    info: Info, gives: Sequence[str], result: Awaitable[Any], *, empty: Any = None
) -> SimpleNamespace:
    """The result under the one name in `gives`, or its parts under several; refusals as errors."""
    try:
        done = await result
    except Refusal as refusal:
        return _refused(refusal, info, gives, empty)
    except Overtaken:
        return _refused(Conflict(), info, gives, empty)
    except asyncpg.CheckViolationError as error:
        if (error.constraint_name or "").endswith("_user_present"):
            # Their account was erased at this very moment.
            raise Unauthenticated(Absence.SESSION_ENDED) from None
        raise
    values = {gives[0]: done} if len(gives) == 1 else {name: getattr(done, name) for name in gives}
    return SimpleNamespace(**values, errors=[])


def _refused(refusal: Refusal, info: Info, gives: Sequence[str], empty: Any) -> SimpleNamespace:
    return SimpleNamespace(**dict.fromkeys(gives, empty), errors=user_errors(refusal, info))


def user_errors(refusal: Refusal, info: Info) -> list[UserErrorRow]:
    """Each refusal in the viewer's language."""
    context = info.context
    context.refused.extend(r.code for r in refusal.each())
    locale = context.locale
    return [
        UserErrorRow(r.code, r.message(locale), list(r.field) or None, r.subject)
        for r in refusal.each()
    ]
