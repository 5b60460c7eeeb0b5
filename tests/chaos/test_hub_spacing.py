"""When a hub publishes: at once after a silence, and soon after that several wakes together."""

import asyncio

import pytest
from broadcaster import Broadcast

from realtime.connection import CHANNEL
from realtime.hub import Hub

pytestmark = pytest.mark.usefixtures("leaves_nothing")


async def test_what_is_woken_soon_after_a_message_travels_together(
    broker_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("realtime.outbox.EACH", 1)
    monkeypatch.setattr("realtime.outbox.FARTHEST", 1)
    async with (
        Hub(broker_url) as writer,
        Broadcast(broker_url) as broadcast,
        broadcast.subscribe(CHANNEL) as witness,
    ):

        async def message() -> set[str]:
            while True:
                _, *lines = (await witness.get()).message.split("\n")
                if lines:
                    return set(lines)

        async with asyncio.timeout(10):
            # given a message that is on its way
            writer.wake("first")
            await writer.flush()
            monkeypatch.setattr("realtime.outbox.EACH", 60)
            monkeypatch.setattr("realtime.outbox.FARTHEST", 60)
            # when two are woken, one when the other could be on its way already
            writer.wake("second")
            for _ in range(5):
                await asyncio.sleep(0)
            writer.wake("third")
            # then they travel together
            assert await message() == {"first"}
            assert await message() == {"second", "third"}
            # and so many that one message might not hold them go at once
            many = {f"match:{number}" for number in range(100)}
            writer.wake(*many)
            assert await message() == many


async def test_who_has_nothing_to_tell_publishes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("realtime.outbox.FARTHEST", 0)
    async with Hub("memory://", beat=60) as hub:
        # given one who has told all there was
        hub.wake("match:1")
        await hub.flush()
        sent = hub._sent
        # when time goes by
        for _ in range(100):
            await asyncio.sleep(0)
        # then there was a beat at most
        assert hub._sent <= sent + 1
