"""Workers, all of them at once, and the database are killed under load."""

import asyncio
import os
import random
import signal
from contextlib import suppress
from pathlib import Path

from bench.faults.serving import serving
from bench.faults.writing import percentile, report_writing, until_all_write, writers
from tests.servers import ServerProcess

WORKERS, DATABASES = 50, 20
EVERY = 5
"""One in so many times all workers are killed at once."""


async def kills(part: float) -> None:
    """All start again by themselves, and nothing that was acknowledged is lost."""
    workers, databases = round(WORKERS * part), round(DATABASES * part)
    victims = ["workers" if i % EVERY == 0 else "worker" for i in range(workers)]
    victims += ["database"] * databases
    random.shuffle(victims)
    async with serving() as server:
        people = await writers(server.url)
        stop = asyncio.Event()
        writing = [asyncio.create_task(one.keep_writing(10**6, stop)) for one in people]
        back: dict[str, list[float]] = {}
        for victim in victims:
            await asyncio.sleep(random.uniform(1, 3))
            for process in _processes(server, victim):
                with suppress(ProcessLookupError):
                    os.kill(process, signal.SIGKILL)
            seconds = await until_all_write(people)
            back.setdefault(victim, []).append(seconds)
            print(f"{victim} killed, everybody writes after {seconds:.2f} s", flush=True)
        stop.set()
        await asyncio.gather(*writing)
        await report_writing(people)
    for victim, took in back.items():
        middle, most = percentile(took, 50), max(took)
        print(f"{victim}: {len(took)} times, back after {middle:.2f} s, at most {most:.2f}")


def _processes(server: ServerProcess, victim: str) -> list[int]:
    if victim == "database":
        cluster = Path(server.settings["data_dir"]) / "postgres"
        with suppress(FileNotFoundError, ValueError, IndexError):
            return [int((cluster / "postmaster.pid").read_text().split()[0])]
        return []
    workers = server.workers()
    return workers if victim == "workers" else random.sample(workers, min(1, len(workers)))
