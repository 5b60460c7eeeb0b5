"""Arguments, made into what resolvers take: as Strawberry does it, but decided once for a type."""

from collections.abc import Callable
from dataclasses import MISSING
from typing import Any, TypeAlias

from strawberry import UNSET
from strawberry.relay.types import GlobalID
from strawberry.schema import Schema
from strawberry.types.arguments import _is_leaf_type, _is_optional_leaf_type
from strawberry.types.base import (
    StrawberryList,
    StrawberryMaybe,
    StrawberryOptional,
    has_object_definition,
)
from strawberry.types.enum import StrawberryEnumDefinition, has_enum_definition
from strawberry.types.field import StrawberryField
from strawberry.types.lazy_type import LazyType

Convert: TypeAlias = Callable[[Any], Any]


def converter(schema: Schema, field: StrawberryField) -> Convert | None:
    """What makes the arguments graphql-core read into those of the resolver.

    None where a type has a way of its own (`Maybe`, `GlobalID`, `from_input`): Strawberry knows it.
    """
    inputs = _Inputs(schema)
    try:
        steps = [
            (inputs.name(argument), argument.python_name, inputs.of(argument.type))
            for argument in field.arguments
        ]
    except _OwnWayError:
        return None

    def convert(values: dict[str, Any]) -> dict[str, Any]:
        return {
            python_name: values[name] if to is None else to(values[name])
            for name, python_name, to in steps
            if name in values
        }

    return convert


class _OwnWayError(Exception):
    """A type that converts itself."""


class _Inputs:
    """Makes a function for each type; None for what stays as it is."""

    def __init__(self, schema: Schema) -> None:
        converter = schema.schema_converter
        self._registry, self._names = converter.scalar_registry, converter.config.name_converter
        self._made: dict[Any, Convert] = {}

    def name(self, argument: Any) -> str:
        return self._names.from_argument(argument)

    def of(self, type: Any) -> Convert | None:
        if isinstance(type, StrawberryMaybe):
            raise _OwnWayError
        if isinstance(type, StrawberryOptional):
            return self.of(type.of_type)
        if isinstance(type, StrawberryList):
            return self._list(type)
        if _is_leaf_type(type, self._registry):
            if type is GlobalID:
                raise _OwnWayError
            return None
        if isinstance(type, LazyType):
            return self.of(type.resolve_type())
        if isinstance(type, StrawberryEnumDefinition) or has_enum_definition(type):
            return None
        if not has_object_definition(type):
            raise _OwnWayError
        return self._input(type)

    def _list(self, type: StrawberryList) -> Convert:
        skipped: Any = {"skip_classes": (GlobalID,)}
        if _is_leaf_type(type.of_type, self._registry, **skipped) or _is_optional_leaf_type(
            type.of_type, self._registry, **skipped
        ):
            return lambda value: value if value is None or value is UNSET else list(value)
        item = self.of(type.of_type)
        if item is None:
            return lambda value: value if value is None or value is UNSET else [*value]
        return lambda value: (
            value if value is None or value is UNSET else [item(each) for each in value]
        )

    def _input(self, type: Any) -> Convert:
        if type in self._made:
            return self._made[type]
        definition = type.__strawberry_definition__
        if definition.from_input is not None:
            raise _OwnWayError
        missing: dict[str, Any] = {}
        if definition.is_input:
            missing = {
                field.python_name: None
                for field in definition.fields
                if field.default_value is MISSING and field.default_factory is MISSING
            }
        steps: list[tuple[str, str, Convert | None]] = []

        def convert(value: Any) -> Any:
            if value is None or value is UNSET:
                return value
            given = dict(missing)
            for name, python_name, to in steps:
                if name in value:
                    given[python_name] = value[name] if to is None else to(value[name])
            return type(**given)

        self._made[type] = convert  # at once, for what contains itself
        for field in definition.fields:
            to = self.of(field.resolve_type(type_definition=definition))
            steps.append((self._names.from_field(field), field.python_name, to))
        return convert
