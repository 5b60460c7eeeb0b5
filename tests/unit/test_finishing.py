"""Work that goes on to its end, and what is left of it."""

import asyncio
import contextlib
import gc
import weakref

import pytest

from models.finishing import _done, finish_work, to_its_end


class Refused(Exception):
    """As a rule raises it."""


async def test_of_what_was_refused_nothing_is_left_for_the_collector() -> None:
    # given work that fails, with all that it had read
    async def refuse() -> None:
        raise Refused

    async def ask() -> "weakref.ref[Refused]":
        try:
            await to_its_end(refuse())
        except Refused as error:
            return weakref.ref(error)
        raise AssertionError

    gc.disable()
    try:
        # when it is over, and nobody collects
        refused = await ask()
        await finish_work()
        await asyncio.sleep(0)
        # then the error is gone, and the frames that it holds
        assert refused() is None
    finally:
        gc.enable()


async def test_who_stops_waiting_stops_nothing() -> None:
    may_end, done = asyncio.Event(), list[str]()

    async def work() -> None:
        await may_end.wait()
        done.append("done")

    async def wait() -> None:
        await to_its_end(work())

    waiting = asyncio.create_task(wait())
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.wait([waiting])
    assert waiting.cancelled() and not done

    may_end.set()
    await finish_work()
    assert done == ["done"]


class Beyond(BaseException):
    """No Exception, as what ends a test is none."""


@pytest.mark.parametrize("ended", [Beyond, asyncio.CancelledError])
async def test_who_waits_is_told_however_the_work_ends(ended: type[BaseException]) -> None:
    async def work() -> None:
        raise ended

    async with asyncio.timeout(10):
        with pytest.raises(ended):
            await to_its_end(work())


@pytest.mark.parametrize("ended", [KeyboardInterrupt, SystemExit])
def test_what_is_meant_for_the_process_ends_the_loop_and_the_waiting(
    ended: type[BaseException],
) -> None:
    async def work() -> None:
        raise ended

    async def wait() -> None:
        async with asyncio.timeout(10):
            await to_its_end(work())

    with contextlib.closing(asyncio.new_event_loop()) as loop:
        loop.set_exception_handler(lambda *_: None)  # nobody asks the task what became of it
        waiting = loop.create_task(wait())
        # when it gets to the loop, then whoever goes on with that hears of it, too
        for _ in range(2):
            with pytest.raises(ended):
                loop.run_until_complete(waiting)
        assert waiting.done()
        loop.run_until_complete(finish_work())


def test_work_whose_loop_has_gone_ends_without_a_word() -> None:
    # given work under way, and somebody who waits for it
    loop = asyncio.new_event_loop()
    told = loop.create_future()
    told.add_done_callback(lambda _: None)
    work = _done(loop.create_future(), told)
    work.send(None)
    loop.close()

    work.close()

    assert not told.done()
