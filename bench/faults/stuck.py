"""Clients that stop reading while much is published: they are let go, and cost others nothing."""

import asyncio
import json
import re
import socket
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from bench.faults.listening import FOLLOW, Listener
from bench.faults.serving import read, serving
from bench.faults.writing import PAIRS, Writer, report_writing, writers
from bench.processes import memory_of
from tests.acceptance.clients import Client
from tests.servers import ServerProcess

STUCK, PUBLISHED = 10, 300_000_000
BODY = 3900
"""Characters of each message, nearly as many as there may be."""


async def stuck(part: float) -> None:
    """How much the memory grows, when they are gone, and what those who read have heard."""
    total = round(PUBLISHED * part)
    async with serving(1) as server, AsyncExitStack() as leaving:
        people = await writers(server.url)
        healthy = [Listener(one.pair.mentee, one.pair.match) for one in people]
        listening = [asyncio.create_task(one.listen()) for one in healthy]
        while await _open_sockets(server) < PAIRS:
            await asyncio.sleep(0.1)
        await asyncio.gather(*(_publish(one, 500_000, "before") for one in people))
        before = most = memory_of(server.pid)
        for i in range(STUCK):
            one = people[i % PAIRS]
            await leaving.enter_async_context(_deaf(one.person, one.pair.match))
        while await _open_sockets(server) < PAIRS + STUCK:
            await asyncio.sleep(0.1)
        began, gone = time.monotonic(), float("inf")
        writing = asyncio.gather(*(_publish(one, total // PAIRS, "then") for one in people))
        while not writing.done():
            await asyncio.sleep(0.25)
            most = max(most, memory_of(server.pid))
            if gone == float("inf") and await _open_sockets(server) == PAIRS:
                gone = time.monotonic() - began
                print(f"all {STUCK} are gone after {gone:.1f} s", flush=True)
        await writing
        print(f"published {total / 1e6:.0f} MB in {time.monotonic() - began:.0f} s")
        grown = (most - before) / 2**20
        print(f"memory grew by {grown:.1f} MiB at most, the stuck were gone after {gone:.1f} s")
        await _report(people, healthy)
        for task in listening:
            task.cancel()


async def _publish(writer: Writer, total: int, when: str) -> None:
    for i in range(total // BODY):
        while not await writer.write(f"{when} {i} ".ljust(BODY, "x")):
            await asyncio.sleep(0.02)


async def _report(people: list[Writer], healthy: list[Listener]) -> None:
    await report_writing(people)
    pairs = list(zip(people, healthy, strict=True))
    deadline = time.monotonic() + 30
    missing = 1
    while missing and time.monotonic() < deadline:
        await asyncio.sleep(0.2)
        missing = sum(len(one.acknowledged.keys() - other.heard.keys()) for one, other in pairs)
    twice = sum(len(one.order) - len(set(one.order)) for one in healthy)
    late = max(
        other.heard[name] - at
        for one, other in pairs
        for name, at in one.acknowledged.items()
        if name in other.heard
    )
    print(f"those who read: {missing} lost, {twice} twice, {late:.2f} s late at most")


@asynccontextmanager
async def _deaf(person: Client, match: str) -> AsyncIterator[None]:
    """A socket that follows a match, and reads nothing once it is acknowledged."""
    with socket.socket() as end:
        end.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        host, port = person.url.removeprefix("http://").split(":")
        end.connect((host, int(port)))
        connection = await connect(
            f"ws://{host}:{port}/graphql",
            sock=end,
            subprotocols=[Subprotocol("graphql-transport-ws")],
            ping_interval=None,
        )
        init = {"type": "connection_init", "payload": {"authorization": f"Bearer {person.token}"}}
        await connection.send(json.dumps(init))
        assert json.loads(await connection.recv()) == {"type": "connection_ack"}
        payload = {"query": FOLLOW, "variables": {"match": match}}
        await connection.send(json.dumps({"id": "1", "type": "subscribe", "payload": payload}))
        connection.transport.pause_reading()
        try:
            yield
        finally:
            connection.transport.abort()


async def _open_sockets(server: ServerProcess) -> int:
    told = await read(server, "/metrics")
    found = re.search(r"^compagnon_sockets_open ([0-9.]+)", told, re.MULTILINE)
    return int(float(found[1])) if found else 0
