"""Nobody waits for a connection for too long, and none that comes back is lost."""

import asyncio
from typing import Any

import pytest

from models.line import Line
from models.presence import DatabaseAway

pytestmark = pytest.mark.anyio


async def test_who_came_first_is_served_first_and_who_has_gone_is_passed_over() -> None:
    # given three who wait, the second of whom goes
    line = Line(60, left=lambda thing: None)
    waiting = [asyncio.create_task(line.wait()) for _ in range(3)]
    await asyncio.sleep(0)
    waiting[1].cancel()
    await asyncio.wait([waiting[1]])

    # when three things come
    served = [line.serve(thing) for thing in "abc"]

    # then the other two have one each, and nobody took the third
    assert served == [True, True, False]
    assert (await waiting[0], await waiting[2]) == ("a", "b")


async def test_who_has_waited_too_long_is_told_and_gets_nothing_any_more() -> None:
    line = Line(0.02, left=lambda thing: None)
    for _ in range(2):  # once the first are gone, there is a timer for others
        both = await asyncio.gather(line.wait(), line.wait(), return_exceptions=True)
        assert [type(each) for each in both] == [DatabaseAway, DatabaseAway]
        assert not line.serve("a")


async def test_what_comes_for_somebody_who_goes_at_that_moment_is_not_lost() -> None:
    left: list[Any] = []
    line = Line(60, left.append)
    waiting = asyncio.create_task(line.wait())
    await asyncio.sleep(0)

    assert line.serve("a")
    waiting.cancel()

    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert left == ["a"]
