"""Attackers in a process of their own, each of whom sends the next once the last is answered.

`python -m bench.faults.attackers PORT SECONDS [TOKEN ...]`: half of them over HTTP, half over
sockets; half are signed in with these tokens. With no token all only ask for `__typename`.
"""

import asyncio
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from itertools import count, cycle, islice

import uvloop

from bench.hostile_requests import FRESH, Request, conversations, requests
from bench.processes import HOST

ATTACKERS = 8
PATIENCE, SILENCE = 0.5, 0.1
"""Seconds that an answer is waited for, as not all are answered; and after which a socket has said
all it will."""
_HARMLESS = [Request("", b'{"query": "{ __typename }"}').bytes]
_SHAKE = (
    b"GET /graphql HTTP/1.1\r\nhost: 127.0.0.1\r\nupgrade: websocket\r\nconnection: upgrade\r\n"
    b"sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-version: 13\r\n"
    b"sec-websocket-protocol: graphql-transport-ws\r\n\r\n"
)
_numbers = count(1)


class Attacker:
    """Somebody who means harm until a certain time, and how often they have."""

    def __init__(self, port: int, ends: float) -> None:
        self._port, self._ends = port, ends
        self.sent = 0

    async def over_http(self, them: Sequence[bytes], first: int) -> None:
        """One request after the other, on one connection for as long as it stays open."""
        line = None
        for request in islice(cycle(them), first, None):
            if time.monotonic() > self._ends:
                break
            line = line or await self._connected()
            if not await self._is_kept(line, request):
                line[1].close()
                line = None

    async def over_sockets(self, them: Sequence[bytes], first: int) -> None:
        """One socket after the other."""
        for said in islice(cycle(them), first, None):
            if time.monotonic() > self._ends:
                break
            reader, writer = await self._connected()
            with suppress(OSError, asyncio.IncompleteReadError):
                writer.write(_SHAKE)
                await reader.readuntil(b"\r\n\r\n")
                writer.write(_fresh(said))
                self.sent += 1
                with suppress(TimeoutError):
                    while await asyncio.wait_for(reader.read(65536), SILENCE):
                        pass
            writer.close()

    async def _connected(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection(HOST, self._port)

    async def _is_kept(
        self, line: tuple[asyncio.StreamReader, asyncio.StreamWriter], request: bytes
    ) -> bool:
        """Sends it, and hears the answer; whether the connection is good for another."""
        reader, writer = line
        self.sent += 1
        with suppress(OSError, asyncio.IncompleteReadError, TimeoutError):
            async with asyncio.timeout(PATIENCE):
                writer.write(_fresh(request))
                head = (await reader.readuntil(b"\r\n\r\n")).lower()
                _, found, length = head.partition(b"content-length: ")
                if found:
                    await reader.readexactly(int(length.split(b"\r", 1)[0]))
                    return b"connection: close" not in head and request.count(b"POST ") == 1
        return False


async def main() -> None:
    """All of them at once; each begins elsewhere."""
    port, seconds, *tokens = sys.argv[1:]
    attackers = [Attacker(int(port), time.monotonic() + float(seconds)) for _ in range(ATTACKERS)]
    doing = []
    for i, one in enumerate(attackers):
        token = tokens[i % len(tokens)] if tokens and i % 4 < 2 else None
        if not tokens:
            doing.append(one.over_http(_HARMLESS, 0))
        elif i % 2:
            over_sockets = [said for _, said in conversations(token)]
            doing.append(one.over_sockets(over_sockets, i * len(over_sockets) // ATTACKERS))
        else:
            over_http = [request.bytes for request in requests(token)]
            doing.append(one.over_http(over_http, i * len(over_http) // ATTACKERS))
    await asyncio.gather(*doing)
    print(sum(one.sent for one in attackers))


def _fresh(said: bytes) -> bytes:
    return said.replace(FRESH.encode(), b"%032x" % next(_numbers))


if __name__ == "__main__":
    uvloop.run(main())
