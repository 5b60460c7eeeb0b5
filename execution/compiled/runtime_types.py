"""What generated code calls to tell of what type a value is, in the words of graphql-core."""

from collections.abc import Awaitable, Mapping
from typing import Any, Protocol

from graphql import GraphQLAbstractType, GraphQLObjectType, GraphQLSchema
from graphql.execution.executor import invalid_return_type_error
from strawberry.execution import optimized_is_awaitable as is_awaitable

from execution.compiled.infos import resolve_info
from execution.compiled.instances import InstanceOf
from execution.compiled.places import Place, Trail, path_of
from execution.compiled.runtime_waiting import Running


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
    done: Any = ex.collect_and_execute_subfields(type, place.details, path_of(trail), value, None)
    return await done if is_awaitable(done) else done


class Branches(Protocol):
    """The functions of the objects that a value may turn out to be, by their types."""

    by_class: dict[type, Any]
    """The same, by the class of the value, where that alone tells the type."""

    def __getitem__(self, type: GraphQLObjectType, /) -> Any: ...


def of_type(
    ex: Running,
    place: Place,
    type: GraphQLAbstractType,
    branches: Branches,
    trail: Trail,
    value: Any,
) -> Any:
    """A value of an interface or a union, completed as the type that it turns out to be."""
    kind = value.__class__
    known = branches.by_class.get(kind)
    if known is not None:
        return known(ex, value, trail)
    info = resolve_info(ex, place, trail)
    name = (type.resolve_type or ex.type_resolver)(value, info, type)
    if is_awaitable(name):
        return _of_type_later(ex, place, type, branches, trail, value, name)
    found = ex.ensure_valid_runtime_type(name, type, place.details, info, value)
    if _is_told_by_class(ex.schema, type, kind):
        branches.by_class[kind] = branches[found]
    return branches[found](ex, value, trail)


def _is_told_by_class(schema: GraphQLSchema, type: GraphQLAbstractType, kind: type[Any]) -> bool:
    """Whether all instances of this class are of one type: nobody is asked but Strawberry's own
    resolver, which looks for a mark on the value, and then for the type of its class."""
    own = [name for each in kind.__mro__[:-1] for name in vars(each)]
    return (
        getattr(type.resolve_type, "__module__", None) in _STRAWBERRYS
        and kind.__dictoffset__ == 0  # such a value bears no mark of its own
        and not issubclass(kind, Mapping)
        and not any(name.endswith(_MARKS) for name in own)
        and all(isinstance(each.is_type_of, InstanceOf) for each in schema.get_possible_types(type))
    )


_STRAWBERRYS = frozenset({"strawberry.schema.schema_converter", "strawberry.types.union"})
_MARKS = (
    *("__typename", "__as_strawberry_type__", "__strawberry_definition__"),
    *("__class__", "__getattr__", "__getattribute__"),
)


async def _of_type_later(
    ex: Running,
    place: Place,
    type: GraphQLAbstractType,
    branches: Branches,
    trail: Trail,
    value: Any,
    name: Any,
) -> Any:
    info = resolve_info(ex, place, trail)
    found = ex.ensure_valid_runtime_type(await name, type, place.details, info, value)
    done = branches[found](ex, value, trail)
    return await done if is_awaitable(done) else done


def as_ever(place: Place, type: GraphQLObjectType) -> Any:
    """A function for an object like the generated ones, which leaves all to graphql-core."""

    def complete(ex: Running, value: Any, trail: Trail) -> Any:
        info, path = resolve_info(ex, place, trail), path_of(trail)
        return ex.complete_object_value(type, place.details, info, path, value, None)

    return complete
