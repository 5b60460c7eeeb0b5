"""The database is cut off, frozen, refused and slow in turn: how long answers take then."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from bench.faults.distance import Distance
from bench.faults.serving import KEYS, serving
from bench.faults.writing import PAIRS, report_writing, until_all_write, writers
from models.migrating import migrate
from tests.chaos.brokers import PostgresBroker

SLOW = 0.2
"""Seconds by which each answer of a slow database is late."""


@dataclass(frozen=True, slots=True)
class Fault:
    name: str
    harm: Callable[[], Awaitable[None]]
    mend: Callable[[], Awaitable[None]]
    seconds: float = 6.0


async def database(part: float) -> None:
    """Ten times each; everybody writes all the while."""
    harmed = PostgresBroker()
    url = harmed.url("compagnon")
    await migrate(url)
    times = max(1, round(10 * part))
    try:
        await _through(url, _faults(harmed), times)
        folder = Path(parse_qs(urlsplit(url).query)["host"][0])
        distance = Distance(folder / ".s.PGSQL.5432")
        async with distance.between() as port:
            await _through(
                f"postgresql://postgres@127.0.0.1:{port}/postgres", [_far(distance)], times
            )
    finally:
        harmed.remove()


async def _through(url: str, faults: list[Fault], times: int) -> None:
    async with serving(1, KEYS | {"database_url": url}) as server:
        people = await writers(server.url, 2 * PAIRS)
        stop = asyncio.Event()
        writing = [asyncio.create_task(one.keep_writing(10**6, stop)) for one in people]
        for fault in faults:
            recovered: list[float] = []
            for one in people:
                one.slowest = 0.0
            for _ in range(times):
                await fault.harm()
                await asyncio.sleep(fault.seconds)
                await fault.mend()
                recovered.append(await until_all_write(people))
                await asyncio.sleep(1)
            slowest = max(one.slowest for one in people)
            print(
                f"{fault.name}: slowest answer {slowest:.2f} s, well after {max(recovered):.2f} s",
                flush=True,
            )
        stop.set()
        await asyncio.gather(*writing)
        await report_writing(people)


def _faults(harmed: PostgresBroker) -> list[Fault]:
    async def nothing() -> None:
        pass

    def outside(step: Callable[[], None]) -> Callable[[], Awaitable[None]]:
        return lambda: asyncio.to_thread(step)

    return [
        Fault("cut", lambda: harmed.cut("compagnon"), nothing, 0),
        Fault("frozen", outside(harmed.freeze), outside(harmed.thaw)),
        Fault("refused", outside(harmed.stop), outside(harmed.start)),
    ]


def _far(distance: Distance) -> Fault:
    async def harm() -> None:
        distance.seconds = SLOW

    async def mend() -> None:
        distance.seconds = 0.0

    return Fault(f"slow by {SLOW * 1000:.0f} ms", harm, mend)
