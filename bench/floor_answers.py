"""What the floor answers: rows of asyncpg made into the JSON that clients get."""

import hmac
import os
import re
import unicodedata
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg
import uuid_utils
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bench.floor_statements import (
    BEFORE,
    CANDIDATES,
    LAST,
    MATCHES,
    PAGE,
    PAGES,
    SENT,
    STEPS,
    WRITE,
)
from bench.settings import MASTER_KEY

_UNREADABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_master = AESGCM(MASTER_KEY)
_opened: dict[bytes, tuple[bytes, AESGCM]] = {}


@dataclass(frozen=True, slots=True)
class Viewer:
    id: UUID
    display_name: str
    may: bool
    """Adult and in good standing."""


def ping(viewer: Viewer | None) -> Any:
    return {"viewer": {"user": {"displayName": viewer.display_name}} if viewer else None}


async def inbox(connection: asyncpg.Connection, viewer: Viewer | None) -> Any:
    """One's first five pairs, each with its program, steps and last 20 messages."""
    if viewer is None:
        return {"viewer": None}
    if not viewer.may:
        raise PermissionError
    rows = await connection.fetch(MATCHES, viewer.id)
    ids = [row[0] for row in rows]
    steps: dict[UUID, list[Any]] = {id: [] for id in ids}
    under_way: set[UUID] = set()
    for match, id, week, title, done in await connection.fetch(STEPS, ids):
        state = "DONE" if done else "UPCOMING" if match in under_way else "CURRENT"
        if not done:
            under_way.add(match)
        step = {"id": f"step_{id.hex}", "week": week, "title": title}
        steps[match].append({"state": state, "step": step})
    pages: dict[UUID, list[asyncpg.Record]] = {id: [] for id in ids}
    for row in await connection.fetch(PAGES, ids):
        pages[row[0]].append(row)
    me = {"id": f"user_{viewer.id.hex}", "displayName": viewer.display_name}
    nodes = []
    for id, status, data_key, partner_id, name, program, title, unread in rows:
        partner = {"id": f"user_{partner_id.hex}", "displayName": name}
        nodes.append(
            {
                "id": f"match_{id.hex}",
                "status": status,
                "partner": partner,
                "program": {"id": f"program_{program.hex}", "title": title},
                "unreadCount": unread,
                "steps": steps[id],
                "messages": _page(pages[id], id, data_key, {viewer.id: me, partner_id: partner}),
            }
        )
    return {"viewer": {"matches": {"nodes": nodes}}}


def _page(rows: list[asyncpg.Record], match: UUID, data_key: bytes, people: dict[UUID, Any]) -> Any:
    _, cipher = _unwrapped(data_key, match)
    owner = match.bytes
    nodes = [
        {
            "id": f"message_{id.hex}",
            "number": number,
            "body": body and cipher.decrypt(body[:12], body[12:], owner + id.bytes).decode(),
            "sentAt": sent_at,
            "sender": people[sender],
        }
        for _, id, number, _, sender, body, sent_at in reversed(rows[:20])
    ]
    cursor = _place(owner, rows[0][3] if rows else 0)
    return {"pageInfo": {"hasPreviousPage": len(rows) > 20, "endCursor": cursor}, "nodes": nodes}


async def page(connection: asyncpg.Connection, viewer: Viewer | None, match_id: str) -> Any:
    """The last 50 messages of one of one's pairs."""
    if viewer is None or not viewer.may:
        raise PermissionError
    match = UUID(hex=match_id.removeprefix("match_"))
    row = await connection.fetchrow(PAGE, match, viewer.id)
    if row is None:
        return {"match": None}
    data_key, mentor, mentor_name, mentee, mentee_name = row
    people = {
        mentor: {"id": f"user_{mentor.hex}", "displayName": mentor_name},
        mentee: {"id": f"user_{mentee.hex}", "displayName": mentee_name},
    }
    _, cipher = _unwrapped(data_key, match)
    owner, rows = match.bytes, await connection.fetch(LAST, match)
    nodes = [
        {
            "id": f"message_{id.hex}",
            "number": number,
            "body": body and cipher.decrypt(body[:12], body[12:], owner + id.bytes).decode(),
            "sentAt": sent_at,
            "editedAt": edited_at,
            "deletedAt": deleted_at,
            "sender": people[sender],
        }
        for id, number, _, sender, body, sent_at, edited_at, deleted_at in reversed(rows[:50])
    ]
    info = {
        "hasPreviousPage": len(rows) > 50,
        "startCursor": _place(owner, rows[len(nodes) - 1][2]) if rows else None,
        "endCursor": _place(owner, rows[0][2]) if rows else _place(owner, 0),
    }
    return {"match": {"id": match_id, "messages": {"pageInfo": info, "nodes": nodes}}}


async def candidates(connection: asyncpg.Connection, viewer: Viewer | None, program: str) -> Any:
    """The first 50 who are enrolled in a program that one is admin of."""
    if viewer is None or not viewer.may:
        raise PermissionError
    key = UUID(hex=program.removeprefix("program_"))
    rows = await connection.fetch(CANDIDATES, key, viewer.id)
    if not rows:
        return {"program": None}
    nodes = [_enrolled(row) for row in rows[:50] if row[1] is not None]
    cursor = urlsafe_b64encode(b"\x01" + rows[len(nodes) - 1][1].bytes) if nodes else None
    info = {
        "hasNextPage": len(rows) > 50,
        "endCursor": cursor and cursor.rstrip(b"=").decode(),
    }
    listed = {"pageInfo": info, "nodes": nodes}
    return {"program": {"id": program, "title": rows[0][0], "enrollments": listed}}


def _enrolled(row: asyncpg.Record) -> Any:
    _, id, role, status, topics, languages, zone, capacity, taken, at, data_key, goal, *user = row
    _, cipher = _unwrapped(data_key, id)
    return {
        "id": f"enrollment_{id.hex}",
        "role": role,
        "status": status,
        "topics": topics,
        "languages": languages,
        "timeZone": zone,
        "capacity": capacity,
        "openPlaces": max(0, capacity - taken),
        "enrolledAt": at,
        "goal": goal and cipher.decrypt(goal[:12], goal[12:], id.bytes + b"goal").decode(),
        "user": {"id": f"user_{user[0].hex}", "displayName": user[1], "bio": user[2]},
    }


def _place(owner: bytes, seq: int) -> str:
    return urlsafe_b64encode(b"\x02" + owner + seq.to_bytes(8)).rstrip(b"=").decode()


async def send(
    connection: asyncpg.Connection,
    viewer: Viewer | None,
    asked: dict[str, str],
    tell: Callable[..., None],
) -> Any:
    """Sends a message once for each key; tells who follows the pair."""
    if viewer is None or not viewer.may:
        raise PermissionError
    match = UUID(hex=asked["matchId"].removeprefix("match_"))
    text, key = _clean(asked["body"], 4000), _clean(asked["clientKey"], 200)
    row = await connection.fetchrow(BEFORE, match, viewer.id)
    if row is None:
        return _refused("NOT_FOUND", "There is no such thing here for you.", "matchId")
    data_key, mentor, mentee = row
    secret, cipher = _unwrapped(data_key, match)
    fingerprint = hmac.digest(secret, f"{viewer.id}\0{key}\0{text}".encode(), "sha256")
    kept = hmac.digest(secret, f"{viewer.id}\0{key}".encode(), "sha256")[:18]
    key = urlsafe_b64encode(kept).decode()
    id, nonce, sent_at = UUID(bytes=uuid_utils.uuid7().bytes), os.urandom(12), datetime.now(UTC)
    sealed = nonce + cipher.encrypt(nonce, text.encode(), match.bytes + id.bytes)
    try:
        number = await connection.fetchval(
            WRITE, id, match, key, viewer.id, sealed, fingerprint, sent_at
        )
    except asyncpg.UniqueViolationError:
        row = await connection.fetchrow(SENT, match, viewer.id, key)
        id, number, sent_at, written = row
        if written != fingerprint:
            return _refused("CONFLICT", "This clientKey was used for another message.", "clientKey")
    else:
        if number is None:
            raise PermissionError
        tell(f"m:{match.hex}", f"p:{mentor.hex}", f"p:{mentee.hex}")
    sender = {"id": f"user_{viewer.id.hex}", "displayName": viewer.display_name}
    message = {"id": f"message_{id.hex}", "number": number, "body": text, "sentAt": sent_at}
    return {"sendMessage": {"message": {**message, "sender": sender}, "errors": []}}


def _clean(value: str, longest: int) -> str:
    text = unicodedata.normalize("NFC", value).strip()
    if _UNREADABLE.search(value) or not 0 < len(text) <= longest:
        raise ValueError
    return text


def _unwrapped(data_key: bytes, match: UUID) -> tuple[bytes, AESGCM]:
    found = _opened.get(data_key)
    if found is None:
        secret = _master.decrypt(data_key[4:16], data_key[16:], match.bytes)
        found = _opened[data_key] = secret, AESGCM(secret)
    return found


def _refused(code: str, message: str, field: str) -> Any:
    errors = [{"code": code, "message": message, "field": [field]}]
    return {"sendMessage": {"message": None, "errors": errors}}
