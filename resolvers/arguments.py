"""Arguments that belong together, named once: a resolver gets what a class or function makes."""

import inspect
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any, TypeVar

Answer = TypeVar("Answer")


def taking(
    given: Callable[..., Any],
) -> Callable[[Callable[..., Awaitable[Answer]]], Callable[..., Awaitable[Answer]]]:
    """The last parameter of a resolver is what this gives; what it takes are arguments, like the
    rest."""
    fields = [
        each.replace(kind=inspect.Parameter.KEYWORD_ONLY)
        for each in inspect.signature(given).parameters.values()
    ]

    def made(resolver: Callable[..., Awaitable[Answer]]) -> Callable[..., Awaitable[Answer]]:
        written = inspect.signature(resolver)
        *others, last = written.parameters.values()

        @wraps(resolver)
        async def answer(*args: Any, **said: Any) -> Answer:
            mine = {each.name: said.pop(each.name) for each in fields if each.name in said}
            return await resolver(*args, **said, **{last.name: given(**mine)})

        shown = written.replace(parameters=[*others, *fields])
        answer.__signature__ = shown  # type: ignore[attr-defined]  # which Strawberry reads
        return answer

    return made
