"""Who listens to a conversation, at a socket or over events, and notes when they heard what."""

import asyncio
import json
import time
from dataclasses import dataclass, field
from typing import Any

from websockets.exceptions import ConnectionClosed

from tests.acceptance.clients import Client
from tests.acceptance.streams import codes_in, streamed
from tests.servers import ServerProcess

FOLLOW = "subscription($match: ID) { messageEvents(matchId: $match) { cursor } }"


@dataclass
class Listener:
    """One socket with two streams, the pair's and that of all pairs, and when it heard what."""

    end: str
    heard: list[float] = field(default_factory=list)
    ends: list[str] = field(default_factory=list)
    over_at: float = 0.0
    worker: int = 0
    begun: asyncio.Event = field(default_factory=asyncio.Event)
    over: asyncio.Event = field(default_factory=asyncio.Event)

    async def listen(self, server: ServerProcess, client: Client, match: str) -> None:
        async with client.socket() as socket:
            self.worker = server.worker_at(socket.connection.local_address[1])
            for only in (match, None):
                await socket.subscribe(FOLLOW, match=only)
            try:
                while True:
                    message = json.loads(await socket.connection.recv())
                    if message["type"] == "next" and not message["payload"].get("errors"):
                        self.heard.append(time.monotonic())
                        self.begun.set()
                    else:
                        self._told(message)
            except ConnectionClosed as closed:
                said = closed.rcvd
                self._told({"type": f"{said.code} {said.reason.split(':')[0]}" if said else "cut"})

    async def read(self, server: ServerProcess, client: Client, match: str) -> None:
        """The same over server-sent events, which end with an error, or as the streams do."""
        async with asyncio.TaskGroup() as both:
            for only in (match, None):
                both.create_task(self._read(server, client, only))
        self._told({"type": self.end})

    async def _read(self, server: ServerProcess, client: Client, only: str | None) -> None:
        async with streamed(server.url, client.token, FOLLOW, match=only) as stream:
            await stream.head()  # until then no worker holds it
            self.worker = server.worker_at(stream.port)
            while event := await stream.event():
                name, data = event
                if name == "next" and not data.get("errors"):
                    self.heard.append(time.monotonic())
                    self.begun.set()
                elif self.end.isdecimal():  # where a socket is closed, there is a last word
                    assert {"UNAUTHENTICATED", "SUSPENDED"} >= set(codes_in(data or {}))
                else:
                    self._told({"type": name, "payload": data})

    def _told(self, message: dict[str, Any]) -> None:
        payload = message.get("payload") or {}
        errors = payload if isinstance(payload, list) else payload.get("errors", [])
        codes = [error["extensions"]["code"] for error in errors]
        self.ends += codes or [message["type"]]
        self.over_at = time.monotonic()
        if self.end in self.ends:
            self.over.set()
