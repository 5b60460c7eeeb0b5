"""What time brings, and how long ago a process has done it."""

import asyncio

import pytest

from server import ticking
from server.health import OLDEST_TICK
from server.ticking import Pulse, keep_ticking


async def test_a_worker_is_no_older_than_itself_however_long_its_parent_has_lived(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # given a process that read everything long ago
    inherited = Pulse()
    inherited._beat_at -= 2 * OLDEST_TICK
    inherited._done_at -= 2 * OLDEST_TICK
    monkeypatch.setattr(ticking, "pulse", inherited)

    # when a worker that was forked from it begins
    worker = asyncio.create_task(keep_ticking())
    await asyncio.sleep(0)
    worker.cancel()

    # then it is ready at once, before it has ticked for the first time
    assert inherited.since_beat < OLDEST_TICK
    assert inherited.since_done < OLDEST_TICK
