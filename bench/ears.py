"""A socket that listens at the least cost: whoever measures must not be what is slow."""

import asyncio
import time
from typing import Any, Self, cast

import orjson

from bench.processes import HOST, TIME_LIMIT

_TEXT, _PING, _PONG = 0x81, 0x89, 0x8A
_UPGRADE = (
    b"GET /graphql HTTP/1.1\r\nhost: %b\r\nconnection: upgrade\r\nupgrade: websocket\r\n"
    b"sec-websocket-version: 13\r\nsec-websocket-key: Y29tcGFnbm9uIGJlbmNoIQ==\r\n"
    b"sec-websocket-protocol: graphql-transport-ws\r\n\r\n"
)


class Ear(asyncio.Protocol):
    """Keeps each text that comes, and when it came: what is in it can be read later."""

    def __init__(self) -> None:
        self.heard: list[tuple[bytes, float]] = []
        self._received = b""
        self._is_open = False
        self._next: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    @classmethod
    async def open(cls, port: int) -> Self:
        """A socket that has been accepted."""
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(TIME_LIMIT):
            _, ear = await loop.create_connection(cls, HOST, port)
            await ear._next
        return ear

    async def ask(self, message: dict[str, Any]) -> dict[str, Any]:
        """The first answer, which is not kept."""
        self._next = asyncio.get_running_loop().create_future()
        self.say(message)
        async with asyncio.timeout(TIME_LIMIT):
            await self._next
        answer: dict[str, Any] = orjson.loads(self.heard.pop(0)[0])
        return answer

    def say(self, message: dict[str, Any]) -> None:
        self._transport.write(_framed(_TEXT, orjson.dumps(message)))

    def close(self) -> None:
        self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._transport.write(_UPGRADE % HOST.encode())

    def data_received(self, data: bytes) -> None:
        at = time.perf_counter()
        received = self._received + data
        if not self._is_open:
            head, found, received = received.partition(b"\r\n\r\n")
            if not found or not head.startswith(b"HTTP/1.1 101"):
                raise ConnectionError(head or data)
            self._is_open = True
            self._come()
        while len(received) >= 2:
            length, start = received[1], 2
            if length == 126:
                length, start = int.from_bytes(received[2:4], "big"), 4
            if len(received) < start + length:
                break
            payload, kind = received[start : start + length], received[0]
            received = received[start + length :]
            if kind == _TEXT:
                self.heard.append((payload, at))
                self._come()
            elif kind == _PING:
                self._transport.write(_framed(_PONG, payload))
        self._received = received

    def _come(self) -> None:
        if not self._next.done():
            self._next.set_result(None)


def _framed(kind: int, payload: bytes) -> bytes:
    """A client's frame, whose mask is zeros and changes nothing."""
    length = len(payload)
    size = bytes((0x80 | length,)) if length < 126 else b"\xfe" + length.to_bytes(2, "big")
    return bytes((kind,)) + size + bytes(4) + payload
