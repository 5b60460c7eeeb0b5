"""The broker is cut, frozen and restarted while messages pass over two workers."""

import asyncio
import time

from bench.faults.listening import Listener
from bench.faults.serving import KEYS, serving
from bench.faults.writing import PAIRS, percentile, report_writing, writers
from models.migrating import migrate
from tests.chaos.brokers import PostgresBroker, ValkeyBroker
from tests.servers import ServerProcess


async def broker(part: float) -> None:
    """The broker is cut, frozen and restarted while messages pass; two workers, two kinds of it."""
    for make in (PostgresBroker, ValkeyBroker):
        harmed, database = make(), PostgresBroker()
        await migrate(database.url("migrations"))
        try:
            urls = {
                "database_url": database.url("compagnon"),
                "broadcast_url": harmed.url("broker"),
            }
            async with serving(2, KEYS | urls) as server:
                await _through_faults(server, harmed, round(10_000 * part), round(20 * part))
        finally:
            harmed.remove()
            database.remove()


async def _through_faults(
    server: ServerProcess, harmed: PostgresBroker | ValkeyBroker, messages: int, faults: int
) -> None:
    people = await writers(server.url)
    listeners = [
        Listener(person, one.pair.match)
        for one in people
        for person in (one.pair.mentor, one.pair.mentee, one.pair.mentee)
    ]
    listening = [asyncio.create_task(one.listen()) for one in listeners]
    await asyncio.sleep(1)
    stop, broken = asyncio.Event(), list[tuple[float, float]]()
    pause = 4.0 * faults * PAIRS / messages * 0.7
    writing = [
        asyncio.create_task(one.keep_writing(messages // PAIRS, stop, pause)) for one in people
    ]
    for i in range(faults):
        began = time.monotonic()
        await _harm(harmed, i)
        broken.append((began, time.monotonic() + 6))
        await asyncio.sleep(2)
    await asyncio.gather(*writing)
    numbers = list(range(1, messages // PAIRS + 1))
    deadline = time.monotonic() + 40
    while time.monotonic() < deadline and any(len(one.order) < len(numbers) for one in listeners):
        await asyncio.sleep(0.1)
    for task in listening:
        task.cancel()
    said = {body: at for one in people for body, at in one.acknowledged.items()}
    delays = [(at - said[body], said[body]) for one in listeners for body, at in one.heard.items()]
    calm = [delay for delay, at in delays if not any(begin <= at <= end for begin, end in broken)]
    every = [delay for delay, _ in delays]
    print(
        f"{type(harmed).__name__}: {messages} messages, {faults} faults, {len(listeners)} listeners"
    )
    print(
        f"each once, in order: {sum(one.order == numbers for one in listeners)} of {len(listeners)}"
    )
    await report_writing(people)
    late = percentile(every, 99) * 1000
    print(f"acknowledged to heard: p99 {late:.0f} ms, at most {max(every):.2f} s")
    if len(calm) > 100:
        middle, late = percentile(calm, 50) * 1000, percentile(calm, 99) * 1000
        print(f"  with the broker well: p50 {middle:.1f} ms, p99 {late:.1f} ms")


async def _harm(harmed: PostgresBroker | ValkeyBroker, turn: int) -> None:
    if turn % 3 == 0:
        await harmed.cut("broker")
    elif turn % 3 == 1:
        await asyncio.to_thread(harmed.freeze)
        await asyncio.sleep(3)
        await asyncio.to_thread(harmed.thaw)
    else:
        await asyncio.to_thread(harmed.stop)
        await asyncio.sleep(0.5)
        await asyncio.to_thread(harmed.start)
