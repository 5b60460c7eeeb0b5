"""Whatever a test leaves in the loop and the pool that are kept, the next one finds none of it."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any

import pytest

from models.database import connect, disconnect, fetch, is_connected, lender
from models.pool import hang_up
from tests.kept import Kept

SESSION = """SELECT pg_backend_pid(), current_user, current_setting('lock_timeout'),
    (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()),
    (SELECT count(*) FROM pg_listening_channels())"""


@pytest.fixture
def kept() -> Iterator[Kept]:
    """A loop and a pool of this test."""
    kept = Kept()
    kept.is_wanted = True
    yield kept
    kept.end()


def test_nothing_goes_on_in_a_loop_that_was_left(kept: Kept) -> None:
    heard: list[str] = []
    ours, theirs = socket.socketpair()

    async def numbers() -> AsyncIterator[int]:
        try:
            yield 1
        finally:
            heard.append("end")

    async def leave_much() -> tuple[asyncio.Task[None], AsyncIterator[int]]:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda *_: None)
        loop.call_later(3600, heard.append, "timer")
        loop.add_reader(ours, heard.append, "socket")
        await asyncio.to_thread(int)
        begun = numbers()
        await anext(begun)
        return asyncio.create_task(asyncio.sleep(3600)), begun

    async def look() -> None:
        loop = asyncio.get_running_loop()
        assert len(asyncio.all_tasks()) == 1
        assert loop.get_exception_handler() is None
        assert not vars(loop)["_scheduled"]
        assert [number async for number in numbers()] == [1]
        theirs.send(b"!")
        assert await asyncio.to_thread(int) == 0

    with ours, theirs:
        # given what somebody has begun there
        with asyncio.Runner(loop_factory=kept.loop) as runner:
            first = runner.get_loop()
            task, _ = runner.run(leave_much())
        # when they leave it, then it has ended
        assert task.cancelled()
        assert heard == ["end"]
        # and the next one is alone
        with asyncio.Runner(loop_factory=kept.loop) as runner:
            assert runner.get_loop() is first
            runner.run(look())
        assert heard == ["end", "end"]


async def tell() -> None:
    await fetch("SET lock_timeout = 1")
    await fetch("SELECT pg_advisory_lock(1)")
    await fetch("LISTEN somebody")
    await fetch("SET ROLE pg_monitor")


async def be_refused() -> None:
    with pytest.raises(Exception, match="nothing_of_the_kind"):
        await fetch("SELECT nothing_of_the_kind")


@pytest.mark.parametrize("harm", [tell, be_refused])
def test_a_connection_that_is_whole_is_kept_and_forgets_what_it_was_told(
    kept: Kept, postgres_url: str, harm: Callable[[], Awaitable[None]]
) -> None:
    # given one that has been told something
    before = _asked(kept, postgres_url)
    _asked(kept, postgres_url, harm)
    # when its test is over, then nobody has it
    assert not is_connected()
    # and for the next one it is the same, and as it was
    assert _asked(kept, postgres_url) == before


async def begin() -> None:
    await fetch("BEGIN")


async def lose() -> None:
    await fetch("SELECT 1")
    hang_up()


@pytest.mark.parametrize("harm", [begin, lose])
def test_a_connection_that_is_not_whole_is_replaced(
    kept: Kept, postgres_url: str, harm: Callable[[], Awaitable[None]]
) -> None:
    # given one in the middle of something, or lost
    process, *before = _asked(kept, postgres_url)
    _asked(kept, postgres_url, harm)
    # when the next one comes, then it has another one
    other, *after = _asked(kept, postgres_url)
    assert other != process
    assert after == before


def test_a_test_that_is_broken_off_costs_nobody_else_their_database(
    kept: Kept, postgres_url: str
) -> None:
    # given somebody who never comes to the end
    async def break_off() -> None:
        await kept.connect(postgres_url)
        await (await lender().take()).execute("BEGIN")

    with asyncio.Runner(loop_factory=kept.loop) as runner:
        runner.run(break_off())
    # then the next one is connected as ever
    assert _asked(kept, postgres_url)


def test_a_test_in_another_loop_has_a_pool_of_its_own(kept: Kept, postgres_url: str) -> None:
    # given a pool that was put away
    process, *_ = _asked(kept, postgres_url)
    # when somebody connects in a loop that is not the one that is kept
    kept.is_wanted = False
    other, *_ = _asked(kept, postgres_url)
    # then they have their own, and nobody has it after them
    assert other != process
    kept.is_wanted = True
    assert _asked(kept, postgres_url)[0] not in {process, other}


def test_a_test_that_connects_anew_is_disconnected_at_its_end(
    kept: Kept, postgres_url: str
) -> None:
    # given somebody who has closed the pool and opened another one
    async def change() -> None:
        await disconnect()
        await connect(postgres_url, pool_size=2)

    process, *_ = _asked(kept, postgres_url)
    _asked(kept, postgres_url, change)
    # then the next one has neither
    assert not is_connected()

    async def look() -> None:
        assert lender().size == 10

    other, *_ = _asked(kept, postgres_url, look)
    assert other != process


def _asked(kept: Kept, url: str, then: Callable[[], Awaitable[None]] | None = None) -> list[Any]:
    """What the session is like that a test of its own sees first; `then`: what it does there."""

    async def asked() -> list[Any]:
        await kept.connect(url)
        (found,) = await fetch(SESSION)
        if then is not None:
            await then()
        await kept.leave()
        return list(found)

    with asyncio.Runner(loop_factory=kept.loop) as runner:
        return runner.run(asked())
