"""What resolvers are told of where they are; most never ask, so it is put together when they do."""

from contextlib import suppress
from functools import cached_property
from typing import Any

from graphql import GraphQLResolveInfo
from graphql.execution import Executor
from strawberry import Info
from strawberry.types.field import StrawberryField

from execution.compiled.places import Place, Trail, field_path_of


def resolve_info(executor: Executor[Any], place: Place, trail: Trail) -> GraphQLResolveInfo[Any]:
    """graphql-core's own."""
    path = field_path_of(trail)
    return executor.build_resolve_info(place.field, place.nodes, place.parent, path)


class LazyInfo(Info[Any, Any]):
    """Strawberry's `Info`. Permissions and resolvers read little else of it than the context."""

    def __init__(
        self, executor: Executor[Any], field: StrawberryField, place: Place, trail: Trail | None
    ) -> None:
        self._executor = executor
        self._field = field
        self._place = place
        self._above = trail

    @cached_property
    def _raw_info(self) -> GraphQLResolveInfo[Any]:  # type: ignore[override]
        return resolve_info(self._executor, self._place, self._place.below(self._above))

    @property
    def context(self) -> Any:
        return self._executor.context_value

    def below(self, *path: str) -> list[dict[str, Any]]:
        """The arguments of each field at the end of this path of names below this one.

        For resolvers that read at once what will be asked of what they return: a hint, no promise.
        Arguments that cannot be read are left out; the field itself says what is wrong with them.
        """
        found = []
        for place in self._place.asked(path):
            if place.arguments_of is not None:
                with suppress(Exception):
                    found.append(place.arguments_of(self._executor))
        return found


def info_of(
    executor: Executor[Any], field: StrawberryField, place: Place, trail: Trail | None
) -> Info[Any, Any]:
    """An `Info` of the schema's own class, for schemas that have one."""
    own = executor.schema._strawberry_schema.config.info_class  # type: ignore[attr-defined]
    made: Info[Any, Any] = own(
        _raw_info=resolve_info(executor, place, place.below(trail)), _field=field
    )
    return made


class LazyResolveInfo:
    """graphql-core's info for `is_type_of`, which is asked of every object and hardly reads it."""

    __slots__ = ("_asked", "_info")

    def __init__(self, executor: Executor[Any], place: Place, trail: Trail) -> None:
        self._asked = executor, place, trail
        self._info: GraphQLResolveInfo[Any] | None = None

    def __getattr__(self, name: str) -> Any:
        if self._info is None:
            self._info = resolve_info(*self._asked)
        return getattr(self._info, name)
