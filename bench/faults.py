"""What faults cost: `python bench/faults.py kills|broker|database`; README.md says more.

Everything runs on this machine, in directories of its own, and is gone afterwards.
"""

# Long because the three kinds of fault share who writes and who listens.

import argparse
import asyncio
import os
import random
import signal
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from statistics import quantiles

sys.path[0] = str(Path(__file__).resolve().parent.parent)

import httpx2  # noqa: E402
from websockets.exceptions import ConnectionClosed  # noqa: E402

from models.migrating import migrate  # noqa: E402
from tests.acceptance.clients import Client, Pair, paired  # noqa: E402
from tests.chaos.brokers import PostgresBroker, ValkeyBroker  # noqa: E402
from tests.servers import MASTER_KEY, SECRET_KEY, ServerProcess  # noqa: E402

SEND = """mutation($match: ID!, $body: String!, $key: ID!) {
  sendMessage(input: {matchId: $match, body: $body, clientKey: $key}) {
    message { number } errors { code } } }"""
PAGE = """query($match: ID!, $after: String) { match(id: $match) {
  messages(first: 100, after: $after) { pageInfo { hasNextPage endCursor }
    nodes { number body } } } }"""
FOLLOW = """subscription($match: ID, $after: String) {
  messageEvents(matchId: $match, after: $after) {
    cursor ... on MessageAdded { message { number body } } } }"""
PAIRS = 4
KEYS = {"secret_key": SECRET_KEY, "master_keys": MASTER_KEY, "rate_limits": "off"}


class Writer:
    """Somebody who writes on and on, each message until it is acknowledged."""

    def __init__(self, pair: Pair) -> None:
        self.pair, self.person = pair, pair.mentor
        self.acknowledged: dict[str, float] = {}
        self.slowest = 0.0
        self.unclean = 0
        self.tried = 0

    async def write(self, body: str) -> bool:
        self.tried += 1
        began = time.monotonic()
        try:
            answer = await self.person.ask(SEND, match=self.pair.match, body=body, key=body)
            payload = (answer.data or {}).get("sendMessage")
            if payload and not payload["errors"]:
                self.acknowledged[body] = time.monotonic()
                return True
            self.unclean += answer.codes != ["INTERNAL_ERROR"]
        except (httpx2.HTTPError, ValueError):
            pass  # the process that was asked is gone
        finally:
            self.slowest = max(self.slowest, time.monotonic() - began)
        return False

    async def keep_writing(self, number: int, stop: asyncio.Event, pause: float = 0.0) -> None:
        for i in range(number):
            while not await self.write(f"{self.pair.match[-6:]} {i}"):
                await asyncio.sleep(0.02)
            if stop.is_set():
                return
            await asyncio.sleep(pause)

    async def lost_and_twice(self) -> tuple[int, int]:
        """Of what was acknowledged."""
        stored: list[str] = []
        after = None
        while True:
            answer = await self.person.ask(PAGE, match=self.pair.match, after=after)
            page = answer.data["match"]["messages"]
            stored += [node["body"] for node in page["nodes"]]
            after = page["pageInfo"]["endCursor"]
            if not page["pageInfo"]["hasNextPage"]:
                return len(self.acknowledged.keys() - set(stored)), len(stored) - len(set(stored))


class Listener:
    """Somebody who listens, and goes on from the last cursor whenever the connection ends."""

    def __init__(self, person: Client, match: str) -> None:
        self.person, self.match = person, match
        self.heard: dict[str, float] = {}
        self.order: list[int] = []

    async def listen(self) -> None:
        after = ""
        while True:
            with suppress(ConnectionClosed, OSError, TimeoutError, AssertionError):
                async with self.person.socket() as socket:
                    await socket.subscribe(FOLLOW, match=self.match, after=after)
                    while True:
                        event = await socket.event()
                        after = event["cursor"]
                        if "message" in event:
                            self.order.append(event["message"]["number"])
                            self.heard[event["message"]["body"]] = time.monotonic()
            await asyncio.sleep(0.05)


async def kills(part: float) -> None:
    """Workers and the database are killed under load, and start again by themselves."""
    workers, databases = round(50 * part), round(20 * part)
    with tempfile.TemporaryDirectory(prefix="compagnon-faults-") as directory:
        data = Path(directory) / "data"
        os.chmod(directory, 0o711)  # noqa: S103
        server = ServerProcess(
            Path(directory) / "log",
            {"data_dir": str(data), "rate_limits": "off", "access_token_minutes": "600"},
            ("--workers", "2"),
        )
        try:
            await _started(server)
            writers = [Writer(await paired(server.url)) for _ in range(PAIRS)]
            stop, back = asyncio.Event(), list[float]()
            writing = [asyncio.create_task(one.keep_writing(10**6, stop)) for one in writers]
            victims = ["worker"] * workers + ["database"] * databases
            random.shuffle(victims)
            for victim in victims:
                await asyncio.sleep(random.uniform(1, 3))
                with suppress(ProcessLookupError, FileNotFoundError, IndexError, ValueError):
                    os.kill(_victim(server, data, victim), signal.SIGKILL)
                back.append(await _until_all_write(writers))
                print(f"{victim} killed, everybody writes after {back[-1]:.2f} s", flush=True)
            stop.set()
            await asyncio.gather(*writing)
            await _report_writing(writers)
            print(f"killed: {workers} workers, {databases} databases")
            print(
                f"everybody wrote again after at most {max(back):.2f} s, mostly {_p(back, 50):.2f}"
            )
        finally:
            server.end()


async def _started(server: ServerProcess) -> None:
    with suppress(AssertionError):  # on a crowded machine it takes longer than tests wait
        await asyncio.to_thread(server.start)
    while server.answers("/readyz") != 200:
        await asyncio.sleep(0.1)


def _victim(server: ServerProcess, data: Path, kind: str) -> int:
    if kind == "database":
        return int((data / "postgres" / "postmaster.pid").read_text().split()[0])
    return random.choice(server.workers())


async def _until_all_write(writers: list[Writer]) -> float:
    began = time.monotonic()
    before = [len(one.acknowledged) for one in writers]
    while any(len(one.acknowledged) <= count for one, count in zip(writers, before, strict=True)):
        await asyncio.sleep(0.01)
    return time.monotonic() - began


async def broker(part: float) -> None:
    """The broker is cut, frozen and restarted while messages pass; two workers, two kinds of it."""
    for make in (PostgresBroker, ValkeyBroker):
        harmed, database = make(), PostgresBroker()
        await migrate(database.url("migrations"))
        with tempfile.TemporaryDirectory(prefix="compagnon-faults-") as directory:
            server = ServerProcess(
                Path(directory) / "log",
                {
                    **KEYS,
                    "database_url": database.url("compagnon"),
                    "broadcast_url": harmed.url("broker"),
                    "access_token_minutes": "600",
                },
                ("--workers", "2"),
            )
            try:
                await _started(server)
                await _through_faults(server, harmed, round(10_000 * part), round(20 * part))
            finally:
                server.end()
                harmed.remove()
                database.remove()


async def _through_faults(
    server: ServerProcess, harmed: PostgresBroker | ValkeyBroker, messages: int, faults: int
) -> None:
    writers = [Writer(await paired(server.url)) for _ in range(PAIRS)]
    listeners = [
        Listener(person, one.pair.match)
        for one in writers
        for person in (one.pair.mentor, one.pair.mentee, one.pair.mentee)
    ]
    listening = [asyncio.create_task(one.listen()) for one in listeners]
    await asyncio.sleep(1)
    stop, broken = asyncio.Event(), list[tuple[float, float]]()
    pause = 4.0 * faults * PAIRS / messages * 0.7
    writing = [
        asyncio.create_task(one.keep_writing(messages // PAIRS, stop, pause)) for one in writers
    ]
    for i in range(faults):
        began = time.monotonic()
        await _harm(harmed, i)
        broken.append((began, time.monotonic() + 6))
        await asyncio.sleep(2)
    await asyncio.gather(*writing)
    numbers = list(range(1, messages // PAIRS + 1))
    deadline = time.monotonic() + 40
    while time.monotonic() < deadline and any(len(one.order) < len(numbers) for one in listeners):
        await asyncio.sleep(0.1)
    for task in listening:
        task.cancel()
    said = {body: at for one in writers for body, at in one.acknowledged.items()}
    delays = [(at - said[body], said[body]) for one in listeners for body, at in one.heard.items()]
    calm = [delay for delay, at in delays if not any(begin <= at <= end for begin, end in broken)]
    every = [delay for delay, _ in delays]
    print(
        f"{type(harmed).__name__}: {messages} messages, {faults} faults, {len(listeners)} listeners"
    )
    print(
        f"each once, in order: {sum(one.order == numbers for one in listeners)} of {len(listeners)}"
    )
    await _report_writing(writers)
    print(f"acknowledged to heard: p99 {_p(every, 99) * 1000:.0f} ms, at most {max(every):.2f} s")
    if len(calm) > 100:
        middle, late = _p(calm, 50) * 1000, _p(calm, 99) * 1000
        print(f"  with the broker well: p50 {middle:.1f} ms, p99 {late:.1f} ms")


async def _harm(harmed: PostgresBroker | ValkeyBroker, turn: int) -> None:
    if turn % 3 == 0:
        await harmed.cut("broker")
    elif turn % 3 == 1:
        await asyncio.to_thread(harmed.freeze)
        await asyncio.sleep(3)
        await asyncio.to_thread(harmed.thaw)
    else:
        await asyncio.to_thread(harmed.stop)
        await asyncio.sleep(0.5)
        await asyncio.to_thread(harmed.start)


async def database(part: float) -> None:
    """The database is cut, refused and frozen in turn; how long answers take, and recovery."""
    harmed = PostgresBroker()
    await migrate(harmed.url("migrations"))
    with tempfile.TemporaryDirectory(prefix="compagnon-faults-") as directory:
        settings = {**KEYS, "database_url": harmed.url("compagnon"), "access_token_minutes": "600"}
        server = ServerProcess(Path(directory) / "log", settings)
        try:
            await _started(server)
            writers = [Writer(await paired(server.url)) for _ in range(2 * PAIRS)]
            stop = asyncio.Event()
            writing = [asyncio.create_task(one.keep_writing(10**6, stop)) for one in writers]
            for name, harm, mend in _faults(harmed):
                recovered: list[float] = []
                for one in writers:
                    one.slowest = 0.0
                for _ in range(max(1, round(10 * part))):
                    await harm()
                    await asyncio.sleep(0 if name == "cut" else 6)
                    await mend()
                    recovered.append(await _until_all_write(writers))
                    await asyncio.sleep(1)
                slowest = max(one.slowest for one in writers)
                print(f"{name}: slowest answer {slowest:.2f} s, well after {max(recovered):.2f} s")
            stop.set()
            await asyncio.gather(*writing)
            await _report_writing(writers)
        finally:
            server.end()
            harmed.remove()


def _faults(
    harmed: PostgresBroker,
) -> list[tuple[str, Callable[[], Awaitable[None]], Callable[[], Awaitable[None]]]]:
    async def nothing() -> None:
        pass

    def outside(step: Callable[[], None]) -> Callable[[], Awaitable[None]]:
        return lambda: asyncio.to_thread(step)

    return [
        ("cut", lambda: harmed.cut("compagnon"), nothing),
        ("frozen", outside(harmed.freeze), outside(harmed.thaw)),
        ("refused", outside(harmed.stop), outside(harmed.start)),
    ]


async def _report_writing(writers: list[Writer]) -> None:
    ends = [await one.lost_and_twice() for one in writers]
    acknowledged = sum(len(one.acknowledged) for one in writers)
    tried, unclean = sum(one.tried for one in writers), sum(one.unclean for one in writers)
    print(f"acknowledged {acknowledged} of {tried} tried, answers that were not clean {unclean}")
    print(f"lost {sum(lost for lost, _ in ends)}, twice {sum(twice for _, twice in ends)}")


def _p(values: list[float], percent: int) -> float:
    return quantiles(values, n=100)[percent - 1] if len(values) > 1 else values[0]


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("fault", choices=["kills", "broker", "database"])
    parser.add_argument("--part", type=float, default=1.0, help="of the whole length")
    given = parser.parse_args()
    asyncio.run(globals()[given.fault](given.part))
