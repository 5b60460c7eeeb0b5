"""Messages as a broken client sends them: good ones, changed by chance."""

import json
from copy import deepcopy
from random import Random
from typing import Any

FOLLOW = "subscription($id: ID) { messageEvents(matchId: $id) { cursor } }"
GOOD: list[dict[str, Any]] = [
    {"type": "connection_init", "payload": {"authorization": "Bearer a.b.c"}},
    {"type": "ping", "payload": {"a": [1, {"b": None}]}},
    {"type": "pong"},
    {"type": "complete", "id": "1"},
    {"type": "subscribe", "id": "1", "payload": {"query": "subscription { matchChanged { id } }"}},
    {
        "type": "subscribe",
        "id": "2",
        "payload": {
            "query": FOLLOW,
            "operationName": None,
            "variables": {"id": "match_1"},
            "extensions": {"persistedQuery": {"version": 1, "sha256Hash": "a" * 64}},
        },
    },
    {"type": "subscribe", "id": "3", "payload": {"documentId": "sha256:1"}},
]
STRANGE: list[Any] = [
    *(None, True, False, 0, -1, 1e400, 2**63, 10**400, 0.1, "", " ", "\x00", "é" * 130, "{", "}"),
    *([], {}, [[]], [None], {"": ""}, {"__proto__": {}}, "a" * 5000, "\ud800", "\u202e", "💥" * 60),
    *("subscribe", "complete", "connection_init", "connection_ack", "next", "error", "1", "2"),
    *(FOLLOW, "query { viewer { email } }", "mutation { signOut { errors { code } } }", "NaN"),
]


def mutated(random: Random) -> str | bytes:
    """A message, as text or as bytes, that is hardly one any more."""
    message = deepcopy(random.choice(GOOD))
    for _ in range(random.randint(0, 2)):
        message = _changed(message, random)
    text = json.dumps(message, ensure_ascii=random.random() < 0.5)
    way = random.random()
    if way < 0.75:
        return text.encode("utf-8", "replace").decode()
    if way < 0.8:
        return text.encode("utf-8", "replace")
    return _garbled(text.encode("utf-8", "replace"), random).decode("utf-8", "replace")


def _changed(value: Any, random: Random) -> Any:
    """The same with one thing in it replaced, added, taken away, wrapped or nested."""
    if isinstance(value, dict) and value and random.random() < 0.8:
        name = random.choice(list(value))
        change = random.random()
        if change < 0.15:
            del value[name]
        elif change < 0.25:
            value[random.choice(["id", "type", "payload", "query", "", "é"])] = value[name]
        else:
            value[name] = _changed(value[name], random)
        return value
    if isinstance(value, list) and value and random.random() < 0.8:
        i = random.randrange(len(value))
        value[i] = _changed(value[i], random)
        return value
    change = random.random()
    if change < 0.1:
        return [value]
    if change < 0.2:
        return {"payload": value}
    if change < 0.25:
        for _ in range(300):
            value = [value]
        return value
    return deepcopy(random.choice(STRANGE))


def _garbled(text: bytes, random: Random) -> bytes:
    for _ in range(random.randint(1, 4)):
        at = random.randrange(len(text) + 1)
        change = random.random()
        if change < 0.3:
            text = text[:at]
        elif change < 0.6:
            text = text[:at] + bytes([random.randrange(256)]) + text[at + 1 :]
        elif change < 0.9:
            text = text[:at] + bytes(random.randrange(256) for _ in range(3)) + text[at:]
        else:
            text = text[:at] + b"[" * 3000 + text[at:]
    return text
