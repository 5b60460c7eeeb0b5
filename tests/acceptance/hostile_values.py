"""What no well-meaning client sends, by the type of the input it is sent for."""

import base64
import functools
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from graphql import (
    GraphQLInputType,
    get_named_type,
    is_enum_type,
    is_input_object_type,
    is_list_type,
    is_non_null_type,
)

TEXTS = (
    *("", "   ", "\n\r\t", "\u200b", "\ufeff", "\u3000"),  # nothing, in several ways
    *("\0", "a\0b", "\x1b[31m", "\x7f", "\ufffe", "\u0085", "\ud800", "a\udfffb"),
    *("x" * 4001, "x" * 10_000, "x" * 60_000, "word " * 10_000),
    *("\ufb2c" * 4000, "\u1e9e" * 300, "İ" * 240 + "@example.org", "e\u0301" * 2000),  # these grow
    *("👩‍👩‍👧‍👦" * 40, "\u202edetalever", "\u2066\u2069" * 50, "z" + "\u0300" * 3000, "ﷺ" * 100),
    *("'; DROP TABLE users; --", "' OR '1'='1", "$1", "%s %(a)s {0} {a} ${7*7} {{7*7}}", "\\"),
    *("<script>alert(1)</script>", "<!--", "javascript:alert(1)", "../../etc/passwd", "%00", "*"),
    *("null", "undefined", "NaN", "true", "-1", "1e309", "__proto__", "constructor"),
)
DEEP: list[Any] = functools.reduce(lambda inner, _: [inner], range(500), [])
WRONG_TYPES: tuple[Any, ...] = (
    *(None, True, 0, -1, 1.5, 2**31, 2**63, 2**64, [], {}, [[]], {"a": 1}, DEEP),
)
NUMBERS: tuple[Any, ...] = (
    *(0, -1, 1, 2, 53, 101, 32_767, 32_768, 65_536, 2**31 - 1, 2**31, -(2**31), -(2**31) - 1),
    *(2**53, 2**63 - 1, 2**63, -(2**63) - 1, 2**64 - 1, 1.0, 1.5, -0.0, 1e308, "1", "", "\0"),
    *(None, True, False, [], [1, 2], {}),
)
BOOLEANS: tuple[Any, ...] = (
    None,
    "true",
    "false",
    "",
    "\0",
    0,
    1,
    2**63,
    1.5,
    [],
    {},
    [True, True],
)
ENUMERATED: tuple[Any, ...] = (
    None,
    "",
    "WRONG",
    "open",
    "\0",
    "\ud800",
    "x" * 10_000,
    0,
    1.5,
    True,
    [],
    {},
)
DAYS = (
    *("", "0000-00-00", "0000-01-01", "0001-01-01", "1000-01-01", "1800-12-31", "9999-12-31"),
    *("2023-02-29", "2023-02-30", "2004-02-29", "2023-13-01", "2023-00-10", "2024-1-1", "20240101"),
    *(
        "2024-W01-1",
        "\u0662\u0660\u0660\u0660-01-01",
        "2000-01-01T00:00:00Z",
        " 2000-01-01",
        "2000-01-01\n",
        "tomorrow",
    ),
    *("-0001-01-01", "+002000-01-01", "99999-01-01", "2000-01-01\0", "\ud800", "x" * 10_000),
)
MOMENTS = (
    *DAYS,
    *("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2024-01-01T00:00:00"),
    *("2016-12-31T23:59:60Z", "2024-01-01T24:00:00Z", "2024-01-01T00:00:00+25:00", "1e9"),
    *("0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z", "2024-01-01T00:00:00.1234567890Z"),
)
ZONES = (
    *("Mars/Base", "../etc/passwd", "/etc/localtime", "europe/paris", "UTC+25", "Factory"),
    *(
        "localtime",
        "posixrules",
        "posix/UTC",
        "right/UTC",
        "Europe/Paris\0",
        "Europe/",
        "x" * 10_240,
    ),
)
LANGUAGES = (
    "e",
    "xx-",
    "-",
    "EN_us",
    "en-" + "a" * 9,
    "en-x-" + "abcdefgh-" * 9 + "a",
    "fr\n",
    "\uff46\uff52",
)
EMAILS = (
    "a",
    "@",
    "a@",
    "@b",
    "a@b@c",
    "a b@c",
    "a@b\n",
    "é@é",
    "<a@b>",
    '"a"@b',
    "a" * 250 + "@b.c",
)
GARBAGE_IDS = (
    *("match_", "_", "match", f"match_{'0' * 32}", f"user_{'f' * 32}", f"group_{'g' * 32}"),
    *(f"match_{'0' * 32}\n", f"match_{'0' * 31}", f"program_{'0' * 33}", f"MATCH_{'A' * 32}"),
    *(f"match_{UUID(int=1)}", "match_" + "\u0660" * 32, str(UUID(int=1)), "0", "1", "-1"),
    base64.b64encode(b"Match:1").decode(),
)
CURSORS = (
    *("A", "AA", "AA==", "AQ", "_w", "é", "AQ" + "A" * 22, "AQ" + "_" * 22, "Ag" + "A" * 31),
    *("Ag" + "_" * 32, "Aw", "Aw" + "A" * 32, "Aw" + "_" * 32, "A" * 60_000, "Aw" + "A" * 50_000),
)


def hostile(type: GraphQLInputType, place: Sequence[str | int], ids: Sequence[str]) -> list[Any]:
    """Values to send where something of this type is expected; `ids` are those of other things."""
    if is_non_null_type(type):
        return hostile(type.of_type, place, ids)
    if is_list_type(type):
        return [
            None,
            "x",
            0,
            {},
            [],
            [None],
            [[]],
            ["x", None],
            ["\0"] * 2,
            list(ids),
            ["x"] * 5000,
        ]
    if is_input_object_type(type):
        return [None, "x", 0, [], {}, [[]], {"noSuchField": 1}, {"__proto__": {}}, {"\0": "\0"}]
    if is_enum_type(type):
        return [*ENUMERATED]
    return _scalars(get_named_type(type).name, str(place[-1] if place else ""), ids)


def unsent(type: GraphQLInputType, place: Sequence[str | int], ids: Sequence[str]) -> list[Any]:
    """What no JSON of ours brings in, were another door ever to let it through."""
    return ["\ud800", "a\udfff", "x" * 1_000_000, 10**400, float("nan"), float("inf"), b"bytes"]


def _scalars(type: str, name: str, ids: Sequence[str]) -> list[Any]:
    if type == "ID":
        return [*ids, *GARBAGE_IDS, *TEXTS, *WRONG_TYPES]
    if type == "Int":
        return [*NUMBERS]
    if type == "Boolean":
        return [*BOOLEANS]
    if type == "Float":
        return [*NUMBERS]
    if type == "Date":
        return [*DAYS, *WRONG_TYPES]
    if type == "DateTime":
        return [*MOMENTS, *WRONG_TYPES]
    return [*_named(name), *TEXTS, *WRONG_TYPES]


def _named(name: str) -> tuple[str, ...]:
    """Texts that only some names of inputs make hostile; `languages` by its list."""
    return {
        "timeZone": ZONES,
        "email": EMAILS,
        "after": CURSORS,
        "before": CURSORS,
        "refreshToken": CURSORS,
    }.get(name, LANGUAGES if name.isdigit() else ())
