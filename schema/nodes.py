"""What every readable type says of itself: the row it shows, and who ever gets to see one."""

from collections.abc import Callable
from typing import Any, TypeVar

import strawberry
from strawberry import ID
from strawberry.schema_directive import Location

from execution.compiled import InstanceOf, inlined
from resolvers.rows import global_id
from schema.fields import field

T = TypeVar("T", bound=type)


@strawberry.schema_directive(
    locations=[Location.OBJECT],
    name="visibleTo",
    description="The people who ever see something of this type, by whatever path.",
)
class VisibleTo:
    who: str


@strawberry.interface(description="Something with an id of its own.")
class Node:
    id: ID


def shown(
    *,
    visible_to: str,
    description: str | None = None,
    row: type | None = None,
) -> Callable[[T], T]:
    """An object type; `visible_to` says in words what the `visible_to` queries enforce."""

    def make(cls: T) -> T:
        if row is not None:
            _tell_rows(cls, row)
        directives = [VisibleTo(who=visible_to)]
        return strawberry.type(cls, description=description, directives=directives)

    return make


def node_id(noun: str) -> Any:
    """The id of a row, as clients see it."""

    @inlined(f"{noun + '_'!r} + src.id.hex")
    def id(root: Any) -> str:
        return global_id(noun, root.id)

    id.__annotations__ = {"return": ID}
    return field(id)


def _tell_rows(cls: type, row: type) -> None:
    """Lets GraphQL tell by the row which type of an interface it has before it."""
    cls.is_type_of = InstanceOf(row, steady=True)  # type: ignore[attr-defined]
