"""The end of a process's connections: nobody waits for what has come back, or is lost."""

import asyncio

import asyncpg
import pytest

from models.database import connect, disconnect, execute, fetch, lender
from models.transactions import transactional
from tests.waiting import come_to

PATIENCE = 5.0
"""Half of the time after which the pool breaks off what does not come back."""


async def test_a_connection_that_comes_back_while_the_pool_is_closed_is_not_waited_for(
    database: str,
) -> None:
    # given a connection that is lent when the process disconnects
    lending = lender()
    connection = await lending.take()
    end = asyncio.create_task(disconnect())
    await come_to(lambda: lending._is_closed)
    # when it comes back
    lending.put(connection)
    # then that is the end
    async with asyncio.timeout(PATIENCE):
        await end
    assert lending.lent == 0
    await connect(database)


@pytest.mark.usefixtures("database")
async def test_of_a_connection_that_is_lost_in_a_transaction_it_is_said_that_it_is_lost() -> None:
    @transactional
    async def lose_it() -> None:
        await execute("SELECT pg_terminate_backend(pg_backend_pid())")

    with pytest.raises(asyncpg.PostgresConnectionError):
        await lose_it()

    # and the next one has another
    assert [row[0] for row in await fetch("SELECT 1")] == [1]
    assert lender().lent == 0
