"""Telling a type of object by its class, and one that stays as it is by its identity."""

from typing import Any

SEEN = 4_000
"""Of how many objects, at each place, it is kept what was answered: lists may be long."""


class InstanceOf:
    """An `is_type_of` that is true of the instances of a class.

    Compiled documents look at the class themselves, where they would have to call a function.
    `steady`: an instance stays as it is while an operation runs, and gives the same answer whenever
    it is met again.
    """

    __slots__ = ("kind", "steady")

    def __init__(self, kind: type, *, steady: bool = False) -> None:
        self.kind, self.steady = kind, steady

    def __call__(self, value: Any, _: Any) -> bool:
        return isinstance(value, self.kind)
