"""Applications served in this process, over our connections."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from starlette.types import ASGIApp

from server.connections import HttpConnection
from server.wires import SocketConnection


@asynccontextmanager
async def serving(app: ASGIApp) -> AsyncIterator[tuple[int, uvicorn.Server]]:
    """The port of a server with our connections, and the server."""
    config = uvicorn.Config(
        app, http=HttpConnection, ws=SocketConnection, lifespan="off", log_config=None
    )
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        running = asyncio.create_task(server._serve([listening]))
        while not server.started:
            await asyncio.sleep(0.01)
        yield listening.getsockname()[1], server
        server.should_exit = server.force_exit = True
        await running
