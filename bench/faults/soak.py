"""A million operations of mixed traffic: what grows, and what is left of it when it is over."""

import asyncio
import random
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from functools import partial
from statistics import linear_regression

import psutil

from bench.faults.crowd import sockets
from bench.faults.serving import read, serving
from bench.faults.watched import PATH
from bench.faults.writing import Writer, writers
from bench.operations import CANDIDATES, INBOX, PAGE, PING, request, send
from bench.processes import Load, load, memory_of
from tests.servers import ServerProcess

OPERATIONS, PEOPLE, CONNECTIONS, ROUND = 1_000_000, 20, 8, 10.0
WARM = 0.1
"""The share of all operations after which memory is looked at."""


@dataclass
class Soak:
    server: ServerProcess
    people: list[Writer]
    done: int = 0
    bad: list[str] = field(default_factory=list)
    memory: list[tuple[int, int]] = field(default_factory=list)

    async def run(self, load: Load, operations: int) -> None:
        """Rounds of traffic, and a look at the memory after each."""
        requests = _mixed(self.people)
        while self.done < operations:
            job: dict[str, object] = {
                "requests": requests,
                "port": self.server.port,
                "first": self.done,
            }
            job |= {"connections": CONNECTIONS, "seconds": ROUND}
            answer = await asyncio.to_thread(partial(load.do, **job))
            self.done = answer["sent"]
            self.bad += answer["bad"]
            self.memory.append((self.done, memory_of(self.server.pid)))
            print(f"{self.done:9} operations, {self.memory[-1][1] / 2**20:.1f} MiB", flush=True)

    def report(self, operations: int) -> None:
        """By how much the memory has grown since it was warm, along the line through all looks."""
        warm = [look for look in self.memory if look[0] >= WARM * operations]
        if len(warm) > 2:
            line = linear_regression([at for at, _ in warm], [size for _, size in warm])
            first = line.intercept + line.slope * warm[0][0]
            grown = line.slope * (warm[-1][0] - warm[0][0])
            print(f"memory, once warm: {first / 2**20:.1f} MiB, grown by {grown / first:+.2%}")
        print(f"bad answers: {len(self.bad)}", *self.bad[:3])


async def soak(part: float) -> None:
    """On one worker: requests on a few connections, and sockets that come and go."""
    operations = round(OPERATIONS * part)
    async with serving(1, module="bench.faults.watched") as server, AsyncExitStack() as leaving:
        people = await writers(server.url, PEOPLE)
        generator = leaving.enter_context(load())
        soaking = Soak(server, people)
        await _traffic(soaking, generator, 1)  # so that all is open that stays open
        before = await _at_rest(server)
        began = time.monotonic()
        opened = await _traffic(soaking, generator, operations)
        took = time.monotonic() - began
        print(f"{soaking.done} operations and {opened} sockets in {took:.0f} s")
        soaking.report(operations)
        after = await _at_rest(server)
        print(f"descriptors {before[0]} before, {after[0]} after; tasks {before[1]} and {after[1]}")


async def _traffic(soaking: Soak, generator: Load, operations: int) -> int:
    """Until so many operations are done; how many sockets have come and gone meanwhile."""
    over = asyncio.Event()
    coming = asyncio.create_task(_come_and_go(soaking.people, over))
    await soaking.run(generator, operations)
    over.set()
    return await coming


def _mixed(people: list[Writer]) -> list[str]:
    """Mostly reading, one in ten writes, some ask for what is not theirs to see."""
    made: list[bytes] = []
    for one, stranger in zip(people, [*people[1:], people[0]], strict=True):
        mentor, match, program = one.pair.mentor, one.pair.match, one.pair.program
        made += [request(mentor.token, PING)] * 8
        made += [request(mentor.token, INBOX)] * 4
        made += [request(mentor.token, PAGE, match=match)] * 4
        made += [request(mentor.token, PAGE, match=stranger.pair.match)]
        made += [request(one.pair.admin.token, CANDIDATES, program=program)]
        made += [send(mentor.token or "", match)] * 2
        made += [request(None, "{ programTemplates { key title } }")]
    random.Random(1).shuffle(made)
    return [one.decode() for one in made]


async def _come_and_go(people: list[Writer], over: asyncio.Event) -> int:
    """Sockets open, hear a little and close, ten at a time; and returns how many have."""
    opened = 0
    while not over.is_set():
        some = random.sample(people, 10)
        async with sockets([(one.pair.mentee, one.pair.match) for one in some]):
            opened += 10
            await asyncio.sleep(0.5)
    return opened


async def _at_rest(server: ServerProcess) -> tuple[int, int]:
    """Descriptors and tasks once nobody is there any more."""
    await asyncio.sleep(20)  # what is kept for a while is kept no longer
    return psutil.Process(server.pid).num_fds(), int(await read(server, PATH))
