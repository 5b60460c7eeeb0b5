"""What a peer sends, handed on in portions: reading a flood must not hold the event loop.

The loop itself reads on as long as something comes, megabytes in one turn, and hands each read
over whole: thousands of requests, or of frames, and nobody else gets their turn meanwhile.
"""

import asyncio
import time
from collections.abc import Callable

PORTION = 2 * 1024
"""Bytes that are handed over at once; what is no longer is not delayed."""
TURN = 0.002
"""Seconds of one turn of the loop that a peer may take with its portions."""


class Portions:
    """A transport for one protocol, whose `take` is given what came, and `hand_over` portions of
    it. What is paused meanwhile, by the protocol or by us, keeps what is left."""

    def __init__(
        self, transport: "asyncio.Transport | Portions", hand_over: Callable[[bytes], None]
    ) -> None:
        bare = transport.bare if isinstance(transport, Portions) else transport
        self.bare: asyncio.Transport = bare
        self._hand_over = hand_over
        self._loop = asyncio.get_running_loop()
        self._rest = bytearray()
        self._is_wanted = self._is_open = True
        self._is_due = False
        self.write, self.close, self.abort = bare.write, bare.close, bare.abort
        self.is_closing = bare.is_closing
        self.get_extra_info = bare.get_extra_info
        self.get_write_buffer_size = bare.get_write_buffer_size
        self.set_protocol = bare.set_protocol

    def take(self, data: bytes) -> None:
        """Hands over what came: at once when it is little, else from the next turns on."""
        if not self._rest and len(data) <= PORTION:
            self._hand_over(data)
            return
        self._rest += data
        self._shut()
        self._go_on()

    def pause_reading(self) -> None:
        """Nothing is handed over from now on."""
        self._is_wanted = False
        self._shut()

    def resume_reading(self) -> None:
        """What is left is handed over, then what comes."""
        self._is_wanted = True
        if self._rest:
            self._go_on()
        else:
            self._open()

    def leave(self) -> None:
        """Hands over nothing more: another protocol's turn has come."""
        self.end()
        self._is_wanted = False
        self._open()

    def end(self) -> None:
        """Hands over nothing more, and forgets to whom: it refers to us, too, and what goes round
        in a circle is not freed before the collector comes by."""
        self._rest.clear()
        self._hand_over = _to_nobody

    def _go_on(self) -> None:
        if self._is_wanted and not self._is_due:
            self._is_due = True
            self._loop.call_soon(self._in_turn)

    def _in_turn(self) -> None:
        self._is_due = False
        began = time.perf_counter()
        while self._rest and self._is_wanted and not self.is_closing():
            portion = bytes(self._rest[:PORTION])
            del self._rest[:PORTION]
            try:
                self._hand_over(portion)
            except BaseException:
                self.abort()  # as the loop does where it hands over by itself
                raise
            if time.perf_counter() - began > TURN:
                break
        if self.is_closing():
            self._rest.clear()
        elif self._rest:
            self._go_on()
        elif self._is_wanted:
            self._open()

    def _shut(self) -> None:
        if self._is_open:
            self._is_open = False
            self.bare.pause_reading()

    def _open(self) -> None:
        if not self._is_open:
            self._is_open = True
            self.bare.resume_reading()


def _to_nobody(data: bytes) -> None:
    pass
