"""The floor: the same answers with the least we know of. Raw ASGI, asyncpg, orjson, no GraphQL.

It knows the documents of `operations` by heart and nothing else. What Compagnon checks before it
answers, it checks too: the token's signature and life, the session, the account, the age.
"""

import gc
import hmac
import os
from base64 import urlsafe_b64decode
from collections.abc import Awaitable, Callable, MutableMapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from bench.floor_answers import Viewer, candidates, inbox, page, ping, send
from bench.floor_sockets import Sockets
from bench.floor_telling import Teller
from bench.operations import CANDIDATES, INBOX, PAGE, PING, SEND
from bench.settings import POOL, TOKEN_SECRET

Event = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Event]]
Send = Callable[[Event], Awaitable[None]]
Answer = Callable[[asyncpg.Connection, Viewer | None, dict[str, Any]], Awaitable[Any]]

_pool: asyncpg.Pool
_sockets = Sockets()
_teller = Teller(_sockets.pass_on)
_BEARER = b"Bearer "
_VIEWER = """SELECT u.id, u.display_name, u.suspended_at IS NOT NULL, u.age_known, u.adult_from
    FROM sessions s JOIN users u ON u.id = s.user_id
    WHERE s.id = $1 AND s.ended_at IS NULL AND s.expires_at > $2 AND u.deleted_at IS NULL"""


def create_app() -> Callable[[Event, Receive, Send], Awaitable[None]]:
    return _app


async def _app(scope: Event, receive: Receive, send_event: Send) -> None:
    """POST anything: the body's `query` says what is asked."""
    if scope["type"] == "lifespan":
        await _live(receive, send_event)
        return
    if scope["type"] == "websocket":
        await _sockets.app(scope, receive, send_event)
        return
    chunks: list[bytes] = []
    more = True
    while more:
        event = await receive()
        chunks.append(event.get("body", b""))
        more = event.get("more_body", False)
    asked = orjson.loads(b"".join(chunks))
    async with _pool.acquire() as connection:
        viewer = await _viewer(connection, scope["headers"])
        data = await ANSWERS[asked["query"]](connection, viewer, asked["variables"])
    body = orjson.dumps({"data": data})
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", b"%d" % len(body)),
        (b"cache-control", b"no-store"),
    ]
    await send_event({"type": "http.response.start", "status": 200, "headers": headers})
    await send_event({"type": "http.response.body", "body": body})


async def _ping(
    connection: asyncpg.Connection, viewer: Viewer | None, variables: dict[str, Any]
) -> Any:
    return ping(viewer)


async def _inbox(
    connection: asyncpg.Connection, viewer: Viewer | None, variables: dict[str, Any]
) -> Any:
    return await inbox(connection, viewer)


async def _page(
    connection: asyncpg.Connection, viewer: Viewer | None, variables: dict[str, Any]
) -> Any:
    return await page(connection, viewer, variables["match"])


async def _candidates(
    connection: asyncpg.Connection, viewer: Viewer | None, variables: dict[str, Any]
) -> Any:
    return await candidates(connection, viewer, variables["program"])


async def _send(
    connection: asyncpg.Connection, viewer: Viewer | None, variables: dict[str, Any]
) -> Any:
    return await send(connection, viewer, variables["input"], _teller.tell)


ANSWERS: dict[str, Answer] = {
    PING: _ping,
    INBOX: _inbox,
    PAGE: _page,
    CANDIDATES: _candidates,
    SEND: _send,
}


async def _viewer(
    connection: asyncpg.Connection, headers: list[tuple[bytes, bytes]]
) -> Viewer | None:
    token = next((value for name, value in headers if name == b"authorization"), b"")
    now = datetime.now(UTC)
    session = _session(token, now)
    if session is None:
        return None
    row = await connection.fetchrow(_VIEWER, session, now)
    if row is None:
        return None
    id, display_name, is_suspended, age_known, adult_from = row
    is_adult = age_known and (
        adult_from is None or adult_from <= (now - timedelta(hours=12)).date()
    )
    return Viewer(id, display_name, is_adult and not is_suspended)


def _session(header: bytes, now: datetime) -> UUID | None:
    """The session in a token that we have signed and that is still good."""
    signed, _, signature = header.removeprefix(_BEARER).rpartition(b".")
    kind, _, payload = signed.partition(b".")
    if not payload or not hmac.compare_digest(
        hmac.digest(TOKEN_SECRET, signed, "sha256"), _decoded(signature)
    ):
        return None
    claims = orjson.loads(_decoded(payload))
    good = orjson.loads(_decoded(kind))["alg"] == "HS256" and claims["iss"] == "compagnon"
    return UUID(hex=claims["sid"]) if good and claims["exp"] > now.timestamp() else None


def _decoded(part: bytes) -> bytes:
    return urlsafe_b64decode(part + b"=" * (-len(part) % 4))


async def _live(receive: Receive, send_event: Send) -> None:
    global _pool
    url = os.environ["COMPAGNON_DATABASE_URL"]
    await receive()
    options = {"server_settings": {"timezone": "UTC"}}
    async with (
        asyncpg.create_pool(
            url, min_size=1, max_size=POOL, reset=_keep_session, **options
        ) as _pool,
        _teller.telling(url),
    ):
        gc.collect()  # set as Compagnon sets it
        gc.freeze()
        gc.set_threshold(100_000, 50, 1000)
        await send_event({"type": "lifespan.startup.complete"})
        await receive()
    await send_event({"type": "lifespan.shutdown.complete"})


async def _keep_session(_: asyncpg.Connection) -> None:
    """No round trip when a connection goes back to the pool, as in Compagnon."""
