"""Arguments of a field, named once: for its resolver, and for whoever looks ahead to it."""

import inspect
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any, TypeVar

from resolvers.context import Info

Root = TypeVar("Root")
Given = TypeVar("Given")
Answer = TypeVar("Answer")


def taking(
    given: Callable[..., Given],
) -> Callable[[Callable[[Root, Info, Given], Awaitable[Answer]]], Callable[..., Awaitable[Answer]]]:
    """The resolver's arguments are the fields of this dataclass, one of which it is handed."""
    arguments = [
        each.replace(kind=inspect.Parameter.KEYWORD_ONLY)
        for each in inspect.signature(given).parameters.values()
    ]

    def made(
        resolver: Callable[[Root, Info, Given], Awaitable[Answer]],
    ) -> Callable[..., Awaitable[Answer]]:
        @wraps(resolver)
        async def answer(root: Root, info: Info, **named: Any) -> Answer:
            return await resolver(root, info, given(**named))

        written = inspect.signature(resolver)
        root, info, _ = written.parameters.values()
        shown = written.replace(parameters=[root, info, *arguments])
        answer.__signature__ = shown  # type: ignore[attr-defined] -- it is what Strawberry reads
        return answer

    return made
