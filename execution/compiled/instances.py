"""Telling a type of object by its class."""

from typing import Any


class InstanceOf:
    """An `is_type_of` that is true of the instances of a class.

    Compiled documents look at the class themselves, where they would have to call a function.
    """

    __slots__ = ("kind",)

    def __init__(self, kind: type) -> None:
        self.kind = kind

    def __call__(self, value: Any, _: Any) -> bool:
        return isinstance(value, self.kind)
