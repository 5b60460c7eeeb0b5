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
    }

    def __init__(self, world: "World", number: int) -> None:
        self.number = number
        self.again = self if number % 2 else None
        for name, kind in self.KINDS.items():
            with suppress(Exception):
                setattr(self, name, world.made(kind, world.chance("still", number, name)))

    def __repr__(self) -> str:
        return f"Still{self.number}"
