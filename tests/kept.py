"""A loop and a pool that test after test has, each as though they were new.

A connection of one's own costs a test more than most of what it asks there: PostgreSQL begins a
process, which reads the catalogue and plans every statement before it is quick.
"""

import asyncio
from collections.abc import Callable
from selectors import DefaultSelector

import asyncpg
from tortoise import context as tortoise_context

from models import database
from models.finishing import finish_work

PATIENCE = 5.0
_BROKEN = (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError)


class KeptLoop(asyncio.SelectorEventLoop):
    """Whoever closes it leaves it as it was made, but for what `keeping` says it goes on reading.

    A runner that closes it has ended all tasks before, as it does with any loop.
    """

    def __init__(self, keeping: Callable[[], set[int]]) -> None:
        self._reading = DefaultSelector()
        super().__init__(self._reading)
        self._own, self._keeping = set(self._reading.get_map()), keeping

    def close(self) -> None:
        for number in tuple(vars(self)["_signal_handlers"]):
            self.remove_signal_handler(number)
        for file in set(self._reading.get_map()) - self._own - self._keeping():
            self._reading.unregister(file)
        asyncio.BaseEventLoop.__init__(self)  # no calls, no timers, no handlers, no executor

    def end(self) -> None:
        """Closes it as other loops are closed."""
        super().close()


class Kept:
    """The pool of this process, put away between tests: who does not ask for it has none."""

    def __init__(self) -> None:
        self._loop: KeptLoop | None = None
        self._url = ""
        self._pool: asyncpg.Pool | None = None
        self._context: tortoise_context.TortoiseContext | None = None
        self.is_wanted = False
        """Whether the test that comes next is one for this pool."""

    def loop(self) -> asyncio.AbstractEventLoop:
        """The loop of the test that comes next."""
        if not self.is_wanted:
            return asyncio.new_event_loop()
        self._loop = self._loop or KeptLoop(self._files)
        return self._loop

    @property
    def processes(self) -> list[int]:
        """Those of PostgreSQL that serve it."""
        return [connection.get_server_pid() for connection in self._connections]

    async def connect(self, url: str) -> None:
        """Connects this process: to the pool that was put away, if it is one for this URL."""
        if database.is_connected():
            _forget()  # what somebody left who was broken off
        if url == self._url and self._is_at_rest() and asyncio.get_running_loop() is self._loop:
            self._take_out()
            return
        self._drop()
        await database.connect(url)
        if asyncio.get_running_loop() is self._loop:
            self._url, self._pool = url, database.lender().pool
            self._context = tortoise_context.get_current_context()

    async def leave(self) -> None:
        """Disconnects this process, as `disconnect` does; the pool is put away if it is whole."""
        await finish_work()
        if self._is_connected():
            await database.lender().close()
            if await self._is_whole():
                self._put_away()
                return
        await database.disconnect()

    def end(self) -> None:
        """Closes the pool and the loop."""
        if self._loop is not None:
            self._drop()
            self._loop.run_until_complete(asyncio.sleep(0))  # its sockets are closed in there
            self._loop.end()
            self._loop = None

    @property
    def _connections(self) -> list[asyncpg.Connection]:
        holders = self._pool._holders if self._pool is not None else ()
        return [holder._con for holder in holders if holder.is_connected()]

    def _files(self) -> set[int]:
        sockets = (one._transport.get_extra_info("socket") for one in self._connections)
        return {socket.fileno() for socket in sockets}

    def _is_connected(self) -> bool:
        """Whether what this process is connected to is the pool, and no other opened since."""
        return database.is_connected() and database.lender().pool is self._pool

    def _is_at_rest(self) -> bool:
        """Whether nobody does anything with any of its connections."""
        pool = self._pool
        if pool is None or pool.is_closing():
            return False
        return bool(pool.get_idle_size() == pool.get_size())

    async def _is_whole(self) -> bool:
        """Whether it is as good as new, once its connections have forgotten what they were told."""
        if not self._is_at_rest():
            return False
        try:
            async with asyncio.timeout(PATIENCE):
                for connection in self._connections:
                    await connection.reset()
                    await connection.execute("SET SESSION AUTHORIZATION DEFAULT")  # and the role
        except _BROKEN:
            return False
        return True

    def _take_out(self) -> None:
        assert self._pool is not None
        assert self._context is not None
        self._context.__enter__()
        tortoise_context.set_global_context(self._context)
        database.attach(self._pool)

    def _put_away(self) -> None:
        assert self._context is not None
        self._context.__exit__(None, None, None)
        _forget()

    def _drop(self) -> None:
        """Hangs up on what was put away, whoever has some of it, in whichever loop."""
        if self._pool is not None:
            self._pool.terminate()
        self._url, self._pool, self._context = "", None, None


def _forget() -> None:
    database.detach()
    vars(tortoise_context).update(_global_context=None)
