"""Work that goes on to its end, and what is left of it."""

import asyncio
import gc
import weakref

from models.finishing import finish_work, to_its_end


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
