"""What generated code calls: the cases that are rare, in the words of graphql-core's executor.

Whatever is handed over here was resolved already, and is not resolved again. `rest` gives a value
that generated code does not recognize to graphql-core, with everything below it.
"""

import sys
from collections.abc import Awaitable
from typing import Any, TypeAlias

from graphql import GraphQLLeafType, GraphQLOutputType
from graphql.execution import Executor
from graphql.pyutils import Undefined, gather_with_cancel, inspect
from strawberry.execution import optimized_is_awaitable as is_awaitable

from execution.compiled.infos import resolve_info
from execution.compiled.places import Place, Trail, path_of

Running: TypeAlias = Executor[Any]
Waiting: TypeAlias = dict[Any, Awaitable[Any]] | None


def is_plain(plain: set[type], value: object) -> bool:
    """Whether a value is neither awaitable nor an error; types that can never be are remembered."""
    if value is None or value is Undefined:
        return False
    if isinstance(value, Exception) or is_awaitable(value):
        return False
    kind = type(value)
    if (
        kind.__getattribute__ is object.__getattribute__
        and not hasattr(kind, "__getattr__")
        and not any("__class__" in each.__dict__ for each in kind.__mro__[:-1])
    ):
        plain.add(kind)
    return True


def rest(ex: Running, place: Place, trail: Any, value: Any, wait: Waiting) -> tuple[Any, Waiting]:
    """The value of a field as graphql-core completes it, or an awaitable that is waited for."""
    return _completed(ex, place, place.type, place.below(trail), place.key, value, wait)


def rest_object(
    ex: Running, place: Place, trail: Any, value: Any, wait: Waiting, made: Any
) -> tuple[Any, Waiting]:
    """The same; an awaitable of an object goes on with what is compiled for it."""
    return _rest(ex, place, trail, value, wait, made, _is_object)


def rest_list(
    ex: Running, place: Place, trail: Any, value: Any, wait: Waiting, made: Any
) -> tuple[Any, Waiting]:
    """The same for an awaitable of a list."""
    return _rest(ex, place, trail, value, wait, made, _is_list)


def _rest(
    ex: Running, place: Place, trail: Any, value: Any, wait: Waiting, made: Any, fits: Any
) -> tuple[Any, Waiting]:
    if is_awaitable(value):
        later = _awaited(ex, place, trail, value, made, fits)
        return later, waiting(wait, place.key, later)
    return rest(ex, place, trail, value, wait)


async def _awaited(
    ex: Running, place: Place, above: Any, value: Awaitable[Any], made: Any, fits: Any
) -> Any:
    trail = place.below(above)
    try:
        found = await value
        if not fits(found):
            return await settled(ex, place, above, found)
        done = made(ex, found, trail)
        return await done if is_awaitable(done) else done
    except Exception as error:
        ex.handle_field_error(error, place.type, place.details, path_of(trail))
        return None


def _is_object(value: Any) -> bool:
    return not (
        value is None or value is Undefined or isinstance(value, Exception) or is_awaitable(value)
    )


def _is_list(value: Any) -> bool:
    return type(value) is list or type(value) is tuple


def no_value(type: GraphQLLeafType, value: Any, made: Any) -> None:
    """Raises what graphql-core raises of a value that its type made nothing of."""
    raise TypeError(
        f"Expected `{inspect(type)}.coerce_output_value({inspect(value)})` to return non-nullable"
        f" value, returned: {inspect(made)}"
    )


def rest_item(
    ex: Running,
    place: Place,
    type: GraphQLOutputType,
    trail: Any,
    i: int,
    value: Any,
    wait: Waiting,
) -> tuple[Any, Waiting]:
    """The same for an item of a list."""
    return _completed(ex, place, type, (trail, i, None), i, value, wait)


def _completed(
    ex: Running,
    place: Place,
    type: GraphQLOutputType,
    trail: Trail,
    key: str | int,
    value: Any,
    wait: Waiting,
) -> tuple[Any, Waiting]:
    info, path = resolve_info(ex, place, trail), path_of(trail)
    if is_awaitable(value):
        later = ex.complete_awaitable_value(type, place.details, info, path, value, None)
        return later, waiting(wait, key, later)
    done = ex.complete_value(type, place.details, info, path, value, None)
    return _later(ex, place, type, trail, key, done, wait)


async def settled(ex: Running, place: Place, trail: Any, value: Any) -> Any:
    """The value of a field, once it was awaited, as graphql-core completes it."""
    trail = place.below(trail)
    info, path = resolve_info(ex, place, trail), path_of(trail)
    done = ex.complete_value(place.type, place.details, info, path, value, None)
    return await done if is_awaitable(done) else done


def later(ex: Running, place: Place, trail: Any, done: Any, wait: Waiting) -> tuple[Any, Waiting]:
    """What a field was completed to. If it has to be awaited, its errors are those of the field."""
    return _later(ex, place, place.type, place.below(trail), place.key, done, wait)


def later_item(
    ex: Running, place: Place, type: GraphQLOutputType, trail: Any, i: int, done: Any, wait: Waiting
) -> tuple[Any, Waiting]:
    """The same for an item of a list."""
    return _later(ex, place, type, (trail, i, None), i, done, wait)


def _later(
    ex: Running,
    place: Place,
    type: GraphQLOutputType,
    trail: Trail,
    key: str | int,
    done: Any,
    wait: Waiting,
) -> tuple[Any, Waiting]:
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


def failed(ex: Running, place: Place, trail: Any) -> None:
    """Notes the error being handled; where there must not be null, raises it for what is around."""
    error: Any = sys.exc_info()[1]
    ex.handle_field_error(error, place.type, place.details, path_of(place.below(trail)))


def failed_item(ex: Running, place: Place, type: GraphQLOutputType, trail: Any, i: int) -> None:
    """The same for an item of a list."""
    error: Any = sys.exc_info()[1]
    ex.handle_field_error(error, type, place.details, path_of((trail, i, None)))


def generic(
    ex: Running, place: Place, trail: Any, source: Any, wait: Waiting
) -> tuple[Any, Waiting]:
    """A field that graphql-core resolves and completes, with all below it."""
    path = path_of(place.below(trail))
    done: Any = ex.execute_field(place.parent, source, place.details, path, None)
    return done, waiting(wait, place.key, done) if is_awaitable(done) else wait


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


def serially(ex: Running, root: Any, steps: list[Any]) -> Any:
    """The fields of a mutation, one after the other."""
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
