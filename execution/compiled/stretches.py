"""Lists so long that nobody else should wait for the whole: a stretch of them at a time."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import Any, Protocol


class Long(Protocol):
    """What a resolver gives for such a list.

    What was made of a stretch is handed back before the next one is made, and all of it at the end:
    the answer need never be there as a tree.
    """

    def stretches(self) -> AsyncGenerator[list[Any], None]: ...

    def encoded(self, answered: list[Any]) -> Any: ...

    def joined(self, stretches: list[Any]) -> Any: ...


def is_long(value: object) -> bool:
    """Whether a value is such a list."""
    return hasattr(type(value), "stretches")


async def in_stretches(made: Callable[..., Any], executor: Any, items: Long, trail: Any) -> Any:
    """The list as it stands in the answer; `made` is the function that completes a list."""
    answered, at = [], 0
    async with aclosing(items.stretches()) as stretches:
        async for stretch in stretches:
            done = made(executor, stretch, trail, at)
            answered.append(items.encoded(done if type(done) is list else await done))
            at += len(stretch)
            await asyncio.sleep(0)
    return items.joined(answered)


def within(wait: dict[int, Any], at: int) -> dict[int, Any]:
    """What a stretch waits for, by its place in the stretch that begins at that index."""
    return {index - at: awaitable for index, awaitable in wait.items()} if at else wait
