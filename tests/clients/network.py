"""The network between client and server, in a process of its own: it can be cut, or frozen.

python -m tests.clients.network LISTEN_PORT SERVER_PORT   (says "ready"; SIGUSR1 cuts it)
"""

import asyncio
import signal
import sys
from contextlib import suppress

_open: set[asyncio.StreamWriter] = set()


async def main(here: int, there: int) -> None:
    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        _open.add(writer)
        with suppress(OSError):
            while chunk := await reader.read(65536):
                writer.write(chunk)
                await writer.drain()
        _open.discard(writer)
        writer.close()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            other_reader, other = await asyncio.open_connection("127.0.0.1", there)
        except OSError:
            writer.transport.abort()
            return
        await asyncio.gather(carry(reader, other), carry(other_reader, writer))

    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, cut)
    async with await asyncio.start_server(connected, "127.0.0.1", here) as serving:
        print("ready", flush=True)
        await serving.serve_forever()


def cut() -> None:
    """Every connection ends at once, in the middle of whatever passes."""
    for writer in _open:
        writer.transport.abort()


if __name__ == "__main__":
    asyncio.run(main(*map(int, sys.argv[1:])))
