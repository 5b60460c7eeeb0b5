"""Work that goes on to its end, whoever stops waiting for it."""

import asyncio
from collections.abc import Awaitable
from typing import Any, TypeVar

T = TypeVar("T")

_under_way: set[asyncio.Task[Any]] = set()


def to_its_end(work: Awaitable[T]) -> Awaitable[T]:
    """What comes of it, in a task of its own. `asyncio.shield` says it one turn later."""
    told: asyncio.Future[T] = asyncio.get_running_loop().create_future()
    task = asyncio.create_task(_done(work, told))
    _under_way.add(task)
    task.add_done_callback(_under_way.discard)
    return told


async def finish_work() -> None:
    """Waits for all that has begun."""
    while _under_way:
        await asyncio.wait(set(_under_way))


async def _done(work: Awaitable[T], told: "asyncio.Future[T]") -> None:
    # Whatever ends the work ends the waiting: a future that nobody sets holds its request for ever.
    try:
        result = await work
    except GeneratorExit:  # the loop has gone, and took along whoever waited
        raise
    except asyncio.CancelledError:  # of a loop that ends: there is no more to be waited for
        told.cancel()
        raise
    except BaseException as error:
        if not told.done():  # else nobody waits for it any more
            told.set_exception(error)
        if isinstance(error, KeyboardInterrupt | SystemExit):
            raise  # it is meant for the process, and a loop ends by what its tasks raise
    else:
        if not told.done():
            told.set_result(result)
    finally:
        del told  # an error holds this frame: with it in there, neither would go by itself
