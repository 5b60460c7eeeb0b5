"""The floor's sockets: bytes that were told are passed on to everybody who asked for a pair."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import orjson

Event = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Event]]
Send = Callable[[Event], Awaitable[None]]


class Sockets:
    """Who listens to which pair."""

    def __init__(self) -> None:
        self._listening: dict[str, set[Send]] = {}

    async def serve(self, receive: Receive, send: Send) -> None:
        """One socket, with one subscription: it asks nobody whether it may."""
        await receive()
        await send({"type": "websocket.accept", "subprotocol": "graphql-transport-ws"})
        mine: set[Send] = set()
        while (event := await receive())["type"] == "websocket.receive":
            said = orjson.loads(event.get("text") or event["bytes"])
            if said["type"] == "connection_init":
                await send({"type": "websocket.send", "text": '{"type":"connection_ack"}'})
            elif said["type"] == "subscribe":
                match = said["payload"]["variables"]["match"]
                mine = self._listening.setdefault(match, set())
                mine.add(send)
        mine.discard(send)

    async def pass_on(self, match: str, frame: str) -> None:
        """Sends this text, as it is, to all who listen to the pair."""
        for send in tuple(self._listening.get(match, ())):
            await send({"type": "websocket.send", "text": frame})
