"""The type of what stays as it is, with all that a schema may say of itself."""

from typing import Any

import strawberry
from strawberry import ID, Info
from strawberry.permission import BasePermission

from execution.compiled import InstanceOf, inlined
from tests.unit.compiled_permissions import guards
from tests.unit.compiled_stills import Still as StillRow
from tests.unit.compiled_types import Colour, Exact


class OfSubject(BasePermission):
    """Depends on no more of an object than what it says is its subject."""

    message = "Not of this one."

    subject = "'odd' if src.number % 2 else src"

    def has_permission(self, source: Any, info: Info, **kwargs: Any) -> bool:
        if source.number == 2:
            raise ValueError("cannot tell")
        return bool(source.number)


@inlined("src.text_or_null")
def _text_of_still(root: StillRow) -> Any:
    return root.text_or_null  # type: ignore[attr-defined]


def _word_of_still(root: StillRow, word: str = "of") -> str:
    return f"{word} {root.number}"


@strawberry.type
class Still:
    is_type_of = InstanceOf(StillRow, steady=True)

    id: ID
    text: str
    moment_or_null: Exact | None
    whole: int
    colour: Colour  # type: ignore[valid-type]
    colour_or_null: Colour | None  # type: ignore[valid-type]
    texts: list[str]
    texts_or_null: list[str | None] | None
    read: str | None = strawberry.field(resolver=_text_of_still)
    guarded: str | None = strawberry.field(resolver=_text_of_still, extensions=guards(OfSubject()))
    word: str | None = strawberry.field(resolver=_word_of_still, extensions=guards(OfSubject()))
    again: "Still | None"
    other: "Still"
