"""Ways in for questions, thousands of them: to a server, or to an application in this process."""

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from http.client import HTTPConnection
from select import select
from typing import Protocol

import httpx2
from starlette.types import ASGIApp

from tests.servers import ServerProcess


class Door(Protocol):
    """Where a question is handed in, and its answer comes out."""

    async def post(self, body: bytes, headers: Mapping[str, str]) -> bytes: ...


class _OfServer:
    """One connection, which waits for each answer: a client that is ready for more takes longer
    over a question than the server does."""

    def __init__(self, connection: HTTPConnection) -> None:
        self._connection = connection

    async def post(self, body: bytes, headers: Mapping[str, str]) -> bytes:
        if (socket := self._connection.sock) and select([socket], [], [], 0)[0]:
            self._connection.close()  # as the server has; the next request opens it again
        self._connection.request("POST", "/graphql", body, dict(headers))
        return self._connection.getresponse().read()


class _OfApplication:
    def __init__(self, client: httpx2.AsyncClient) -> None:
        self._client = client

    async def post(self, body: bytes, headers: Mapping[str, str]) -> bytes:
        return (await self._client.post("/graphql", content=body, headers=headers)).content


@contextmanager
def door_of(server: ServerProcess) -> Iterator[Door]:
    connection = HTTPConnection("127.0.0.1", server.port, timeout=30)
    yield _OfServer(connection)
    connection.close()


@asynccontextmanager
async def door_within(app: ASGIApp) -> AsyncIterator[Door]:
    transport = httpx2.ASGITransport(app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://compagnon") as client:
        yield _OfApplication(client)
