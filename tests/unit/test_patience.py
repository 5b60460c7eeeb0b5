"""How long requests may take, and what becomes of those whose clients are gone."""

import asyncio

import pytest
from starlette.types import Message

from server import patience
from server.patience import Patience

pytestmark = pytest.mark.anyio


async def gone() -> Message:
    return {"type": "http.disconnect"}


async def test_what_goes_on_after_its_client_has_hung_up_ends_as_late_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(patience, "SOON", 0.01)
    waited = Patience()

    async def let_go_late() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.Event().wait()

    # given a query that does not let go when it is told to, because its client is gone
    with pytest.raises(TimeoutError), waited.unless_hung_up(0.1, gone, lambda: True):
        await let_go_late()

    # then it was ended once more when its time was over, and nothing of that is left
    task = asyncio.current_task()
    assert task is not None and task.cancelling() == 0
    waited.end()
