"""Python that is being written: lines, indentation, and the objects that they name."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class Names:
    """The objects that generated code refers to, each under a name of its own."""

    def __init__(self, known: dict[str, Any]) -> None:
        self.scope: dict[str, Any] = dict(known)
        self._given: dict[tuple[str, int], str] = {}
        self._count = 0

    def new(self, kind: str) -> str:
        """A name that nothing has yet."""
        self._count += 1
        return f"{kind}{self._count}"

    def of(self, thing: object, kind: str) -> str:
        """The name of this very object."""
        key = kind, id(thing)
        if key not in self._given:
            self._given[key] = name = self.new(kind)
            self.scope[name] = thing
        return self._given[key]


class Source:
    """One function."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._depth = 0

    def __call__(self, line: str) -> None:
        self.lines.append("    " * self._depth + line)

    @contextmanager
    def block(self, head: str) -> Iterator[None]:
        """What is written inside stands below `head`."""
        self(head)
        self._depth += 1
        yield
        self._depth -= 1
