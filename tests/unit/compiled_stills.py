"""Objects that stay as they are while an operation runs: what a schema may say of them."""

from contextlib import suppress
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from tests.unit.compiled_data import World


class Still:
    """Something that is met again and again, and stays as it is: whoever reads it leaves no trace.

    What raises elsewhere is not there.
    """

    KINDS: ClassVar = {
        "id": "number",
        "text": "text",
        "text_or_null": "text",
        "moment_or_null": "zoned",
        "whole": "number",
        "colour": "colour",
        "colour_or_null": "colour",
        "texts": "texts",
        "texts_or_null": "texts",
    }

    def __init__(self, world: "World", number: int) -> None:
        self.number = number
        for name, kind in self.KINDS.items():
            with suppress(Exception):
                setattr(self, name, world.made(kind, world.chance("still", number, name)))
        self.other = Still(world, number + 4) if number < 4 else self
        self.again = (None, self, None, self, None, Impostor(self), "text", None)[number]

    def __repr__(self) -> str:
        return f"Still{self.number}"


class Impostor:
    """Has all that something still has, and is none."""

    def __init__(self, still: Still) -> None:
        vars(self).update(vars(still))

    def __repr__(self) -> str:
        return f"Impostor{self.number}"  # type: ignore[attr-defined]
