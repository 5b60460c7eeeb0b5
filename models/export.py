"""How a section of what is held on somebody is read: page by page, opened, as they may have it."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
from cryptography.exceptions import InvalidTag

from models.database import fetch
from models.encryption import Sealed
from models.evidence import NotVouchedFor
from models.ids import global_id

PAGE = 500
"""Rows read, opened and written at once: no more of a section are ever in memory."""


@dataclass(frozen=True, slots=True)
class Section:
    """One list of the export; `$1` is the person.

    A column is named as its key in JSON. `key:noun` holds an id of that noun; `key:text`,
    `key:json` and what else `_OPENED` lists hold something sealed, opened with the columns
    `_data_key` and `_owner`; their place is in `_place` where there is one, else the key. What
    begins with `_` is not shown.
    Pages follow one another by the columns in `key`, which are unique together.
    """

    name: str
    columns: str
    source: str
    where: str
    key: Sequence[str]
    is_one: bool = False
    """Whether it is a single object, not a list."""
    demand: Callable[[Mapping[str, Any]], object] = lambda row: None
    """Raises for a row that is not what was once written: the first column is all that is told of
    it."""


async def pages(section: Section, person: UUID) -> AsyncIterator[list[dict[str, object]]]:
    """The section's rows, some at a time; no connection is held between two pages."""
    place: list[object] = []
    while True:
        rows = await fetch(_page(section, bool(place)), person, *place)
        if rows:
            yield [_shown(section, row) for row in rows]
        if len(rows) < PAGE:
            return
        place = list(rows[-1])[-len(section.key) :]


def _page(section: Section, follows: bool) -> str:
    key = ", ".join(section.key)
    places = ", ".join(f"${i + 2}" for i in range(len(section.key)))
    hidden = ", ".join(f"{column} AS _key{i}" for i, column in enumerate(section.key))
    behind = f"AND ({key}) > ({places})" if follows else ""
    return (
        f"SELECT {section.columns}, {hidden} FROM {section.source}"
        f" WHERE {section.where} {behind} ORDER BY {key} LIMIT {PAGE}"
    )


def _shown(section: Section, row: Mapping[str, Any]) -> dict[str, object]:
    shown: dict[str, object] = {}
    columns = list(row.items())
    try:
        section.demand(row)
    except (NotVouchedFor, InvalidTag, KeyError):
        columns, shown = columns[:1], _UNREADABLE.copy()
    for column, value in columns:
        name, _, kind = column.partition(":")
        if name and not name.startswith("_"):
            shown[name] = None if value is None else _value(row, name, kind, value)
    return shown


def _value(row: Mapping[str, Any], name: str, kind: str, value: Any) -> object:
    if not kind:
        return value
    if kind == "stored":
        return orjson.loads(value)
    if kind not in _OPENED:
        return global_id(kind, value)
    place = row.get("_place", name.encode())
    try:
        sealed = Sealed(row["_data_key"], row["_owner"])
        text = sealed.open(value, place.bytes if isinstance(place, UUID) else place)
    except (InvalidTag, KeyError):
        return _UNREADABLE
    return _OPENED[kind](text)


_UNREADABLE: dict[str, object] = {"unreadable": True}
_OPENED: Mapping[str, Callable[[str], object]] = {
    "text": str,
    "json": orjson.loads,
    "check_in_answer": lambda text: _answer(*orjson.loads(text)),
}


def _answer(mood: int, met: int, note: str | None) -> dict[str, object]:
    return {"mood": mood, "met": bool(met), "note": note}
