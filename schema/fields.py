"""How fields are declared: a resolver, and who may ask for it, beside the name."""

import inspect
from collections.abc import Awaitable, Callable, Sequence
from functools import cache, wraps
from typing import Any, Optional

import strawberry
from strawberry import UNSET
from strawberry.permission import BasePermission, PermissionExtension
from strawberry.types.base import StrawberryObjectDefinition
from strawberry.types.field import StrawberryField

from execution.compiled import inlined
from resolvers.context import Info
from resolvers.loaders import Loaders
from resolvers.payloads import payload

Permissions = Sequence[type[BasePermission]]


def field(
    resolver: Callable[..., Any], *, permissions: Permissions = (), description: str | None = None
) -> Any:
    """A field answered by a resolver. Without permissions it is as open as its type."""
    made = strawberry.field(
        resolver=resolver, extensions=_guard(permissions), description=description
    )
    return _without_null_defaults(made)


def attribute(name: str, *, permissions: Permissions = (), description: str | None = None) -> Any:
    """A field that is an attribute of the row under another name, or one that is guarded."""

    @inlined(f"src.{name}")
    def read(root: Any) -> Any:
        return getattr(root, name)

    return field(read, permissions=permissions, description=description)


def asked(
    resolver: Callable[..., Any], takes: type, *, permissions: Permissions, description: str = ""
) -> Any:
    """A field whose one argument `input` may be left out; its fields are the resolver's parameters.

    What the input's class has as defaults stands for what is left out.
    """
    _demand_same_names(resolver, takes)
    fields = [f.python_name for f in takes.__strawberry_definition__.fields]  # type: ignore[attr-defined]

    async def answer(root: Any, info: Info, input: Any = None) -> Any:
        said = takes() if input is None else input
        return await resolver(root, info, **{name: _given(getattr(said, name)) for name in fields})

    answer.__annotations__ = {"root": Any, "info": Info, "input": Optional[takes]}  # noqa: UP045
    return field(answer, permissions=permissions, description=description or None)


def mutation(
    resolver: Callable[..., Any],
    takes: type | None = None,
    *,
    gives: str | Sequence[str],
    permissions: Permissions,
    empty: Any = None,
    description: str | None = None,
) -> Any:
    """A mutation whose payload holds `gives` and `errors`.

    With `takes`, it has one argument `input` of that type, whose fields are the resolver's
    parameters. `empty` makes what stands under `gives` when it is refused.
    """
    names = (gives,) if isinstance(gives, str) else gives
    if takes is None:
        answer = _answering(resolver, names, empty)
    else:
        _demand_same_names(resolver, takes)
        answer = _unpacking(resolver, takes, names, empty)
    made = strawberry.mutation(
        resolver=answer, extensions=_guard(permissions), description=description
    )
    return _without_null_defaults(made)


def subscription(
    resolver: Callable[..., Any], *, permissions: Permissions, description: str | None = None
) -> Any:
    """A stream; its permissions are asked once, before it starts: it checks rights by itself."""
    made = strawberry.subscription(
        resolver=resolver, extensions=_guard(permissions), description=description
    )
    return _without_null_defaults(made)


def _guard(permissions: Permissions) -> list[Any]:
    return [PermissionExtension([_the_one(each) for each in permissions])] if permissions else []


@cache
def _the_one(permission: type[BasePermission]) -> BasePermission:
    """One for all fields: what it has granted for the same subject it need not be asked again."""
    return permission()


def _without_null_defaults(made: StrawberryField) -> StrawberryField:
    """An argument left out is the parameter's default; the printed schema need not say `= null`."""
    for argument in made.arguments:
        if argument.default is None:
            argument.default = UNSET
    return made


def _answering(
    resolver: Callable[..., Any], names: Sequence[str], empty: Any
) -> Callable[..., Any]:
    @wraps(resolver)
    async def answer(info: Info, **arguments: Any) -> Any:
        done = resolver(info, **arguments)
        return await _done(info, names, done, empty)

    return answer


def _unpacking(
    resolver: Callable[..., Any], takes: type, names: Sequence[str], empty: Any
) -> Callable[..., Any]:
    fields = [f.python_name for f in takes.__strawberry_definition__.fields]  # type: ignore[attr-defined]

    async def answer(info: Info, input: Any) -> Any:
        values = {name: _given(getattr(input, name)) for name in fields}
        done = resolver(info, **values)
        return await _done(info, names, done, empty)

    answer.__annotations__ = {"info": Info, "input": takes}
    return answer


async def _done(info: Info, names: Sequence[str], done: Awaitable[Any], empty: Any) -> Any:
    """What came of it. What was loaded before is not asked, nor kept: it may be true no more."""
    info.context.loaders = Loaders()
    answer = await payload(info, names, done, empty=empty() if empty else None)
    info.context.loaders = Loaders()
    return answer


def _given(value: Any) -> Any:
    """None for what the client left out; inputs inside inputs alike."""
    if isinstance(value, str):  # most is
        return value
    if value is UNSET:
        return None
    if isinstance(value, list):
        return [_given(item) for item in value]
    definition = getattr(value, "__strawberry_definition__", None)
    if definition is not None and isinstance(definition, StrawberryObjectDefinition):
        for f in definition.fields:
            setattr(value, f.python_name, _given(getattr(value, f.python_name)))
    return value


def _demand_same_names(resolver: Callable[..., Any], takes: type) -> None:
    parameters = set(inspect.signature(resolver).parameters) - {"root", "info"}
    fields = {f.python_name for f in takes.__strawberry_definition__.fields}  # type: ignore[attr-defined]
    if parameters != fields:
        raise TypeError(
            f"{takes.__name__} and {resolver.__qualname__} differ: {parameters ^ fields}"
        )
