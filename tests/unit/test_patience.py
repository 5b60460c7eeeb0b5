"""How long requests may take, and what becomes of those whose clients are gone."""

import asyncio

import pytest
from starlette.requests import ClientDisconnect
from starlette.types import Message

from server import patience
from server.patience import Patience, Rounds

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "EVERY", 0.01)


class TooSlow(Exception):
    pass


async def gone() -> Message:
    return {"type": "http.disconnect"}


async def late(rounds: Rounds) -> None:
    """Waits for ever, and may do so for a moment."""
    with Patience(rounds) as waited:
        waited.until(0.02, TooSlow)
        await asyncio.Event().wait()


def is_cancelled() -> bool:
    task = asyncio.current_task()
    assert task is not None
    return task.cancelling() > 0


async def test_what_goes_on_after_its_client_has_hung_up_ends_as_late_all_the_same() -> None:
    # given a query that does not let go when it is told to, because its client is gone
    async def let_go_late() -> None:
        with Patience(Rounds()) as waited:
            waited.until(0.1)
            waited.watch(gone, lambda: True)
            try:
                await asyncio.Event().wait()
            finally:
                await asyncio.Event().wait()

    with pytest.raises(TimeoutError):
        await let_go_late()

    # then it was ended once more when its time was over, and nothing of that is left
    assert not is_cancelled()


async def test_each_request_has_its_own_time_and_its_own_reason() -> None:
    rounds = Rounds()

    async def ask(seconds: float) -> str:
        try:
            with Patience(rounds) as waited:
                waited.until(seconds, TooSlow)
                await asyncio.sleep(0.1)
                return "answered"
        except TooSlow:
            return "late" if not is_cancelled() else "cancelled"

    # when several are under way at once
    told = await asyncio.gather(*(ask(seconds) for seconds in (0.02, 10, 0.05, 10)))

    # then only those end whose own time is over
    assert told == ["late", "answered", "late", "answered"]


async def test_a_query_ends_with_its_client_and_a_mutation_does_not() -> None:
    async def ask(is_query: bool) -> str:
        with Patience(Rounds()) as waited:
            waited.until(10)
            waited.watch(gone, lambda: is_query)
            await asyncio.sleep(0.1)
            return "answered"

    with pytest.raises(ClientDisconnect):
        await ask(True)

    assert await ask(False) == "answered"


async def test_while_nobody_knows_what_a_request_is_it_is_asked_again() -> None:
    answers: list[bool | None] = [True, None, None]

    async def ask() -> None:
        with Patience(Rounds()) as waited:
            waited.until(10)
            waited.watch(gone, answers.pop)
            await asyncio.Event().wait()

    with pytest.raises(ClientDisconnect):
        await ask()

    assert not answers


async def test_who_is_looked_for_in_vain_before_it_is_known_to_be_a_mutation_waits_on() -> None:
    hung_up = asyncio.Event()

    async def receive() -> Message:
        await hung_up.wait()
        return await gone()

    with Patience(Rounds()) as waited:
        # given that somebody listens already, because it took long to tell who asks
        waited.until(10)
        waited.watch(receive, lambda: True)
        await asyncio.sleep(0.05)

        # when it turns out to be a mutation, and its client hangs up
        waited.watch(receive, lambda: False)
        hung_up.set()

        # then it goes on
        await asyncio.sleep(0.05)

    assert not is_cancelled()


async def test_what_is_left_to_do_afterwards_takes_as_long_as_it_takes() -> None:
    with Patience(Rounds()) as waited:
        waited.until(0.02)
        waited.watch(gone, lambda: True)
        waited.rest()
        await asyncio.sleep(0.1)

    assert not is_cancelled()


async def test_what_others_cancel_is_theirs() -> None:
    async def ask() -> None:
        with Patience(Rounds()) as waited:
            waited.until(10)
            await asyncio.Event().wait()

    asking = asyncio.create_task(ask())
    await asyncio.sleep(0)
    asking.cancel()

    with pytest.raises(asyncio.CancelledError):
        await asking


async def test_nobody_goes_round_while_nothing_is_under_way() -> None:
    rounds = Rounds()
    with Patience(rounds):
        pass

    # when the round that was begun for it finds nothing
    await asyncio.sleep(0.05)

    # then there is none any more, until something comes
    assert rounds._goes_on_in is None
    with pytest.raises(TooSlow):
        await late(rounds)


def test_a_round_that_was_left_in_a_loop_that_is_gone_keeps_no_other_loop_from_having_one() -> None:
    rounds = Rounds()
    for _ in range(2):
        with pytest.raises(TooSlow):
            asyncio.run(late(rounds))
