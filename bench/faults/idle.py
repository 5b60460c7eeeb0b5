"""Thousands of sockets on which nothing happens: what each of them costs, and that it works."""

import asyncio
import time
from contextlib import AsyncExitStack

from bench.faults.crowd import allow_descriptors, sockets
from bench.faults.serving import serving
from bench.faults.writing import writers
from bench.processes import cpu_of, memory_of
from tests.acceptance.clients import Socket

SOCKETS, PEOPLE = 5000, 10
WATCHED = 20.0
"""Seconds for which the processor is looked at while nothing happens."""


async def idle(part: float) -> None:
    """One subscription on each, all of them on one worker; then each hears one message."""
    number = round(SOCKETS * part)
    allow_descriptors(number + 500)
    async with serving(1) as server, AsyncExitStack() as leaving:
        people = await writers(server.url, PEOPLE)
        seats = [(people[i % PEOPLE].person, people[i % PEOPLE].pair.match) for i in range(number)]
        opened = await leaving.enter_async_context(sockets(seats[: number // 2]))
        await asyncio.sleep(3)
        # By now they have taken what the start had needed and let go of: the others tell the cost.
        before = memory_of(server.pid)
        opened += await leaving.enter_async_context(sockets(seats[number // 2 :]))
        await asyncio.sleep(3)
        each = (memory_of(server.pid) - before) / (number - number // 2) / 1024
        used = cpu_of(server.pid)
        await asyncio.sleep(WATCHED)
        share = (cpu_of(server.pid) - used) / WATCHED
        print(f"{number} sockets: {each:.1f} kB each, {share:.1%} of a core while nothing happens")
        began = time.monotonic()
        hearing = asyncio.gather(*(_hears(one) for one in opened))
        for one in people:
            assert await one.write("to everybody")
        heard = await hearing
        print(f"heard by {sum(heard)} of {number} after {time.monotonic() - began:.1f} s")


async def _hears(socket: Socket) -> bool:
    async with asyncio.timeout(120):
        while True:
            event = await socket.event()
            if event.get("message", {}).get("body") == "to everybody":
                return True
