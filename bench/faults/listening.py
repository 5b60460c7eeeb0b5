"""People who listen through faults."""

import asyncio
import time
from contextlib import suppress

from websockets.exceptions import ConnectionClosed

from bench.faults.writing import NAME
from tests.acceptance.clients import Client

FOLLOW = """subscription($match: ID, $after: String) {
  messageEvents(matchId: $match, after: $after) {
    cursor ... on MessageAdded { message { number body } } } }"""


class Listener:
    """Somebody who listens, and goes on from the last cursor whenever the connection ends."""

    def __init__(self, person: Client, match: str) -> None:
        self.person, self.match = person, match
        self.heard: dict[str, float] = {}
        self.order: list[int] = []

    async def listen(self) -> None:
        after = ""
        while True:
            with suppress(ConnectionClosed, OSError, TimeoutError, AssertionError):
                async with self.person.socket() as socket:
                    await socket.subscribe(FOLLOW, match=self.match, after=after)
                    while True:
                        event = await socket.event()
                        after = event["cursor"]
                        if "message" in event:
                            self.order.append(event["message"]["number"])
                            self.heard[event["message"]["body"][:NAME]] = time.monotonic()
            await asyncio.sleep(0.05)
