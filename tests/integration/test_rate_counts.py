"""Where it is counted: for all workers together, in words that say nothing of anybody."""

from uuid import uuid4

import pytest
from limits.aio.storage import RedisStorage, Storage

from models.database import execute, fetch
from models.rate_counts import forget_old_counts
from server.storages import InDatabase, Local
from tests.integration.guessing import ADDRESS, GUESSES, Client, app
from tests.integration.world import World

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("counting", ["database", "broker"])
async def test_all_workers_count_together(
    world: World, guessed: list[str], counting: str, valkey_url: str
) -> None:
    def shared() -> Storage:
        if counting == "database":
            return InDatabase()
        return RedisStorage(f"async+{valkey_url}", implementation="redispy", key_prefix=uuid)

    uuid, email = uuid4().hex, "maya@example.org"
    stores = [shared(), shared()]
    clients = [Client(app([GUESSES], store)) for store in stores]

    codes = [await clients[i % 2].guess(email) for i in range(5)]

    assert codes == ["BAD_CREDENTIALS"] * 3 + ["RATE_LIMITED"] * 2
    for client in clients:
        await client.hang_up()


async def test_what_is_stored_says_nothing_of_anybody_and_is_forgotten(
    world: World, guessed: list[str]
) -> None:
    client = Client(app([GUESSES], InDatabase()))
    await client.guess("maya@example.org")
    (row,) = await fetch("SELECT key, count FROM rate_counts")
    assert row["count"] == 1 and b"maya" not in row["key"] and ADDRESS.encode() not in row["key"]

    assert await forget_old_counts() == 0
    await execute("UPDATE rate_counts SET expires_at = clock_timestamp()")
    assert await client.guess("maya@example.org") == "BAD_CREDENTIALS"
    assert (await fetch("SELECT count FROM rate_counts"))[0][0] == 1
    await execute("UPDATE rate_counts SET expires_at = clock_timestamp()")
    assert await forget_old_counts() == 1


async def test_a_worker_that_cannot_count_with_the_others_counts_for_itself(
    world: World, guessed: list[str]
) -> None:
    gone = RedisStorage("async+redis://127.0.0.1:1", implementation="redispy")
    client = Client(app([GUESSES], gone))

    codes = [await client.guess("maya@example.org") for _ in range(5)]

    assert codes == ["BAD_CREDENTIALS"] * 3 + ["RATE_LIMITED"] * 2


async def test_one_process_remembers_only_so_many_of_those_who_come() -> None:
    counts = Local(keys=10)
    for i in range(50):
        await counts.incr(f"{i}", 60)

    assert [await counts.get(key) for key in ("39", "40", "49")] == [0, 1, 1]
