"""Objects that go wrong in every way there is, the same way each time they are asked."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Generator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from enum import Enum
from typing import Any
from zlib import crc32

from graphql import GraphQLError
from graphql.pyutils import Undefined

from tests.unit.compiled_stills import Impostor, Still


class Colour(Enum):
    RED = "red"
    GREEN = "green"
    BLUE = "blue"


class Loud(str):
    """A text that is no plain one."""

    __slots__ = ()


@dataclass
class World:
    """All data of one run; `errors` of a thousand values go wrong."""

    seed: int
    errors: int
    log: list[str] = field(default_factory=list)
    """What was resolved, in its order."""
    stills: dict[int, Still] = field(default_factory=dict)

    def chance(self, *of: object) -> int:
        return crc32(without_addresses(repr((self.seed, *of))).encode())

    def value(self, row: "Row", name: str, kind: str) -> Any:
        """The value of a field; raises, if that is what it does."""
        self.log.append(f"{row!r}.{name}")
        chance = self.chance(row.id, type(row).__name__, name)
        return self.made(kind, chance)

    def made(self, kind: str, chance: int) -> Any:
        if chance % 1000 < self.errors:
            return self.broken(kind, chance // 1000)
        good: Callable[[int], Any] = getattr(self, f"_{kind}")
        return good(chance // 1000)

    def broken(self, kind: str, chance: int) -> Any:
        good: Callable[[int], Any] = getattr(self, f"_{kind}")
        ways: list[Callable[[], Any]] = [
            lambda: _fail(ValueError(f"no {kind}")),
            lambda: _fail(GraphQLError(f"refused {kind}", extensions={"code": "NO"})),
            lambda: None,
            lambda: Undefined,
            lambda: ValueError("an error as a value"),
            lambda: "text",
            lambda: Loud("loud"),
            lambda: 7,
            lambda: 2**40,
            lambda: float("nan"),
            lambda: True,
            lambda: object,
            lambda: {"a": 1},
            list,
            lambda: [None, "x", 3],
            lambda: Item(self, chance % 50),
            lambda: Slow(self, chance % 50),
            lambda: Later(self, lambda: good(chance), chance),
            lambda: self._later(kind, chance),
            lambda: Later(self, lambda: _fail(KeyError(kind)), chance),
            lambda: [self._later(kind, chance + n) for n in range(3)],
            lambda: [1, Later(self, lambda: _fail(KeyError(kind)), chance), Later(self, int, 1)],
            lambda: tuple(self._rows(chance)),
            set,
            lambda: self._generated(kind, chance),
            lambda: self._streamed(kind, chance),
            lambda: Colour.RED,
            lambda: "GREEN",
        ]
        return ways[chance % len(ways)]()

    def _later(self, kind: str, chance: int) -> "Later":
        return Later(self, lambda: self.made(kind, chance), chance)

    def _text(self, chance: int) -> str:
        return f"text {chance % 100}"

    def _texts(self, chance: int) -> list[Any]:
        return [self.made("text", self.chance(chance, i)) for i in range(chance % 4)]

    def _number(self, chance: int) -> int:
        return chance % 1000

    def _flag(self, chance: int) -> bool:
        return chance % 2 == 0

    def _ratio(self, chance: int) -> float:
        return chance % 100 / 8

    def _moment(self, chance: int) -> datetime:
        return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=chance % 10**6)

    def _zoned(self, chance: int) -> datetime:
        zone = (UTC, UTC, None, timezone(timedelta(hours=2)))[chance % 4]
        return self._moment(chance).replace(tzinfo=zone)

    def _colour(self, chance: int) -> Colour:
        return list(Colour)[chance % 3]

    def _odd(self, chance: int) -> int:
        return chance % 40 * 2 + (chance % 11 > 0)

    def _any(self, chance: int) -> Any:
        return [{"a": [chance % 9, None]}, "any", 3, [True]][chance % 4]

    def _grid(self, chance: int) -> list[Any]:
        return [
            [self.made("number", self.chance(chance, i, j)) for j in range(chance % 3)]
            for i in range(chance % 4)
        ]

    def _row(self, chance: int) -> "Row":
        return Item(self, chance % 50)

    def _rows(self, chance: int) -> list[Any]:
        return [self.made("row", self.chance(chance, i)) for i in range(chance % 4)]

    def _thing(self, chance: int) -> "Row":
        return (Item, Box, Slow)[chance % 3](self, chance % 50)

    def _things(self, chance: int) -> list[Any]:
        return [self.made("thing", self.chance(chance, i)) for i in range(chance % 4)]

    def _still(self, chance: int) -> Still | Impostor:
        still = self.stills.setdefault(chance % 4, Still(self, chance % 4))
        return still if chance % 31 else Impostor(still)

    def _stills(self, chance: int) -> list[Any]:
        return [self.made("still", self.chance(chance, i)) for i in range(chance % 6)]

    def _generated(self, kind: str, chance: int) -> Iterator[Any]:
        yield self.made(kind, chance + 1)
        yield Later(self, lambda: self.made(kind, chance + 2), 2)
        yield self.made(kind, chance + 3)

    async def _streamed(self, kind: str, chance: int) -> AsyncIterator[Any]:
        yield self.made(kind, chance + 1)
        await asyncio.sleep(0)
        yield self.made(kind, chance + 2)


@dataclass(frozen=True, eq=False)
class Row:
    world: World
    id: int

    def __repr__(self) -> str:
        return f"{type(self).__name__}{self.id}"


class Item(Row): ...


class Box(Row): ...


class Slow(Row): ...


@dataclass(eq=False)
class Later:
    """Something to await that nobody has to."""

    world: World
    make: Callable[[], Any]
    rounds: int

    def __await__(self) -> Generator[None, None, Any]:
        self.world.log.append("awaited")
        for _ in range(self.rounds % 3):
            yield
        return self.make()

    def __repr__(self) -> str:
        return "Later"


def without_addresses(text: str) -> str:
    """What objects look like, the same in every run."""
    return re.sub("0x[0-9a-f]+", "0x", text)


def _fail(error: Exception) -> Any:
    raise error


KINDS = {
    "text": "text",
    "text_or_null": "text",
    "number": "number",
    "number_or_null": "number",
    "flag": "flag",
    "ratio": "ratio",
    "moment": "moment",
    "moment_or_null": "moment",
    "exact": "zoned",
    "exact_or_null": "zoned",
    "colour": "colour",
    "colour_or_null": "colour",
    "odd": "odd",
    "odd_or_null": "odd",
    "any": "any",
    "grid": "grid",
    "grid_or_null": "grid",
    "friend": "row",
    "friend_or_null": "row",
    "friends": "rows",
    "friends_or_null": "rows",
    "thing": "thing",
    "thing_or_null": "thing",
    "things": "things",
    "nodes_or_null": "things",
    "named_or_null": "thing",
    "still": "still",
    "stills_or_null": "stills",
}


def _attribute(name: str, kind: str) -> property:
    return property(lambda row: row.world.value(row, name, kind))


for _name, _kind in KINDS.items():
    setattr(Row, _name, _attribute(_name, _kind))
