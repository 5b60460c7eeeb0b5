"""How a field is resolved: read from the object, called directly, or asked as graphql-core asks.

Strawberry wraps a resolver in up to seven calls. Where what they do is known (arguments converted,
permissions asked, the function called) generated code does it in their order without them.
"""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from keyword import iskeyword
from typing import Any

from graphql import FieldNode, GraphQLField
from graphql.execution import Executor
from strawberry.permission import BasePermission, PermissionExtension
from strawberry.schema import Schema
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.types.field import StrawberryField

from execution.compiled.arguments import arguments, constants_of
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
    constants = constants_of(schema, own, field, node)
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
