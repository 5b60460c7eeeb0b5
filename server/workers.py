"""A worker: the application under uvicorn, alone or as one of several."""

import asyncio
import signal
import socket
from collections.abc import Callable

import uvicorn

from server.forking import ALIVE, READY, Line


class Worker(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, when_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._when_ready = when_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # nohup
            signal.signal(signal.SIGHUP, self.handle_exit)
        await super().startup(sockets)
        if self.started and not self.should_exit:
            self._when_ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Somebody who presses Ctrl+C twice does not wait for clients, only for what must close."""
        await super().shutdown(sockets)
        if self.force_exit:
            await self.lifespan.shutdown()


class Forked(Worker):
    """One of several, which ends when the process that has forked it is gone.

    Otherwise it would go on holding the port, with nobody to stop it.
    """

    def __init__(self, config: uvicorn.Config, line: Line) -> None:
        super().__init__(config, lambda: line.tell(READY))
        self._line = line

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        loop = asyncio.get_running_loop()
        loop.add_reader(self._line.fileno(), self._stop, loop)
        self._speaking = asyncio.create_task(self._keep_speaking(), name="speaking")
        await super().startup(sockets)

    def _stop(self, loop: asyncio.AbstractEventLoop) -> None:
        loop.remove_reader(self._line.fileno())
        self.should_exit = True

    async def _keep_speaking(self) -> None:
        """As long as the event loop turns."""
        while True:
            self._line.tell(ALIVE)
            await asyncio.sleep(1)
