"""Sockets as the viewers of the table have them."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from tests.access.conftest import House
from tests.access.table import REASONS

WAIT = 10.0


@asynccontextmanager
async def socket(house: House, viewer: str) -> AsyncIterator[tuple[ClientConnection, str | None]]:
    """A connection, and the code it was closed with, for the right reason, if this viewer may have
    none."""
    token = house.stage.tokens[viewer]
    payload = {"authorization": f"Bearer {token}"} if token else {}
    async with connect(
        f"{house.server.ws_url}/graphql", subprotocols=[Subprotocol("graphql-transport-ws")]
    ) as connection:
        await connection.send(json.dumps({"type": "connection_init", "payload": payload}))
        try:
            assert (await received(connection))["type"] == "connection_ack"
            yield connection, None
        except ConnectionClosed as closed:
            yield connection, _code_of(closed, REASONS.get(viewer, ""))


def _code_of(closed: ConnectionClosed, reason: str) -> str:
    assert closed.rcvd is not None and closed.rcvd.reason.startswith(f"{reason}: ")
    return str(closed.rcvd.code)


async def received(connection: ClientConnection) -> dict[str, Any]:
    message: dict[str, Any] = json.loads(await asyncio.wait_for(connection.recv(), WAIT))
    return message


async def subscribed(connection: ClientConnection, name: str, document: str, **said: Any) -> None:
    payload = {"query": document, "variables": said}
    await connection.send(json.dumps({"id": name, "type": "subscribe", "payload": payload}))


def code_in(message: dict[str, Any]) -> str | None:
    """The code of the error in a message, if there is one."""
    payload = message.get("payload")
    errors = payload if isinstance(payload, list) else (payload or {}).get("errors")
    code: str | None = errors[0]["extensions"]["code"] if errors else None
    return code
