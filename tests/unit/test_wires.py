"""WebSockets that are written to without waiting."""

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send
from uvicorn.server import ServerState

from server.wires import SocketConnection

pytestmark = pytest.mark.anyio


class Held:
    """Somebody who waits for a peer to read again."""

    times_set = 0

    def set(self) -> None:
        self.times_set += 1


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """Nobody calls it."""


async def test_who_waits_for_a_slow_peer_is_held_once_however_often_they_try() -> None:
    # given two who would tell a peer something, again and again, while it reads nothing
    config = uvicorn.Config(app, lifespan="off", log_config=None)
    config.load()
    wire = SocketConnection(config, ServerState(), {})
    one, other = Held(), Held()
    for _ in range(3):
        wire.when_writable(one)
        wire.when_writable(other)
    # when it reads again
    wire.read_paused = True  # it has said nothing
    wire.resume_writing()
    # then each is told so once, and no more the next time
    wire.resume_writing()
    assert (one.times_set, other.times_set) == (1, 1)
