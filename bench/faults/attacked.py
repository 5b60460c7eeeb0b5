"""Attackers send what takes long to refuse, as fast as it is answered: how long others wait."""

import asyncio
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field

import orjson
import psutil

from bench.faults.attackers import ATTACKERS
from bench.faults.serving import serving
from bench.faults.writing import Writer, percentile, writers
from bench.holds import PATH
from bench.operations import INBOX, KEY, PAGE, PING, request, send
from bench.processes import HOST, ROOT, cpu_of
from tests.servers import ServerProcess

SECONDS, ROUNDS = 6.0, 3
"""Of each round of each kind: quiet, beside as many who mean no harm, and attacked."""
PAUSE = 0.02
WATCHED = "bench.faults.watched"


@dataclass
class Felt:
    """What four people have felt: their waits, and the turns of the event loop, in milliseconds."""

    waits: list[float] = field(default_factory=list)
    turns: list[float] = field(default_factory=lambda: [0.0])
    sent: int = 0
    busy: list[float] = field(default_factory=list)
    """Shares of a core: of the server, in each round."""

    def told(self) -> str:
        """All of it, in a line."""
        waits, long = self.waits, sum(one > 20 for one in self.turns)
        return (
            f"{len(waits)} answers, p50 {percentile(waits, 50):.1f} ms, p99 "
            f"{percentile(waits, 99):.1f} ms, at most {max(waits):.0f} ms; {self.sent} sent by "
            f"others; turns of the loop: {max(self.turns):.1f} ms of CPU at most, {long} longer "
            f"than 20; the server took {sum(self.busy) / len(self.busy):.0%} of a core"
        )


async def attacked(part: float) -> None:
    """Three of four people ask, one writes; on one worker, then on two."""
    for workers in (1, 2):
        async with serving(workers, {}, WATCHED) as server:
            people = await writers(server.url, 2)
            tokens = [one.person.token or "" for one in await writers(server.url, 4)]
            kinds: dict[str, tuple[str, ...] | None] = {
                "quiet": None,
                f"beside {ATTACKERS} who mean no harm": (),
                f"beside {ATTACKERS} who do": tuple(tokens),
            }
            felt = {kind: Felt() for kind in kinds}
            await _round(server, people, None, Felt(), 1)  # what is done once is not what is felt
            for _ in range(ROUNDS):
                for kind, others in kinds.items():
                    await _round(server, people, others, felt[kind], SECONDS * part)
            print(f"{workers} of {workers} workers:")
            for kind, one in felt.items():
                print(f"  {kind}: {one.told()}", flush=True)
            assert "Traceback" not in server.log, server.log


async def _round(
    server: ServerProcess,
    people: list[Writer],
    others: tuple[str, ...] | None,
    felt: Felt,
    seconds: float,
) -> None:
    attacking = None if others is None else await _attackers(server, seconds + 1, others)
    await asyncio.sleep(1)
    await _turns(server)
    before, ends = _cpu(server), time.monotonic() + seconds
    asked = [
        request(people[0].person.token, INBOX),
        request(people[1].person.token, PAGE, match=people[1].pair.match),
        request(people[1].pair.mentee.token, PING),
        send(people[0].pair.mentee.token or "", people[0].pair.match),
    ]
    for waits in await asyncio.gather(*(_client(server, one, ends) for one in asked)):
        felt.waits += waits
    felt.busy.append((_cpu(server) - before) / seconds)
    felt.turns += await _turns(server)
    if attacking is not None:
        felt.sent += int((await attacking.communicate())[0])


async def _attackers(
    server: ServerProcess, seconds: float, tokens: tuple[str, ...]
) -> asyncio.subprocess.Process:
    command = (sys.executable, "-m", "bench.faults.attackers", str(server.port), str(seconds))
    return await asyncio.create_subprocess_exec(
        *command, *tokens, cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )


async def _client(server: ServerProcess, request: bytes, ends: float) -> list[float]:
    """How many milliseconds each of somebody's requests has taken."""
    reader, writer = await asyncio.open_connection(HOST, server.port)
    took = list[float]()
    while time.monotonic() < ends:
        began = time.perf_counter()
        writer.write(request.replace(KEY.encode(), b"%032x" % time.monotonic_ns()))
        answer = await _answer(reader)
        took.append(1000 * (time.perf_counter() - began))
        assert b'"errors":[{' not in answer, answer
        await asyncio.sleep(PAUSE)
    writer.close()
    return took


async def _answer(reader: asyncio.StreamReader) -> bytes:
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    return await reader.readexactly(int(head.partition(b"content-length: ")[2].split(b"\r")[0]))


async def _turns(server: ServerProcess) -> list[float]:
    """The long turns of all workers' event loops since they were last asked: each asks a few times,
    as it is not known which worker answers."""
    found = list[float]()
    for _ in range(12):
        reader, writer = await asyncio.open_connection(HOST, server.port)
        writer.write(f"GET {PATH} HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n".encode())
        found += orjson.loads(await _answer(reader))
        writer.close()
    return found


def _cpu(server: ServerProcess) -> float:
    """CPU seconds of the server and its workers so far, without its database."""
    used = cpu_of(server.pid)
    for child in psutil.Process(server.pid).children():
        with suppress(psutil.NoSuchProcess):
            used += cpu_of(child.pid)
    return used
