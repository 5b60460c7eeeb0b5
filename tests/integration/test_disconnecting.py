"""The end of a process's pool: nobody waits for connections that have come back."""

import asyncio

from models.database import connect, disconnect, lender
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
