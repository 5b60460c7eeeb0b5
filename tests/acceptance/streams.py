"""Server-sent events as they come over the wire, read without a library."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

from tests.waiting import PATIENCE

ALIVE = 20.0
"""Seconds within which there is a line of a stream, if only to say that it is there."""


class Stream:
    """The answer to one POST that accepts events."""

    def __init__(self, reader: asyncio.StreamReader, port: int) -> None:
        self._reader, self.port = reader, port
        self.comments = 0

    async def head(self) -> bytes:
        """Status line and headers."""
        return await asyncio.wait_for(self._reader.readuntil(b"\r\n\r\n"), PATIENCE)

    async def event(self) -> tuple[str, Any] | None:
        """The next event with its data; None when the stream ends without one."""
        name = ""
        while line := await asyncio.wait_for(self._reader.readline(), ALIVE):
            if line == b":\n":
                self.comments += 1
            elif line.startswith(b"event: "):
                name = line[7:].decode().strip()
            elif line.startswith(b"data:"):
                data = line[5:].strip()
                return name, json.loads(data) if data else None
        return None


@asynccontextmanager
async def streamed(
    url: str, token: str | None, query: str, **variables: Any
) -> AsyncIterator[Stream]:
    """Asks for a subscription; hangs up in the end."""
    body = json.dumps({"query": query, "variables": variables})
    head = [
        "POST /graphql HTTP/1.1",
        "host: localhost",
        "content-type: application/json",
        "accept: text/event-stream",
        "connection: close",
        f"content-length: {len(body.encode())}",
        *([f"authorization: Bearer {token}"] if token else []),
    ]
    parts = urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    try:
        writer.write("\r\n".join([*head, "", body]).encode())
        yield Stream(reader, writer.get_extra_info("sockname")[1])
    finally:
        writer.close()


def codes_in(data: Any) -> list[str]:
    """The codes of the errors in the data of an event."""
    return [error["extensions"]["code"] for error in data.get("errors", [])]
