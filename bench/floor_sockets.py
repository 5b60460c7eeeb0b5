"""The floor's sockets, which are Starlette's: what was told is passed on, as it is."""

import orjson
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect


class Sockets:
    """Who listens to which pair; `app` serves them."""

    def __init__(self) -> None:
        self._listening: dict[str, set[WebSocket]] = {}
        self.app = Starlette(routes=[WebSocketRoute("/graphql", self._serve)])

    async def pass_on(self, match: str, frame: str) -> None:
        """Sends this text, as it is, to all who listen to the pair."""
        for socket in tuple(self._listening.get(match, ())):
            await socket.send_text(frame)

    async def _serve(self, socket: WebSocket) -> None:
        """One socket, with one subscription: it asks nobody whether it may."""
        await socket.accept("graphql-transport-ws")
        mine: set[WebSocket] = set()
        try:
            while True:
                said = orjson.loads(await socket.receive_text())
                if said["type"] == "connection_init":
                    await socket.send_text('{"type":"connection_ack"}')
                elif said["type"] == "subscribe":
                    match = said["payload"]["variables"]["match"]
                    mine = self._listening.setdefault(match, set())
                    mine.add(socket)
        except WebSocketDisconnect:
            mine.discard(socket)
