"""Python that is being written: lines, indentation, and the objects that they name."""

from types import TracebackType
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
        name = self._given.get(key)
        if name is None:
            name = self._given[key] = self.new(kind)
            self.scope[name] = thing
        return name


class Source:
    """One function."""

    __slots__ = ("_indent", "lines")

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._indent = ""

    def __call__(self, line: str) -> None:
        self.lines.append(self._indent + line)

    def block(self, head: str) -> "Source":
        """What is written inside stands below `head`."""
        self.lines.append(self._indent + head)
        return self

    def __enter__(self) -> None:
        self._indent += " "

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._indent = self._indent[:-1]
