"""Subscriptions as sockets have them, without the socket: what would be sent over it is kept."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, Self

import orjson
from strawberry import Schema

from execution.remembering import remember
from realtime.feed import Follower
from realtime.hub import Hub
from resolvers.context import Context
from schema import schema_of
from server.audience import Audience
from server.frames import message_frame
from server.subscribers import Subscriber
from server.subscriptions import SubscriptionsOnly
from tests.integration.clients import Nobody
from tests.integration.followers import running_hub

PATIENCE = 10.0


class Refused(Exception):
    """A subscription that was not allowed to begin: the codes that say why."""


class Endpoint:
    """What all sockets of a process share."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self.schema: Schema = schema_of()
        remember(self.schema)
        self.audience = Audience(self.schema)
        self.selections = self.audience._selections

    async def peer(self, person: Nobody, document: str, /, **variables: Any) -> "Peer":
        """Somebody who follows, once they are known to be there and have been told what is old."""
        peer = Peer(await person.context())
        asked = SimpleNamespace(
            id=peer.id, query=document, operation_name=None, variables=variables
        )
        sink = self.audience.sink(asked, peer.context)
        results = await SubscriptionsOnly(self.schema).stream(
            document,
            variable_values=variables,
            context_value=replace(peer.context, sink=sink),
        )
        errors = [error async for result in results for error in result.errors]
        if errors:
            raise Refused(*(error.formatted["extensions"]["code"] for error in errors))
        subscriber = self.audience.subscriber(sink, peer, peer, message_frame(peer.id))
        assert subscriber is not None
        peer.subscriber = subscriber
        subscriber.join(self.audience.feed, *sink.topics)
        return peer


class Peer:
    """A socket with one subscription, from the side of the server."""

    id = "1"
    subscriber: Subscriber

    def __init__(self, context: Context) -> None:
        self.context = context
        self.frames: list[bytes] = []
        self.is_writable = True
        self._held_up: list[Follower] = []

    def tell(self, text: bytes) -> bool:
        self.frames.append(text)
        return True

    def when_writable(self, follower: Follower) -> None:
        self._held_up.append(follower)

    def forget_id(self, id: str) -> None:
        assert id == self.id

    def read_on(self) -> None:
        """They read again what they are sent."""
        self.is_writable = True
        for follower in self._held_up:
            follower.set()

    @property
    def told(self) -> list[Any]:
        """The data of each event."""
        messages = [orjson.loads(frame) for frame in self.frames]
        return [
            next(iter(message["payload"]["data"].values()))
            for message in messages
            if message["type"] == "next" and message["payload"]["data"]
        ]

    @property
    def end(self) -> list[str]:
        """The codes it ended with, then `complete`; nothing while it goes on."""
        messages = [orjson.loads(frame) for frame in self.frames]
        errors = [e for m in messages for e in m.get("payload", {}).get("errors", [])]
        last = [m["type"] for m in messages if m["type"] == "complete"]
        return [error["extensions"]["code"] for error in errors] + last

    async def has(self, number: int) -> Self:
        """Once so many messages have come."""
        async with asyncio.timeout(PATIENCE):
            while len(self.frames) < number:
                await asyncio.sleep(0.001)
        return self

    async def is_idle(self) -> Self:
        """Once it has been read for, and waits."""
        async with asyncio.timeout(PATIENCE):
            while self.subscriber._phase.name != "IDLE":
                await asyncio.sleep(0.001)
        return self


@asynccontextmanager
async def endpoint() -> AsyncIterator[Endpoint]:
    async with running_hub() as hub:
        yield Endpoint(hub)
