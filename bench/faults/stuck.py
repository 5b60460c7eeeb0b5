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
from bench.faults.writing import Writer, report_writing, writers
from bench.processes import memory_of
from tests.acceptance.clients import Client
from tests.servers import ServerProcess

STUCK, HEALTHY = 10, 4
PUBLISHED, WARM = 300_000_000, 2_000_000
"""Bytes; those before are for what grows once, whoever reads."""
AT_ONCE = 8
BODY = 3900
"""Characters of each message, nearly as many as there may be."""


async def stuck(part: float) -> None:
    """How much the memory grows, when they are gone, and what those who read have heard.

    All follow one conversation: the system itself keeps some megabytes for each that stops reading.
    """
    total = round(PUBLISHED * part)
    async with serving(1) as server, AsyncExitStack() as leaving:
        (writer,) = await writers(server.url, 1)
        mentee, match = writer.pair.mentee, writer.pair.match
        healthy = [Listener(mentee, match) for _ in range(HEALTHY)]
        listening = [asyncio.create_task(one.listen()) for one in healthy]
        while await _open_sockets(server) < HEALTHY:
            await asyncio.sleep(0.1)
        await _publish(writer, WARM, "before")
        before = most = memory_of(server.pid)
        for _ in range(STUCK):
            await leaving.enter_async_context(_deaf(mentee, match))
        while await _open_sockets(server) < HEALTHY + STUCK:
            await asyncio.sleep(0.1)
        began, gone = time.monotonic(), 0.0
        writing = asyncio.create_task(_publish(writer, total, "then"))
        while not writing.done():
            await asyncio.sleep(0.25)
            most = max(most, memory_of(server.pid))
            if not gone and await _open_sockets(server) == HEALTHY:
                gone = time.monotonic() - began
        print(f"published {total / 1e6:.0f} MB in {time.monotonic() - began:.0f} s")
        after = f"gone after {gone:.1f} s" if gone else "still there"
        print(f"memory grew by {(most - before) / 2**20:.1f} MiB at most, the stuck were {after}")
        await _report(writer, healthy)
        for task in listening:
            task.cancel()


async def _publish(writer: Writer, total: int, when: str) -> None:
    async def some(which: int) -> None:
        for i in range(total // BODY // AT_ONCE):
            while not await writer.write(f"{when} {which} {i} ".ljust(BODY, "x")):
                await asyncio.sleep(0.02)

    await asyncio.gather(*(some(which) for which in range(AT_ONCE)))


async def _report(writer: Writer, healthy: list[Listener]) -> None:
    await report_writing([writer])
    said = writer.acknowledged
    deadline = time.monotonic() + 30
    missing = 1
    while missing and time.monotonic() < deadline:
        await asyncio.sleep(0.2)
        missing = sum(len(said.keys() - one.heard.keys()) for one in healthy)
    twice = sum(len(one.order) - len(set(one.order)) for one in healthy)
    late = max(at - said[name] for one in healthy for name, at in one.heard.items())
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
