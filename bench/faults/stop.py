"""The server is told to stop under load: what it has acknowledged is there when it is back."""

import asyncio
import signal
import time

from bench.faults.serving import serving, started
from bench.faults.writing import report_writing, until_all_write, writers
from tests.servers import ServerProcess


async def stop(part: float) -> None:
    """Ten times; how long it takes at most, and its exit codes."""
    async with serving() as server:
        people = await writers(server.url)
        over = asyncio.Event()
        writing = [asyncio.create_task(one.keep_writing(10**6, over)) for one in people]
        took: list[float] = []
        for _ in range(max(1, round(10 * part))):
            await asyncio.sleep(2)
            took.append(await _stopped(server))
            await started(server)
            await until_all_write(people)
        over.set()
        await asyncio.gather(*writing)
        await report_writing(people)
    print(f"told to stop {len(took)} times, ended with 0 after at most {max(took):.2f} s")


async def _stopped(server: ServerProcess) -> float:
    began = time.monotonic()
    code = await asyncio.to_thread(server.stop, signal.SIGTERM)
    seconds = time.monotonic() - began
    print(f"ended with {code} after {seconds:.2f} s", flush=True)
    assert code == 0, server.log
    return seconds
