"""What generated code calls: the cases that are rare, in the words of graphql-core's executor.

Whatever is handed over here was resolved already, and is not resolved again. `rest` gives a value
that generated code does not recognize to graphql-core, with everything below it.
"""

import sys
from collections.abc import Awaitable
from typing import Any

from graphql import GraphQLLeafType, GraphQLOutputType
from graphql.pyutils import Undefined, inspect
from strawberry.execution import optimized_is_awaitable as is_awaitable

from execution.compiled.infos import resolve_info
from execution.compiled.places import Place, Trail, path_of
from execution.compiled.runtime_waiting import Running, Waiting, later_at, waiting


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
    return later_at(ex, place, type, trail, key, done, wait)


async def settled(ex: Running, place: Place, trail: Any, value: Any) -> Any:
    """The value of a field, once it was awaited, as graphql-core completes it."""
    trail = place.below(trail)
    info, path = resolve_info(ex, place, trail), path_of(trail)
    done = ex.complete_value(place.type, place.details, info, path, value, None)
    return await done if is_awaitable(done) else done


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
