"""The hub on brokers in good health: who is woken, when, and at what cost."""

import asyncio

import pytest
from broadcaster import Broadcast

import realtime
from realtime.connection import CHANNEL
from realtime.hub import Hub

pytestmark = pytest.mark.usefixtures("leaves_nothing")

UNTRAVELLED = ["", "two\nlines", "nul\0", "é", "\ud800", "x" * 8_000]


async def set_soon(woken: asyncio.Event) -> None:
    await asyncio.wait_for(woken.wait(), 5)


async def test_a_wake_crosses_from_one_hub_to_another(broker_url: str) -> None:
    async with Hub(broker_url) as writer, Hub(broker_url) as reader:
        with reader.watch("match:1") as woken, reader.watch("match:2") as other:
            writer.wake("match:1")

            await set_soon(woken)
            assert not other.is_set()
            assert reader.is_listening and reader.age < 2
            assert writer.lost == reader.lost == reader.restarts == 0


async def test_one_event_serves_several_topics(broker_url: str) -> None:
    async with Hub(broker_url) as writer, Hub(broker_url) as reader:
        with reader.watch("match:1", "person:1") as woken:
            for topic in ("match:1", "person:1"):
                woken.clear()
                writer.wake(topic)
                await set_soon(woken)


async def test_who_watches_in_the_same_process_is_woken_at_once() -> None:
    hub = Hub("memory://")
    with hub.watch("match:1") as woken:
        hub.wake("match:1")
        assert woken.is_set()


async def test_a_hub_does_not_wake_its_own_watchers_twice(broker_url: str) -> None:
    async with Hub(broker_url) as writer, Hub(broker_url) as other:
        with writer.watch("match:1") as woken, writer.watch("afterwards") as afterwards:
            writer.wake("match:1")
            woken.clear()
            await writer.flush()

            other.wake("afterwards")
            await set_soon(afterwards)  # one order for all: the echo came before this
            assert not woken.is_set()


async def test_wakes_that_come_together_travel_together(broker_url: str) -> None:
    topics = {f"match:{number:032x}" for number in range(200)}
    heard: set[str] = set()
    messages = 0
    async with (
        Hub(broker_url) as writer,
        Broadcast(broker_url) as broadcast,
        broadcast.subscribe(CHANNEL) as witness,
    ):
        for topic in topics:
            writer.wake(topic)

        async with asyncio.timeout(5):
            while heard != topics:
                _, *lines = (await witness.get()).message.split("\n")
                heard.update(lines)
                messages += bool(lines)
    assert messages == 2


async def test_concurrent_wakes_never_raise_and_all_arrive(broker_url: str) -> None:
    async def write(hub: Hub, name: str) -> None:
        for number in range(100):
            hub.wake(f"{name}:{number}")
            await asyncio.sleep(0)

    names = [f"writer{number}" for number in range(20)]
    async with Hub(broker_url) as one, Hub(broker_url) as two, Hub(broker_url) as reader:
        everywhere = [f"{name}:{number}" for name in names for number in range(100)]
        watches = [reader.watch(topic) for topic in everywhere]
        events = [watch.__enter__() for watch in watches]

        hubs = [one, two] * 10
        await asyncio.gather(*map(write, hubs, names))

        async with asyncio.timeout(5):
            for woken in events:
                await woken.wait()
        for watch in watches:
            watch.__exit__(None, None, None)


async def test_a_process_that_ends_right_after_a_write_is_heard(broker_url: str) -> None:
    async with Hub(broker_url) as reader:
        with reader.watch("match:1") as woken:
            async with Hub(broker_url) as command:
                command.wake("match:1")
            assert command.lost == 0
            await set_soon(woken)


async def test_flush_returns_once_the_broker_has_everything(broker_url: str) -> None:
    async with Broadcast(broker_url) as broadcast, broadcast.subscribe(CHANNEL) as witness:
        async with Hub(broker_url) as hub:
            hub.wake("match:1")
            await hub.flush()
        async with asyncio.timeout(5):
            while not (await witness.get()).message.endswith("\nmatch:1"):
                pass


async def test_a_topic_that_cannot_travel_wakes_here_and_harms_nothing(broker_url: str) -> None:
    async with Hub(broker_url) as writer, Hub(broker_url) as reader:
        for topic in UNTRAVELLED:
            with writer.watch(topic) as woken:
                writer.wake(topic)
                assert woken.is_set()
        assert writer.lost == len(UNTRAVELLED)

        with reader.watch("match:1") as woken:
            writer.wake("match:1")
            await set_soon(woken)
        assert writer.restarts == 0


async def test_too_many_topics_become_one_word_for_everything(broker_url: str) -> None:
    async with Hub(broker_url) as reader:
        with reader.watch("match:of-anybody") as woken:
            writer = Hub(broker_url)
            for number in range(10_001):
                writer.wake(f"match:{number}")
            assert writer.lost == 10_001

            async with writer:
                await set_soon(woken)


async def test_a_missing_number_wakes_everyone(broker_url: str) -> None:
    async with Hub(broker_url) as reader, Broadcast(broker_url) as broadcast:
        with reader.watch("match:of-anybody") as woken, reader.watch("match:1") as other:
            await broadcast.publish(CHANNEL, "another 1\nmatch:1")
            await set_soon(other)
            assert not woken.is_set()

            await broadcast.publish(CHANNEL, "another 3")  # 2 has been lost
            await set_soon(woken)


async def test_what_is_not_a_hubs_message_is_ignored(broker_url: str) -> None:
    async with Hub(broker_url) as reader, Broadcast(broker_url) as broadcast:
        with reader.watch("match:1") as woken, reader.watch("match:2") as afterwards:
            for nonsense in (
                "",
                "\n\n",
                "match:1",
                "x\nmatch:1",
                "x -1\nmatch:1",
                "x " + "9" * 5000,
            ):
                await broadcast.publish(CHANNEL, nonsense)
            await broadcast.publish(CHANNEL, "x 1\nmatch:2")

            await set_soon(afterwards)
            assert not woken.is_set()
            assert reader.restarts == 0


async def test_leaving_a_watch_leaves_nothing() -> None:
    hub = Hub("memory://")
    with hub.watch("match:1", "match:1", "person:1"), hub.watch("match:1"), hub.watch():
        pass
    with pytest.raises(RuntimeError), hub.watch("match:1"):
        raise RuntimeError
    assert hub._watchers == {}


async def test_a_memory_broker_serves_a_single_process() -> None:
    async with Hub("memory://") as hub:
        assert hub.is_listening
        with hub.watch("match:1") as woken:
            hub.wake("match:1")
            await hub.flush()
            assert woken.is_set() and hub.lost == 0


async def test_an_unknown_kind_of_broker_is_refused_without_its_password() -> None:
    with pytest.raises(ValueError, match="begins with one of") as refusal:
        Hub("kafka://somebody:secret@localhost")
    assert "secret" not in str(refusal.value)


async def test_the_process_has_one_hub_or_none() -> None:
    with realtime.watch("match:1") as woken:
        realtime.wake("match:1")
        assert not woken.is_set()

    realtime.install(Hub("memory://"))
    try:
        with realtime.watch("match:1") as woken:
            realtime.wake("match:1")
            assert woken.is_set()
    finally:
        realtime.install(None)
