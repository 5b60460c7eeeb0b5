"""What is to be sent over a stream of events: who tells it does not wait, one task sends it."""

import asyncio
from collections.abc import Awaitable, Callable

from realtime.hub import Waker

ROOM = 64 * 1024
"""Bytes that may wait to be sent: as many as a socket's connection holds."""


class Outgoing:
    """Texts in the order in which they are told; who tells many asks whether there is room."""

    __slots__ = ("_held_up", "_is_cut", "_is_over", "_length", "_stirred", "_unsent")

    def __init__(self) -> None:
        self._unsent: list[bytes] = []
        self._length = 0
        self._held_up: list[Waker] = []
        self._stirred = asyncio.Event()
        """Set once there is something to send, or nothing more to come."""
        self._is_over = self._is_cut = False

    @property
    def is_writable(self) -> bool:
        """Whether its peer reads what it is sent."""
        return self._length < ROOM

    def tell(self, text: bytes) -> bool:
        """Sends a text, unless it is over."""
        if self._is_over:
            return False
        self._unsent.append(text)
        self._length += len(text)
        self._stirred.set()
        return True

    def when_writable(self, waker: Waker) -> None:
        """Sets it once the peer reads again."""
        if waker not in self._held_up:
            self._held_up.append(waker)

    async def room(self) -> None:
        """Waits for it."""
        while not self.is_writable:
            called = asyncio.Event()
            self.when_writable(called)
            await called.wait()

    def end(self) -> None:
        """Nothing more is told; what was is still sent."""
        self._is_over = True
        self._stirred.set()

    def cut(self) -> None:
        """Nothing more is sent."""
        self._is_cut = True
        self.end()

    async def send_all(
        self, send: Callable[[bytes], Awaitable[None]], sign: bytes, silence: float
    ) -> None:
        """Sends until it is over; after so many seconds of silence, a sign of life."""
        while not self._is_cut:
            if self._unsent:
                text, self._unsent = b"".join(self._unsent), []
                await send(text)
                self._length -= len(text)
                self._call_the_held_up()
            elif self._is_over:
                return
            else:
                self._stirred.clear()
                try:
                    async with asyncio.timeout(silence):
                        await self._stirred.wait()
                except TimeoutError:
                    self.tell(sign)

    def _call_the_held_up(self) -> None:
        if self._held_up and self.is_writable:
            held_up, self._held_up = self._held_up, []
            for one in held_up:
                one.set()
