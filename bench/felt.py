"""What others feel while proposals are made for thousands: their waits, and the loop's holds."""

import asyncio
import statistics
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import orjson
import psutil

from bench import holds, processes
from bench.population import populate
from domain import tokens
from models.database import connect, disconnect, fetch
from models.ids import global_id
from tests.crowds import crowd

LARGEST = (5000, 2000, 50)
"""Mentees, mentors, languages: each person speaks one, so one pair in fifty is allowed."""
SECONDS, ROUNDS, CLIENTS, PAUSE = 5.0, 3, 4, 0.02
ASK = "{ viewer { user { displayName } groups { nodes { id name } } } }"
FIGURES = "placed totalScore certificate { value bound }"
PAIRS = "mentor { id user { displayName } } mentee { id user { displayName } } score"
REASONS = "reasons { kind weight detail }"
PROPOSALS = {
    "figures alone": FIGURES,
    "all pairs": f"{FIGURES} pairs {{ {PAIRS} }} unplaced {{ reason }}",
    "all pairs, reasons and prices": f"""{FIGURES} pairs {{ {PAIRS} {REASONS} }}
        unplaced {{ reason enrollment {{ id }} }}
        certificate {{ menteePrices {{ enrollmentId price }} seatPrices {{ price }} }}""",
}
"""What is asked of the largest program, and how it is called."""


async def tell(server: processes.Server, program: str, token: str) -> None:
    """Prints what is felt, as it is found out."""
    async for line in _felt(server, program, token):
        print(line, flush=True)


async def filled(url: str) -> tuple[str, str]:
    """A program with the largest crowd, and its admin's token."""
    await populate(url)
    await connect(url)
    try:
        ((program, user, session),) = await fetch(
            """SELECT p.id, a.user_id, s.id FROM programs p
               JOIN group_members a ON a.group_id = p.group_id AND a.role = 'ADMIN'
               JOIN sessions s ON s.user_id = a.user_id ORDER BY p.id LIMIT 1"""
        )
        mentees, mentors, languages = LARGEST
        key = UUID(bytes=program.bytes)
        await crowd(key, mentors=mentors, mentees=mentees, capacity=3, languages=languages)
        await fetch("ANALYZE")
        return global_id("program", program), tokens.sign(session, user)[0]
    finally:
        await disconnect()


async def _felt(server: processes.Server, program: str, token: str) -> AsyncIterator[str]:
    """How long others wait, and how long the event loop is held: quiet and busy, in turn."""
    small = _request(ASK, {}, token)
    for name, fields in PROPOSALS.items():
        query = f"query($id: ID!) {{ program(id: $id) {{ assignmentProposal {{ {fields} }} }} }}"
        large = _request(query, {"id": program}, token)
        answer, first = await _asked(server, large)
        made = orjson.loads(answer)["data"]["program"]["assignmentProposal"]
        quiet, busy, took = list[float](), list[float](), list[float]()
        held = {"quiet": [0.0], "busy": [0.0]}
        for _ in range(ROUNDS):
            await _holds(server)
            quiet += (await _during(server, small, asyncio.sleep(SECONDS, result=[])))[0]
            held["quiet"] += await _holds(server)
            found = await _during(server, small, _proposals(server, large))
            busy, took = busy + found[0], took + found[1]
            held["busy"] += await _holds(server)
        calm, crowded = _p(quiet, 99), _p(busy, 99)
        yield (
            f"{name}: {LARGEST[0]} x {LARGEST[1]}, {made['placed']} placed, value "
            f"{made['certificate']['value']} = bound {made['certificate']['bound']}; {first:.2f} s "
            f"the first time, then {statistics.median(took):.2f} s each ({len(took)} in "
            f"{ROUNDS} rows), {len(answer) / 1e6:.1f} MB of JSON"
        )
        yield (
            f"  others: {len(quiet)} requests quiet, p50 {_p(quiet, 50):.1f} ms, p99 {calm:.1f} "
            f"ms; {len(busy)} meanwhile, p50 {_p(busy, 50):.1f} ms, p99 {crowded:.1f} ms; ratio "
            f"{_p(busy, 50) / _p(quiet, 50):.2f} and {crowded / calm:.2f}"
        )
        yield "  the loop was held, CPU in ms: " + ", ".join(
            f"{when} {max(turns):.1f} at most, {sum(one > 5 for one in turns)} times more than 5"
            for when, turns in held.items()
        )
    worker, own = _memory(server)
    yield f"peak memory: {worker:.0f} MB where it is worked out, {own:.0f} MB in the server"


async def _holds(server: processes.Server) -> list[float]:
    """The long turns of the server's event loop since it was last asked."""
    request = f"GET {holds.PATH} HTTP/1.1\r\nhost: localhost\r\n\r\n".encode()
    found: list[float] = orjson.loads((await _asked(server, request))[0])
    return found


async def _proposals(server: processes.Server, request: bytes) -> list[float]:
    end, took = time.monotonic() + SECONDS, []
    while time.monotonic() < end:
        took.append((await _asked(server, request))[1])
    return took


async def _during(server: processes.Server, request: bytes, work: Any) -> tuple[list[float], Any]:
    """How many milliseconds each small request took while the work went on."""
    over = asyncio.Event()

    async def client() -> list[float]:
        reader, writer = await asyncio.open_connection(processes.HOST, server.port)
        took = []
        while not over.is_set():
            began = time.perf_counter()
            writer.write(request)
            await _answer(reader)
            took.append(1000 * (time.perf_counter() - began))
            await asyncio.sleep(PAUSE)
        writer.close()
        return took

    clients = [asyncio.create_task(client()) for _ in range(CLIENTS)]
    done = await work
    over.set()
    return [one for client in await asyncio.gather(*clients) for one in client], done


async def _asked(server: processes.Server, request: bytes) -> tuple[bytes, float]:
    reader, writer = await asyncio.open_connection(processes.HOST, server.port)
    began = time.perf_counter()
    writer.write(request)
    body = await _answer(reader)
    writer.close()
    return body, time.perf_counter() - began


async def _answer(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length")]
    return await reader.readexactly(int(lengths[0].partition(b":")[2]))


def _request(query: str, variables: dict[str, str], token: str) -> bytes:
    body = orjson.dumps({"query": query, "variables": variables})
    head = (
        f"POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n"
        f"authorization: Bearer {token}\r\ncontent-length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def _p(values: list[float], percent: int) -> float:
    return float(np.percentile(values, percent))


def _memory(server: processes.Server) -> tuple[float, float]:
    """The most memory that the worker process and the server have had, in MB."""

    def peak(pid: int) -> float:
        status = Path(f"/proc/{pid}/status").read_text()
        (line,) = (line for line in status.splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024

    children = psutil.Process(server.pid).children(recursive=True)
    return max((peak(child.pid) for child in children), default=0.0), peak(server.pid)
