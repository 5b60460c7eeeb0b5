"""A database that is cut, refused, frozen or slow: clean answers within seconds, and soon well."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import pytest

from models.migrating import migrate
from tests.acceptance.clients import Answer, Pair, paired
from tests.chaos.brokers import PostgresBroker
from tests.servers import ServerProcess
from tests.waiting import until

pytestmark = [pytest.mark.timeout(300), pytest.mark.xdist_group("database faults")]

INBOX = "{ viewer { matches { nodes { messages(last: 100) { nodes { number body } } } } } }"
SEND = """mutation($match: ID!, $body: String!, $key: ID!) {
  sendMessage(input: {matchId: $match, body: $body, clientKey: $key}) {
    message { number } errors { code } } }"""


@pytest.fixture(scope="module")
def postgres() -> Iterator[PostgresBroker]:
    """One to harm: everybody else's stays as it is."""
    harmed = PostgresBroker()
    asyncio.run(migrate(harmed.url("migrations")))
    yield harmed
    harmed.remove()


async def test_a_worker_that_dies_while_the_database_is_away_is_there_again_after_it(
    postgres: PostgresBroker, start_server: Callable[..., ServerProcess]
) -> None:
    # given two workers, and a database that is gone
    database = postgres.url("compagnon")
    server = await asyncio.to_thread(start_server, "--workers", "2", database_url=database)
    await asyncio.to_thread(until, lambda: "Compagnon is ready" in server.log)
    await asyncio.to_thread(postgres.stop)
    try:
        # when both are killed, and others cannot start
        for worker in server.workers():
            os.kill(worker, signal.SIGKILL)
        await asyncio.to_thread(until, lambda: "CannotStart" in server.log)
    finally:
        await asyncio.to_thread(postgres.start)

    # then they start when it is back
    await asyncio.to_thread(until, lambda: server.answers("/readyz") == 200)


class Writer:
    """Somebody who writes and reads on and on, and notes what became of it."""

    def __init__(self, pair: Pair) -> None:
        self.pair = pair
        self.acknowledged: dict[str, int] = {}
        self.answers: list[Answer] = []

    async def write(self, key: str) -> bool:
        """Whether it was acknowledged; anything but data or a clean error fails the test."""
        answer = await self.pair.mentor.ask(SEND, match=self.pair.match, body=key, key=key)
        self.answers.append(answer)
        payload = (answer.data or {}).get("sendMessage")
        if payload is None:
            assert answer.codes == ["INTERNAL_ERROR"], answer.body
            return False
        assert payload["errors"] == [], payload
        self.acknowledged[key] = payload["message"]["number"]
        return True

    async def until_well(self) -> None:
        """Returns when a write gets through."""
        while not await self.write(uuid4().hex):
            await asyncio.sleep(0.05)


@asynccontextmanager
async def at_once(writer: Writer, number: int) -> AsyncIterator[list[asyncio.Task[bool]]]:
    """More writes than there are connections, under way while something happens."""
    writes = [asyncio.create_task(writer.write(uuid4().hex)) for _ in range(number)]
    await asyncio.sleep(0)
    yield writes
    await asyncio.gather(*writes)


@pytest.mark.usefixtures("clients_hang_up")
async def test_whatever_befalls_the_database_everybody_is_answered_and_nothing_is_lost(
    postgres: PostgresBroker, start_server: Callable[..., ServerProcess]
) -> None:
    # given a pair, and a server on a database of its own
    server = await asyncio.to_thread(
        start_server, database_url=postgres.url("compagnon"), pool_size="4"
    )
    writer = Writer(await paired(server.url))

    async def answered_and_well(harm: Callable[[], Any], mend: Callable[[], Any]) -> None:
        """Everybody gets an answer while it lasts, before their own patience is over, which is 30
        seconds; and what they want when it is over."""
        async with at_once(writer, 12):
            await asyncio.to_thread(harm)
            async with at_once(writer, 12):
                pass
        await asyncio.to_thread(mend)
        await writer.until_well()

    def nothing() -> None:
        pass

    # when its connections are cut, when it is frozen, when it refuses everybody
    def cut() -> None:
        asyncio.run(postgres.cut("compagnon"))

    for harm, mend in (
        (cut, nothing),
        (postgres.freeze, postgres.thaw),
        (postgres.stop, postgres.start),
    ):
        await answered_and_well(harm, mend)

    # then all that was acknowledged is there, each once, and nobody was told of our insides
    answer = await writer.pair.mentee.ask(INBOX)
    (match,) = answer.data["viewer"]["matches"]["nodes"]
    stored = {one["body"]: one["number"] for one in match["messages"]["nodes"]}
    assert len(stored) == len(match["messages"]["nodes"])
    assert writer.acknowledged.items() <= stored.items()
    assert {answer.status for answer in writer.answers} <= {200, 500, 503}
    assert "the database is away" in server.log and "the database is back" in server.log
    assert await writer.write("once more")
