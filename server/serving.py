"""The serving process: one worker in this process, or several forked from it."""

import errno
import signal
import socket
from collections.abc import Callable
from importlib import import_module
from types import FrameType

import uvicorn

from server.connections import HttpConnection
from server.failing import CannotStart
from server.forking import Line
from server.nursery import Nursery
from server.settings import Settings
from server.sharing import shared_by_workers
from server.startup import provided
from server.wires import SocketConnection
from server.workers import Forked, Worker

LONGEST_FRAME = 64 * 1024
GRACE = 8
"""Seconds that requests under way get to end once the process is told to stop."""
LONGEST_END = GRACE + 1.5
"""Seconds after which a worker that was told to stop is ended."""


def serve(settings: Settings, prepare: Callable[[], None], when_ready: Callable[[], None]) -> None:
    """Serves until SIGTERM, SIGINT or SIGHUP.

    Calls `prepare` when the port is ours and the database runs, `when_ready` once clients can come.
    """
    _stop_alike()
    with bound(settings) as listening, provided(settings):
        prepare()
        try:
            if settings.workers > 1:
                _serve_by_several(settings, listening, when_ready)
            else:
                Worker(_config(settings), when_ready).run([listening])
        except SystemExit:  # uvicorn's way to say that the application has not started
            raise CannotStart("The server has not started; the log says why.") from None
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            raise CannotStart(_refused(settings.host, settings.port, error)) from None


def bound(settings: Settings) -> socket.socket:
    """The socket to listen on, which nobody can connect to yet."""
    host, port = settings.host, settings.port
    if port == 0:
        raise CannotStart("Port 0 is any port, and clients would not know which: name one.")
    try:
        family, kind, _, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listening = socket.socket(family, kind)
    except OSError as error:
        raise CannotStart(f"{host} is no address of this machine: {error.strerror}.") from None
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
    except OSError as error:
        listening.close()
        raise CannotStart(_refused(host, port, error)) from None
    return listening


def url_of(settings: Settings) -> str:
    """Where a browser on this machine finds the server."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)  # noqa: S104
    return f"http://[{host}]:{settings.port}" if ":" in host else f"http://{host}:{settings.port}"


def _serve_by_several(
    settings: Settings, listening: socket.socket, when_ready: Callable[[], None]
) -> None:
    with shared_by_workers() as counts:
        config = _config(settings)
        config.load()
        config.get_loop_factory()
        for zeros in counts.iterdir():
            zeros.unlink()  # of this process, which counts nothing

        def work(line: Line) -> int:
            Forked(config, line).run([listening])
            return 0

        Nursery(work, settings.workers, when_ready, LONGEST_END).keep()


def _config(settings: Settings) -> uvicorn.Config:
    # Read only now: where counts go, alone or together, is settled as they are first imported.
    app = import_module("server.app").app_of(settings)
    return uvicorn.Config(
        app,
        loop="uvloop",
        http=HttpConnection,
        ws=SocketConnection,
        ws_max_size=LONGEST_FRAME,
        ws_ping_interval=20,
        ws_ping_timeout=20,
        ws_per_message_deflate=False,
        lifespan="on",
        interface="asgi3",
        server_header=False,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=list(settings.trusted_proxies),
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=GRACE,
    )


def _refused(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} is taken: name another one with --port."
    if error.errno == errno.EACCES:
        return f"Port {port} needs more rights than this user has: name another one with --port."
    return f"{host} is no address of this machine: {error.strerror}."


def _stop_alike() -> None:
    """SIGTERM and the end of the terminal stop the process as SIGINT does: closing everything."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:  # nohup
            signal.signal(number, _interrupt)


def _interrupt(_: int, __: FrameType | None) -> None:
    raise KeyboardInterrupt
