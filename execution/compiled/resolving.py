"""How a field is resolved: read from the object, called directly, or asked as graphql-core asks.

Strawberry wraps a resolver in up to seven calls. Where what they do is known (arguments converted,
permissions asked, the function called) generated code does it in their order without them.
"""

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from enum import Enum
from keyword import iskeyword
from typing import Any
from uuid import UUID

from graphql import FieldNode, GraphQLField, Node, VariableNode
from graphql.execution import Executor
from graphql.execution.values import get_argument_values
from strawberry.exceptions import (
    PermissionReturnedAwaitableInSyncContextError,
    PermissionReturnedNonBooleanError,
)
from strawberry.permission import BasePermission, PermissionExtension
from strawberry.schema import Schema
from strawberry.schema.schema_converter import GraphQLCoreConverter, get_arguments
from strawberry.types.field import StrawberryField
from strawberry.utils.await_maybe import await_maybe

from execution.compiled.infos import resolve_info
from execution.compiled.inputs import Convert, converter
from execution.compiled.places import Place
from execution.compiled.shortcuts import inlined_of, subject_of

_WRAPPED = f"{GraphQLCoreConverter.from_resolver.__qualname__}.<locals>."
_BASIC, _SYNC, _ASYNC = (
    _WRAPPED + name for name in ("_get_basic_result", "_resolver", "_async_resolver")
)
_EVENT = f"{GraphQLCoreConverter.from_field.__qualname__}.<locals>.<lambda>"
_TAKEN = {"source", "info", "next_", "self", "_source", "chained_fn", "next_fn"}
"""Names of parameters on Strawberry's way to a resolver: what is called like one goes that way."""
_NEVER_CHANGES = (str, int, float, bool, type(None), date, time, timedelta, Decimal, UUID, Enum)


@dataclass(frozen=True, slots=True)
class Attribute:
    """A field without a resolver: an attribute of the object."""

    name: str


@dataclass(frozen=True, slots=True)
class Event:
    """The field of a subscription: the event itself. Its arguments were read before it began."""


@dataclass(frozen=True, slots=True)
class Call:
    """A field whose resolver, and the permissions before it, are called directly."""

    field: StrawberryField
    function: Any
    is_async: bool
    permissions: list[tuple[PermissionExtension, BasePermission]]
    constants: dict[str, Any] | None
    """The arguments, if the document alone says what they are."""
    convert: Convert | None
    """What makes the others from those of a request; None: Strawberry does."""

    @property
    def parents(self) -> list[str]:
        """The parameters that are given the object."""
        resolver = self.field.base_resolver
        found = (resolver.parent_parameter, resolver.root_parameter) if resolver else ()
        return list(dict.fromkeys(parameter.name for parameter in found if parameter))

    @property
    def takes_self(self) -> bool:
        resolver = self.field.base_resolver
        return resolver is not None and resolver.self_parameter is not None

    @property
    def info(self) -> str | None:
        resolver = self.field.base_resolver
        found = resolver.info_parameter if resolver else None
        return found.name if found else None

    @property
    def inlined(self) -> str | None:
        """The expression that stands for the call."""
        takes_more = self.is_async or self.constants != {} or self.info or self.takes_self
        return None if takes_more else inlined_of(self.function)

    @property
    def subject(self) -> str | None:
        """The expression of what the only permission depends on, if less than the object."""
        if self.is_async or len(self.permissions) != 1:
            return None
        return subject_of(self.permissions[0][1])

    @property
    def needs_info(self) -> bool:
        by_strawberry = self.constants is None and self.convert is None
        return bool(self.permissions or self.info or by_strawberry)


def way_to(schema: Schema, field: GraphQLField, node: FieldNode) -> Attribute | Event | Call | None:
    """How a field of Strawberry's is resolved; None for what is better asked as ever."""
    own = field.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
    kind = getattr(field.resolve, "__qualname__", None)
    if isinstance(own, StrawberryField) and own.is_subscription and kind == _EVENT:
        return Event()
    if not isinstance(own, StrawberryField) or kind not in (_BASIC, _SYNC, _ASYNC):
        return None
    if kind == _BASIC:
        name = own.python_name
        is_read = own.default_resolver is getattr and name.isidentifier() and not iskeyword(name)
        return Attribute(name) if is_read and type(own).get_result is _get_result else None
    if schema.exception_handlers or type(own).get_result is not _get_result:
        return None
    resolver = own.base_resolver
    function = resolver.wrapped_func if resolver else None
    permissions = _permissions(own)
    names = {argument.python_name for argument in own.arguments}
    if resolver is None or permissions is None or not callable(function) or names & _TAKEN:
        return None
    is_async = kind == _ASYNC
    if is_async != inspect.iscoroutinefunction(function):
        return None
    if not is_async and not all(extension.supports_sync for extension, _ in permissions):
        return None
    constants = _constants(schema, own, field, node)
    convert = converter(schema, own) if constants is None else None
    return Call(own, function, is_async, permissions, constants, convert)


_get_result = StrawberryField.get_result


def _permissions(field: StrawberryField) -> list[tuple[PermissionExtension, BasePermission]] | None:
    """In the order they are asked, the last extension first; None if there is anything else."""
    if any(type(extension) is not PermissionExtension for extension in field.extensions):
        return None
    return [
        (extension, permission)
        for extension in reversed(field.extensions)
        if isinstance(extension, PermissionExtension)
        for permission in extension.permissions
    ]


def _constants(
    schema: Schema, own: StrawberryField, field: GraphQLField, node: FieldNode
) -> dict[str, Any] | None:
    if not field.args and not node.arguments:
        return {}
    if any(isinstance(each, VariableNode) for each in _within(node.arguments)):
        return None
    try:
        values = get_argument_values(field, node)
        _, converted = converted_arguments(schema, own, None, None, values)
    except Exception:  # raised again, at its place, whenever the field is asked for
        return None
    given = {argument.python_name for argument in own.arguments}
    constants = {name: value for name, value in converted.items() if name in given}
    return constants if all(isinstance(v, _NEVER_CHANGES) for v in constants.values()) else None


def converted_arguments(
    schema: Schema, field: StrawberryField, source: Any, info: Any, values: dict[str, Any]
) -> tuple[list[Any], dict[str, Any]]:
    """The arguments as Strawberry gives them to a resolver, the object among them, no `info`."""
    converter = schema.schema_converter
    args, kwargs = get_arguments(
        field=field,
        source=source,
        info=info,
        kwargs=values,
        config=converter.config,
        scalar_registry=converter.scalar_registry,
    )
    kwargs.pop("info", None)
    return args, kwargs


def arguments(executor: Executor[Any], place: Place) -> dict[str, Any]:
    """The arguments as graphql-core gives them to Strawberry."""
    node = place.nodes[0]
    if not place.field.args and not node.arguments:
        return {}
    if (named := place.variables) is not None:
        given = executor.variable_values.coerced
        values = {name: given.get(variable) for name, variable in named}
        if all(value is not None for value in values.values()):
            return values
    variables, hide = executor.variable_values, executor.hide_suggestions
    return get_argument_values(place.field, node, variables, None, hide)


def reader(
    way: Attribute | Event | Call | None, place: Place
) -> Callable[[Executor[Any]], dict[str, Any]] | None:
    """What reads the arguments as the resolver is given them; None when Strawberry alone can."""
    if not isinstance(way, Call):
        return None if way is None else lambda executor: {}
    constants, convert = way.constants, way.convert
    if constants is not None:
        return lambda executor: constants
    return convert and (lambda executor: convert(arguments(executor, place)))


def asked_as_ever(
    executor: Executor[Any], place: Place, trail: Any, source: Any, given: dict[str, Any]
) -> Any:
    """What a resolver says that is asked the way graphql-core asks."""
    info = resolve_info(executor, place, place.below(trail))
    return (place.field.resolve or executor.field_resolver)(source, info, **given)


def refused(extension: PermissionExtension, permission: BasePermission, answer: Any) -> Any:
    """What a field without its permission is, by the rules of `PermissionExtension.resolve`."""
    if inspect.isawaitable(answer):
        if inspect.iscoroutine(answer):
            answer.close()
        raise PermissionReturnedAwaitableInSyncContextError(permission)
    if not isinstance(answer, bool):
        raise PermissionReturnedNonBooleanError(permission, answer)
    return extension._on_unauthorized(permission)


async def permitted(permission: BasePermission, answer: Any) -> bool:
    """What a permission says, by the rules of `PermissionExtension.resolve_async`."""
    answer = await await_maybe(answer)
    if not isinstance(answer, bool):
        if inspect.iscoroutine(answer):
            answer.close()
        raise PermissionReturnedNonBooleanError(permission, answer)
    return answer


def _within(nodes: Any) -> Iterator[Node]:
    """Nodes and all below them."""
    for node in nodes or ():
        yield node
        for key in node.keys:
            child = getattr(node, key, None)
            if isinstance(child, Node):
                yield from _within([child])
            elif isinstance(child, list | tuple):
                yield from _within([each for each in child if isinstance(each, Node)])
