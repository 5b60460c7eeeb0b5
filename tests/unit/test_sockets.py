"""The ids of the subscriptions at one socket."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from strawberry.http.exceptions import WebSocketDisconnected

from resolvers.context import Context
from schema import schema_of
from server.handlers import Handler
from server.terms import open_terms

pytestmark = pytest.mark.anyio


class Streams:
    """Subscriptions that end at once, and others that never do."""

    def __init__(self) -> None:
        self.open = 0

    async def stream(self, query: str, **_: object) -> AsyncIterator[Any]:
        return self._silence(query)

    async def _silence(self, query: str) -> AsyncIterator[Any]:
        self.open += 1
        try:
            if query == "endless":
                yield await asyncio.Event().wait()
        finally:
            self.open -= 1


class Stalled:
    """A peer that reads nothing, and is given up in the end."""

    wire = None

    def __init__(self) -> None:
        self.is_given_up = asyncio.Event()

    async def send_json(self, message: object) -> None:
        await self.is_given_up.wait()
        raise WebSocketDisconnected


async def test_an_id_that_was_given_anew_is_not_forgotten_when_its_first_one_fails() -> None:
    # given a subscription whose end cannot be told yet, and another one under its id, free again
    streams, peer = Streams(), Stalled()
    view: Any = SimpleNamespace(terms=open_terms(schema_of()._schema))
    given: tuple[Any, ...] = (view, peer, Context(None), None, streams, timedelta(seconds=9), 50)
    handler = Handler(*given)
    handler.connection_acknowledged = True

    async def subscribe(query: str) -> Any:
        await handler.handle_message({"type": "subscribe", "id": "1", "payload": {"query": query}})
        return handler.operations["1"]

    first = await subscribe("short")
    while handler.operations:
        await asyncio.sleep(0)
    await subscribe("endless")
    # when the end of the first can be told no more
    peer.is_given_up.set()
    await asyncio.wait([first.task])
    # then the second is there still, and goes with the socket
    assert list(handler.operations) == ["1"] and streams.open == 1
    await handler.shutdown()
    assert streams.open == 0
