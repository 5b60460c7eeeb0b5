"""What generated code calls: the cases that are rare, in the words of graphql-core's executor.

Whatever is handed over here was resolved already, and is not resolved again. `rest` gives a value
that generated code does not recognize to graphql-core, with everything below it.
"""

from collections.abc import Awaitable, Mapping
from typing import Any, TypeAlias

from graphql import GraphQLAbstractType, GraphQLObjectType, GraphQLOutputType
from graphql.execution import Executor
from graphql.execution.executor import invalid_return_type_error
from graphql.pyutils import Undefined, gather_with_cancel
from strawberry.execution import optimized_is_awaitable as is_awaitable

from execution.compiled.infos import resolve_info
from execution.compiled.places import Place, Trail, path_of

Running: TypeAlias = Executor[Any]


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


def rest(ex: Running, place: Place, type: GraphQLOutputType, trail: Trail, value: Any) -> Any:
    """A value completed by graphql-core, or an awaitable of it that deals with its own errors."""
    info, path = resolve_info(ex, place, trail), path_of(trail)
    if is_awaitable(value):
        return ex.complete_awaitable_value(type, place.details, info, path, value, None)
    done = ex.complete_value(type, place.details, info, path, value, None)
    return guarded(ex, place, type, trail, done) if is_awaitable(done) else done


async def settled(
    ex: Running, place: Place, type: GraphQLOutputType, trail: Trail, value: Any
) -> Any:
    """The same for a value that was awaited."""
    info = resolve_info(ex, place, trail)
    done = ex.complete_value(type, place.details, info, path_of(trail), value, None)
    return await done if is_awaitable(done) else done


def failed(
    ex: Running, place: Place, type: GraphQLOutputType, trail: Trail, error: Exception
) -> None:
    """Notes the error; where there must not be null, raises it for what is around."""
    ex.handle_field_error(error, type, place.details, path_of(trail))


async def guarded(
    ex: Running, place: Place, type: GraphQLOutputType, trail: Trail, done: Awaitable[Any]
) -> Any:
    """What is below awaits something: its errors are those of this place."""
    try:
        return await done
    except Exception as error:
        return failed(ex, place, type, trail, error)


async def gathered(into: Any, waiting: dict[Any, Awaitable[Any]]) -> Any:
    """An object or a list with what it waits for put in, all of it awaited at once."""
    if len(waiting) == 1:
        [(key, value)] = waiting.items()
        into[key] = await value
    else:
        values = await gather_with_cancel(*waiting.values())
        for key, value in zip(waiting, values, strict=True):
            into[key] = value
    return into


def abandoned(ex: Running, waiting: dict[Any, Awaitable[Any]] | None, left: Any = ()) -> None:
    """An object or a list that failed: what it waits for, and what it would have, is settled."""
    awaitables = [*waiting.values()] if waiting else []
    awaitables.extend(value for value in left if is_awaitable(value))
    if awaitables:
        ex.settle_in_background(awaitables)


def judged(
    ex: Running, place: Place, type: GraphQLObjectType, trail: Trail, value: Any, told: Any
) -> Awaitable[Any] | None:
    """What `is_type_of` told, when it was not True; what has to be awaited goes on generically."""
    if is_awaitable(told):
        return _judged_later(ex, place, type, trail, value, told)
    if not told:
        raise invalid_return_type_error(type, value, place.details)
    return None


async def _judged_later(
    ex: Running, place: Place, type: GraphQLObjectType, trail: Trail, value: Any, told: Any
) -> Any:
    if not await told:
        raise invalid_return_type_error(type, value, place.details)
    done = ex.collect_and_execute_subfields(type, place.details, path_of(trail), value, None)
    return await done if is_awaitable(done) else done


def of_type(
    ex: Running,
    place: Place,
    type: GraphQLAbstractType,
    branches: Mapping[GraphQLObjectType, Any],
    trail: Trail,
    value: Any,
) -> Any:
    """A value of an interface or a union, completed as the type that it turns out to be."""
    info = resolve_info(ex, place, trail)
    name = (type.resolve_type or ex.type_resolver)(value, info, type)
    if is_awaitable(name):
        return _of_type_later(ex, place, type, branches, trail, value, name)
    found = ex.ensure_valid_runtime_type(name, type, place.details, info, value)
    return branches[found](ex, value, trail)


async def _of_type_later(
    ex: Running,
    place: Place,
    type: GraphQLAbstractType,
    branches: Mapping[GraphQLObjectType, Any],
    trail: Trail,
    value: Any,
    name: Any,
) -> Any:
    info = resolve_info(ex, place, trail)
    found = ex.ensure_valid_runtime_type(await name, type, place.details, info, value)
    done = branches[found](ex, value, trail)
    return await done if is_awaitable(done) else done


def serially(ex: Running, root: Any, steps: list[Any]) -> Any:
    """The fields of a mutation, one after the other."""
    done: dict[str, Any] = {}
    for number, step in enumerate(steps):
        part = step(ex, root, None)
        if is_awaitable(part):
            return _serially(ex, root, done, part, steps[number + 1 :])
        done.update(part)
    return done


async def _serially(
    ex: Running, root: Any, done: dict[str, Any], part: Any, steps: list[Any]
) -> dict[str, Any]:
    done.update(await part)
    for step in steps:
        part = step(ex, root, None)
        done.update(await part if is_awaitable(part) else part)
    return done
