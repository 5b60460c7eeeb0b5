"""What a peer sends is handed over in portions, so that a flood leaves others their turn."""

import asyncio

import pytest

from server import portions
from server.portions import PORTION, Portions

pytestmark = pytest.mark.anyio


class Peer(asyncio.Transport):
    """A transport on which nothing comes but what the test hands over itself."""

    is_read = True

    def pause_reading(self) -> None:
        self.is_read = False

    def resume_reading(self) -> None:
        self.is_read = True

    def is_closing(self) -> bool:
        return False


async def turns(number: int) -> None:
    for _ in range(number):
        await asyncio.sleep(0)


async def test_a_flood_comes_in_portions_over_many_turns_and_nothing_is_read_meanwhile(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(portions, "TURN", 0)
    peer, came = Peer(), list[bytes]()
    handing = Portions(peer, came.append)
    flood = bytes(range(256)) * 40

    handing.take(b"little")
    handing.take(flood)

    assert came == [b"little"]
    assert not peer.is_read
    for portion in range(1, 1 + len(flood) // PORTION):
        await turns(1)
        assert len(came) == 1 + portion
    await turns(1)
    assert b"".join(came[1:]) == flood
    assert peer.is_read


async def test_what_a_protocol_cannot_take_now_is_kept_for_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(portions, "TURN", 0)
    peer, came = Peer(), list[bytes]()

    def take(portion: bytes) -> None:
        came.append(portion)
        handing.pause_reading()

    handing = Portions(peer, take)
    flood = b"a" * PORTION + b"b" * PORTION + b"c"

    handing.take(flood)
    for asked_for in (1, 2, 3):
        await turns(3)
        assert len(came) == asked_for
        assert not peer.is_read
        handing.resume_reading()

    await turns(3)
    assert b"".join(came) == flood
    assert peer.is_read
