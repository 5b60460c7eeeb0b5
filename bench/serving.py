"""One server process: an app under uvicorn, set as Compagnon sets it, on a socket already there.

`python -m bench.serving MODULE:FACTORY FILE-DESCRIPTOR`; both servers run like this, ours with the
connections that it has when it is served, the floor with uvicorn's own.
"""

import socket
import sys

import uvicorn

from server.connections import HttpConnection
from server.wires import SocketConnection


def main() -> None:
    app, descriptor = sys.argv[1:]
    is_ours = app.startswith("server.")
    config = uvicorn.Config(
        app,
        factory=True,
        loop="uvloop",
        http=HttpConnection if is_ours else "httptools",
        ws=SocketConnection if is_ours else "websockets-sansio",
        ws_per_message_deflate=False,
        lifespan="on",
        interface="asgi3",
        server_header=False,
        access_log=False,
        log_level="warning",
        timeout_graceful_shutdown=1,
    )
    uvicorn.Server(config).run(sockets=[socket.socket(fileno=int(descriptor))])


if __name__ == "__main__":
    main()
