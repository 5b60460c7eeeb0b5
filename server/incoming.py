"""One HTTP request as it comes in: its headers read once, its body on demand.

Starlette's own looks through all headers, and decodes them, for each one that is asked for.
"""

from starlette.datastructures import QueryParams
from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope

from server.addresses import network_of


class Incoming:
    """A request; of a header that comes several times, the first counts."""

    __slots__ = ("_headers", "method", "receive", "scope")

    def __init__(self, scope: Scope, receive: Receive) -> None:
        self.scope, self.receive = scope, receive
        self.method: str = scope["method"]
        self._headers: dict[bytes, bytes] = dict(reversed(scope["headers"]))

    def header(self, name: bytes) -> str | None:
        """The header of this name, which is written small."""
        value = self._headers.get(name)
        return None if value is None else value.decode("latin-1")

    @property
    def address(self) -> str | None:
        """The network it comes from."""
        client = self.scope.get("client")
        return network_of(client[0]) if client else None

    @property
    def parameters(self) -> QueryParams:
        """Those of the address."""
        return QueryParams(self.scope["query_string"])

    async def body(self, longest: int) -> bytes | None:
        """The body; None when it is longer. ClientDisconnect when its client hangs up meanwhile."""
        message = await self.receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        read: bytes = message.get("body", b"")
        if not message.get("more_body", False):
            return read if len(read) <= longest else None
        chunks, length = [read], len(read)
        while length <= longest:
            message = await self.receive()
            if message["type"] == "http.disconnect":
                raise ClientDisconnect
            chunks.append(message.get("body", b""))
            length += len(chunks[-1])
            if not message.get("more_body", False):
                break
        return b"".join(chunks) if length <= longest else None
