"""The hub while its broker is cut off, frozen, stopped or missing: late, never lost or stuck."""

import asyncio
import logging
import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from realtime.hub import Hub
from tests.chaos.brokers import Broker
from tests.waiting import PATIENCE, come_to

pytestmark = pytest.mark.usefixtures("leaves_nothing")

POLL = 8.0
"""Longer than any recovery here, so that a reader that has to poll is a lost wake-up."""


def hub(broker: Broker, name: str) -> Hub:
    return Hub(broker.url(name), beat=0.1, dead=0.5)


async def set_soon(woken: asyncio.Event) -> None:
    await asyncio.wait_for(woken.wait(), POLL)


@asynccontextmanager
async def silent_port() -> AsyncIterator[int]:
    """A port that takes connections and never says a word."""
    writers: list[asyncio.StreamWriter] = []

    async def take(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)

    server = await asyncio.start_server(take, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]
    for writer in writers:
        writer.transport.abort()
    await server.wait_closed()


async def test_a_wake_just_after_a_cut_arrives_without_a_poll(broker: Broker) -> None:
    async with hub(broker, "writer") as writer, hub(broker, "reader") as reader:
        for cut in (["writer"], ["reader"], ["writer", "reader"]):
            with reader.watch("match:1") as woken:
                await broker.cut(*cut)
                writer.wake("match:1")
                await set_soon(woken)


async def test_what_is_woken_during_a_cut_travels_after_it(postgres_broker: Broker) -> None:
    async with hub(postgres_broker, "writer") as writer, hub(postgres_broker, "reader") as reader:
        with reader.watch("match:1") as woken:
            await postgres_broker.cut("writer")
            writer.wake("match:1")

            await set_soon(woken)
            assert reader.restarts == 0 and writer.lost == 0


async def test_after_a_cut_everyone_is_woken(postgres_broker: Broker) -> None:
    async with hub(postgres_broker, "reader") as reader:
        with reader.watch("match:1") as one, reader.watch("match:2") as two:
            await postgres_broker.cut("reader")
            await set_soon(one)
            await set_soon(two)
            assert reader.is_listening and reader.restarts == 1


async def test_after_a_restart_of_the_broker_everyone_is_woken(broker: Broker) -> None:
    async with hub(broker, "writer") as writer, hub(broker, "reader") as reader:
        with writer.watch("match:of-writer") as one, reader.watch("match:of-reader") as two:
            await asyncio.to_thread(broker.stop)
            await come_to(lambda: not writer.is_listening and not reader.is_listening, 10)
            await asyncio.to_thread(broker.start)
            await set_soon(one)
            await set_soon(two)
            assert writer.restarts == reader.restarts == 1

        with reader.watch("match:1") as woken:
            writer.wake("match:1")
            await set_soon(woken)


async def test_a_frozen_broker_is_noticed_and_left(broker: Broker) -> None:
    async with hub(broker, "writer") as writer, hub(broker, "reader") as reader:
        with reader.watch("match:1") as woken:
            broker.freeze()
            try:
                await come_to(lambda: not writer.is_listening and not reader.is_listening, 10)
                assert reader.age > 0.3
                writer.wake("match:1")
            finally:
                broker.thaw()
            await set_soon(woken)
            await come_to(lambda: writer.is_listening, 10)
            assert writer.lost == 0


async def test_a_process_that_was_stuck_does_not_blame_the_broker(broker: Broker) -> None:
    async with hub(broker, "reader") as reader:
        time.sleep(0.8)  # noqa: ASYNC251 -- longer than a broker may be silent
        assert reader.age > 0.5

        await come_to(lambda: reader.age < 0.1, 10)
        assert reader.is_listening and reader.restarts == 0


async def test_a_hub_stops_in_time_while_the_broker_is_frozen(broker: Broker) -> None:
    async with hub(broker, "reader") as reader:
        broker.freeze()
        try:
            reader.wake("match:1")
            began = time.monotonic()
            await reader.__aexit__(None, None, None)
            assert time.monotonic() - began < 5
            assert reader.lost == 1
        finally:
            broker.thaw()


async def test_a_broker_that_is_down_at_the_start_is_found_when_it_comes(broker: Broker) -> None:
    broker.stop()
    try:
        began = time.monotonic()
        async with hub(broker, "writer") as writer, hub(broker, "reader") as reader:
            assert time.monotonic() - began < 3
            assert not reader.is_listening
            with reader.watch("match:1") as woken:
                await asyncio.to_thread(broker.start)
                await set_soon(woken)
                await come_to(lambda: writer.is_listening, 10)
                assert reader.restarts == writer.restarts == 0

                woken.clear()
                writer.wake("match:1")
                await set_soon(woken)
    finally:
        await asyncio.to_thread(broker.start)


@pytest.mark.parametrize("url", ["postgresql://u@127.0.0.1:{}/d", "redis://127.0.0.1:{}"])
async def test_a_broker_that_never_answers_holds_nobody_up(url: str) -> None:
    async with silent_port() as port:
        began = time.monotonic()
        async with Hub(url.format(port), dead=0.5) as hub:
            assert time.monotonic() - began < 1.5
            assert not hub.is_listening
            hub.wake("match:1")
        assert time.monotonic() - began < 5
        assert hub.lost == 1


async def test_entering_can_be_cancelled() -> None:
    async with silent_port() as port:
        entering = asyncio.create_task(Hub(f"redis://127.0.0.1:{port}").__aenter__())
        await asyncio.wait([entering], timeout=0.1)
        entering.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asyncio.wait_for(entering, 5)


async def test_the_log_tells_of_the_broker_once_and_never_of_topics(
    postgres_broker: Broker, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="compagnon.realtime")
    async with hub(postgres_broker, "reader") as reader:
        with reader.watch("match:private") as woken:
            postgres_broker.freeze()
            try:
                reader.wake("match:private")
                await come_to(lambda: not reader.is_listening, 10)
            finally:
                postgres_broker.thaw()
            woken.clear()
            await set_soon(woken)

    lines = [record.getMessage() for record in caplog.records if "compagnon" in record.name]
    assert [line[:11] for line in lines] == ["broker lost", "broker is b"]
    assert "private" not in caplog.text and "postgresql://" not in caplog.text


async def test_a_reader_that_clears_before_it_reads_sees_every_last_value(broker: Broker) -> None:
    """A thousand writes, cuts at random: no write has to wait for the reader's poll."""
    chance = random.Random(20)
    cuts = {chance.randrange(1_000): chance.choice(["writer", "reader"]) for _ in range(5)}
    written = read = 0
    caught_up = asyncio.Event()

    async def follow(reader: Hub) -> None:
        nonlocal read
        with reader.watch("counter") as woken:
            while True:
                woken.clear()
                read = written
                caught_up.set()
                await set_soon(woken)

    async def write(writer: Hub) -> None:
        nonlocal written
        for written in range(1, 1_001):
            writer.wake("counter")
            if written in cuts:
                await broker.cut(cuts[written])
            while read < written and chance.random() < 0.9:  # or it falls behind by some
                caught_up.clear()
                await caught_up.wait()
        await come_to(lambda: read == written, 10)

    async with hub(broker, "writer") as writer, hub(broker, "reader") as reader:
        follower = asyncio.create_task(follow(reader))
        writing = asyncio.create_task(write(writer))
        await asyncio.wait([follower, writing], return_when=asyncio.FIRST_COMPLETED)
        follower.cancel()
        writing.cancel()
        ends = await asyncio.gather(follower, writing, return_exceptions=True)
    # then it was the writer that came to its end
    assert [type(end) for end in ends] == [asyncio.CancelledError, type(None)], ends
    assert read == 1_000


async def test_a_hub_can_be_stopped_at_any_moment(broker: Broker) -> None:
    """Wakes, watchers and cuts under way: nothing is left behind and nothing complains."""
    chance = random.Random(11)

    async def live(number: int) -> None:
        async with hub(broker, f"hub{number}") as mine:
            with mine.watch("match:1"):
                for turn in range(1_000):
                    mine.wake("match:1", f"match:{turn}")
                    if turn % 100 == 50:
                        await broker.cut(f"hub{number}")
                    await asyncio.sleep(0)

    for round in range(20):
        lives = [asyncio.create_task(live(number)) for number in range(3)]
        await asyncio.wait(lives, timeout=chance.random() / 10)
        for one in lives:
            one.cancel()
        done, stuck = await asyncio.wait(lives, timeout=PATIENCE)
        assert not stuck, f"round {round}"
        for one in done:
            assert one.cancelled() or one.exception() is None
