"""Several processes do what time brings, and die of it: nobody is reminded twice, or not at all."""

import asyncio
import os
import random
import sys
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Self

import pytest

from domain.check_in_rounds import open_check_ins
from domain.clock import clock
from models.database import execute, fetch
from models.programs import Weekday
from tests.integration.many_pairs import Couple, Member, lay_out
from tests.integration.reminder_book import Book, recorded
from tests.servers import ROOT
from tests.wall_clocks import ZONES

BEGIN = datetime(2026, 3, 1, tzinfo=UTC)
PROCESSES = 4
WEEKS, PAIRS, KILLS = (12, 500, 20) if os.environ.get("TESTS_AT_LENGTH") else (3, 60, 5)
EVERY = timedelta(hours=12)


class Ticker:
    """A process of its own that ticks when told to; killed, it is begun again."""

    def __init__(self, url: str) -> None:
        self._url = url
        self.kills = 0

    async def __aenter__(self) -> Self:
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.chaos.ticker", self._url),
            cwd=ROOT,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        assert self._process.stdout is not None
        assert await self._process.stdout.readline() == b"ready\n"
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._process.returncode is None:
            self._process.kill()
        await self._process.wait()

    async def tick(self, now: datetime) -> None:
        """Returns once it has done what there was to do, or has died of it."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with suppress(ConnectionError):
            self._process.stdin.write(f"{now.isoformat()}\n".encode())
            await self._process.stdin.drain()
        if await self._process.stdout.readline() != b"done\n":
            await self.__aexit__()
            await self.__aenter__()

    async def kill(self, after: float) -> None:
        await asyncio.sleep(after)  # in the middle of its work, perhaps
        self._process.kill()
        self.kills += 1


def moments() -> Iterator[datetime]:
    """Twice a day, and shortly after all the check-ins of a date have opened."""
    now = BEGIN
    while now < BEGIN + timedelta(weeks=WEEKS):
        now += EVERY
        yield now.replace(minute=3)


@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_four_processes_tick_for_weeks_and_are_killed_again_and_again(database: str) -> None:
    # given pairs all over the world, and four processes that tick at once
    some = random.Random(20)
    people = [Member(some.choice(ZONES), some.randrange(1440)) for _ in range(2 * PAIRS)]
    couples = [
        Couple(*pair, some.choice(list(Weekday)), BEGIN)
        for pair in zip(people[::2], people[1::2], strict=True)
    ]
    await lay_out(couples)
    steps = list(moments())
    book = Book(couples, steps[-1])
    deadly = set(some.sample(range(len(steps)), KILLS))
    tickers = [Ticker(database) for _ in range(PROCESSES)]
    for ticker in tickers:
        await ticker.__aenter__()

    # when weeks go by, and one process or another is killed in the middle of it
    try:
        for number, now in enumerate(steps):
            await execute("UPDATE pair_members SET missed_in_a_row = 0 WHERE missed_in_a_row > 0")
            ticking = [ticker.tick(now) for ticker in tickers]
            if number in deadly:
                ticking.append(some.choice(tickers).kill(some.uniform(0, 0.05)))
            await asyncio.gather(*ticking)
            book.tick(now)
    finally:
        for ticker in tickers:
            await ticker.__aexit__()

    # then every reminder is there, once, for the moment it was promised for
    told = await recorded()
    assert len(told) == len(set(told))
    assert set(told) == book.kept
    assert sum(ticker.kills for ticker in tickers) == KILLS
    # and every check-in that was due has been there
    rows = await fetch("SELECT count(*), count(DISTINCT (match_id, week)) FROM check_ins")
    assert rows[0][0] == rows[0][1] >= PAIRS * (WEEKS - 2)


async def test_ten_seconds_of_outage_cost_nobody_anything(database: str) -> None:
    # given a check-in that opened while no process was there
    couple = Couple(Member("Europe/Paris"), Member("Asia/Tokyo"), Weekday.MONDAY, BEGIN)
    await lay_out([couple])
    clock.set(datetime(2026, 3, 8, 10, 0, 10, tzinfo=UTC))

    # when one comes back, then it opens now, and a second look finds nothing more to do
    assert await open_check_ins() == 1
    assert await open_check_ins() == 0
