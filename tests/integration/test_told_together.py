"""Among many who are told together, each is told what is theirs, and only while they are there."""

from datetime import timedelta
from typing import Any

import pytest

from domain.clock import clock
from server import metrics
from server.selections import Selection
from tests.integration.listening import SHARED, TYPE, listening, send
from tests.integration.subscribers import Endpoint
from tests.integration.world import World


async def test_who_types_in_one_of_many_pairs_is_told_there_until_it_wears_off(
    world: World, home: Endpoint, statements: list[str]
) -> None:
    # given two pairs who listen, and two pairs one of whom types: the second, and who do not listen
    clock.set(clock.now())
    counted = metrics.events._value.get()
    pairs = [await world.pair() for _ in range(3)]
    peers = [await listening(home, pair, SHARED) for pair in pairs[:2]]
    for pair in pairs[1:]:
        (await pair.mentor.ask(TYPE, match=pair.match)).ok()
    everybody = [await peer.is_idle() for both in peers for peer in both]
    # when all are read for together, and again once it has worn off
    for seconds, told in (0, [True]), (11, [True, False]):
        clock.advance(timedelta(seconds=seconds))
        before = len(statements)
        home.hub._set_all()
        [await peer.is_idle() for peer in everybody]
        assert len([sql for sql in statements[before:] if "FROM messages" in sql]) == 1
        # then nobody is told but the mentee of that pair, at both sockets
        heard = [[event["isTyping"] for event in peer.told] for peer in everybody]
        assert heard == [[]] * 5 + [told, [], told]
        # and that is what was counted
        assert metrics.events._value.get() - counted == 2 * len(told)


@pytest.mark.parametrize("way", ["leaves", "reads no more"])
async def test_whoever_goes_while_the_answer_is_made_is_told_nothing_of_it(
    world: World, home: Endpoint, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    pair = await world.pair()
    one, *others = await listening(home, pair, SHARED)
    answer, counted = Selection.shared_answer, metrics.events._value.get()

    async def meanwhile(self: Selection, *given: Any) -> bytes | None:
        if way == "leaves":
            one.subscriber.leave()
        else:
            one.is_writable = False
        return await answer(self, *given)

    # when they are read for together, and then one of them goes
    monkeypatch.setattr(Selection, "shared_answer", meanwhile)
    await send(pair.mentor, pair, "hello")
    [await (await other.has(1)).is_idle() for other in others]
    # then nothing is told there, nor counted, and it is not lost where they read again
    assert (one.frames, metrics.events._value.get() - counted) == ([], len(others))
    monkeypatch.undo()
    one.read_on()
    if way != "leaves":
        assert [event["message"]["body"] for event in (await one.has(1)).told] == ["hello"]
