"""What generated code calls for what has to be awaited: kept together, and awaited at once."""

from collections.abc import Awaitable
from typing import Any, TypeAlias

from graphql import GraphQLOutputType
from graphql.execution import Executor
from graphql.pyutils import gather_with_cancel
from strawberry.execution import optimized_is_awaitable as is_awaitable

from execution.compiled.places import Place, Trail, path_of

Running: TypeAlias = Executor[Any]
Waiting: TypeAlias = dict[Any, Awaitable[Any]] | None


def later(ex: Running, place: Place, trail: Any, done: Any, wait: Waiting) -> tuple[Any, Waiting]:
    """What a field was completed to. If it has to be awaited, its errors are those of the field."""
    return later_at(ex, place, place.type, place.below(trail), place.key, done, wait)


def later_item(
    ex: Running, place: Place, type: GraphQLOutputType, trail: Any, i: int, done: Any, wait: Waiting
) -> tuple[Any, Waiting]:
    """The same for an item of a list."""
    return later_at(ex, place, type, (trail, i, None), i, done, wait)


def later_at(
    ex: Running,
    place: Place,
    type: GraphQLOutputType,
    trail: Trail,
    key: str | int,
    done: Any,
    wait: Waiting,
) -> tuple[Any, Waiting]:
    """The same for a place that is told whole."""
    if not is_awaitable(done):
        return done, wait
    done = _guarded(ex, place, type, trail, done)
    return done, waiting(wait, key, done)


async def _guarded(
    ex: Running, place: Place, type: GraphQLOutputType, trail: Trail, done: Awaitable[Any]
) -> Any:
    try:
        return await done
    except Exception as error:
        ex.handle_field_error(error, type, place.details, path_of(trail))
        return None


def waiting(wait: Waiting, key: str | int, done: Awaitable[Any]) -> Waiting:
    """What an object or a list waits for, with one thing more."""
    wait = {} if wait is None else wait
    wait[key] = done
    return wait


async def gathered(into: Any, wait: dict[Any, Awaitable[Any]]) -> Any:
    """An object or a list with what it waits for put in, all of it awaited at once."""
    if len(wait) == 1:
        [(key, value)] = wait.items()
        into[key] = await value
    else:
        values = await gather_with_cancel(*wait.values())
        for key, value in zip(wait, values, strict=True):
            into[key] = value
    return into


def abandoned(ex: Running, wait: Waiting, left: Any = ()) -> None:
    """An object or a list that failed: what it waits for, and what it would have, is settled."""
    awaitables = [*wait.values()] if wait else []
    awaitables.extend(value for value in left if is_awaitable(value))
    if awaitables:
        ex.settle_in_background(awaitables)
