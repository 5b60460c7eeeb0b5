"""Sockets of many people, opened a few at a time."""

import asyncio
import resource
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

from bench.faults.listening import FOLLOW
from tests.acceptance.clients import Client, Socket

AT_ONCE = 50


def allow_descriptors(number: int) -> None:
    """Lets this process, and those it starts, have so many open."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    assert most == resource.RLIM_INFINITY or most >= number, f"`ulimit -Hn` is below {number}"
    resource.setrlimit(resource.RLIMIT_NOFILE, (number, most))


@asynccontextmanager
async def sockets(seats: Sequence[tuple[Client, str]]) -> AsyncIterator[list[Socket]]:
    """A socket of each, which follows that match."""
    async with AsyncExitStack() as leaving:
        turn = asyncio.Semaphore(AT_ONCE)

        async def open_one(person: Client, match: str) -> Socket:
            async with turn:
                socket = await leaving.enter_async_context(person.socket())
                await socket.subscribe(FOLLOW, match=match)
                return socket

        yield await asyncio.gather(*(open_one(person, match) for person, match in seats))
