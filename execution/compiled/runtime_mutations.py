"""The fields of a mutation, one after the other: each may change what the next one finds."""

from typing import Any

from strawberry.execution import optimized_is_awaitable as is_awaitable

from execution.compiled.runtime_waiting import Running


def serially(ex: Running, root: Any, steps: list[Any]) -> Any:
    """The data of them all, or an awaitable of it."""
    done: dict[str, Any] = {}
    for number, step in enumerate(steps):
        part = step(ex, root, None)
        if is_awaitable(part):
            return _serially(ex, root, done, part, steps[number + 1 :])
        done.update(part)
        _ask_anew(ex)
    return done


async def _serially(
    ex: Running, root: Any, done: dict[str, Any], part: Any, steps: list[Any]
) -> dict[str, Any]:
    done.update(await part)
    for step in steps:
        _ask_anew(ex)
        part = step(ex, root, None)
        done.update(await part if is_awaitable(part) else part)
    return done


def _ask_anew(ex: Any) -> None:
    """Forgets what was granted and seen: a mutation may change who asks, and what they may."""
    ex.granted.clear()
    ex.seen.clear()
