"""The load generator: raw keep-alive connections that ask again as soon as they are answered.

A process of its own. Reads jobs from stdin, a line of JSON each, and answers each with a line.
"""

import asyncio
import sys
import time
from dataclasses import dataclass, field
from typing import Any, cast

import orjson
import uvloop

from bench.listeners import Listeners
from bench.operations import KEY
from bench.processes import HOST, TIME_LIMIT

_END_OF_HEAD = b"\r\n\r\n"
_LENGTH = b"content-length: "
_GOOD = b"HTTP/1.1 200"
_ERRORS = (b'"errors":[{', b'"data":null')


@dataclass
class Run:
    """What the connections of one job share."""

    requests: list[list[bytes]]
    """Each in pieces, between which a key of its own is put."""
    ends: float
    sent: int
    seconds: list[float] = field(default_factory=list)
    bad: list[str] = field(default_factory=list)

    def next(self) -> bytes:
        self.sent += 1
        pieces = self.requests[self.sent % len(self.requests)]
        return pieces[0] if len(pieces) == 1 else (b"%032x" % self.sent).join(pieces)


class Line(asyncio.Protocol):
    """One connection, and one request under way on it."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._received = b""
        self._asked_at = 0.0
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def ask(self) -> None:
        self._asked_at = time.perf_counter()
        self._transport.write(self._run.next())

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, found, body = self._received.partition(_END_OF_HEAD)
        if not found:
            return
        start = head.index(_LENGTH) + len(_LENGTH)
        if len(body) < int(head[start : start + 12].split(b"\r", 1)[0]):
            return
        now = time.perf_counter()
        self._run.seconds.append(now - self._asked_at)
        if not head.startswith(_GOOD) or any(error in body[:2000] for error in _ERRORS):
            self._run.bad.append(self._received[:1000].decode(errors="replace"))
        self._received = b""
        if now < self._run.ends:
            self.ask()
        else:
            self.done.set_result(None)
            self._transport.close()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(error or ConnectionError("closed before the answer came"))


async def ask(job: dict[str, Any]) -> dict[str, Any]:
    """Keeps every connection busy for some time, then waits for the last answers."""
    loop = asyncio.get_running_loop()
    requests = [request.encode().split(KEY.encode()) for request in job["requests"]]
    run = Run(requests, 0.0, job["first"])
    opened = [
        await loop.create_connection(lambda: Line(run), HOST, job["port"])
        for _ in range(job["connections"])
    ]
    began = time.perf_counter()
    run.ends = began + job["seconds"]
    for _, line in opened:
        line.ask()
    async with asyncio.timeout(TIME_LIMIT):
        await asyncio.gather(*(line.done for _, line in opened))
    took = time.perf_counter() - began
    return {"took": took, "seconds": run.seconds, "sent": run.sent, "bad": run.bad[:1]}


async def main() -> None:
    """One job after the other, until stdin ends."""
    loop, listeners = asyncio.get_running_loop(), Listeners()
    while line := await loop.run_in_executor(None, sys.stdin.buffer.readline):
        job = orjson.loads(line)
        done = await (ask(job) if "requests" in job else listeners.do(job))
        sys.stdout.buffer.write(orjson.dumps(done) + b"\n")
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    uvloop.run(main())
