"""The serving process: one worker in this process, or several under a supervisor."""

import errno
import os
import signal
import socket
import time
from collections.abc import Callable
from types import FrameType

import uvicorn
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors.multiprocess import Multiprocess, Process

from server.complaints import PREFIX
from server.connections import HttpConnection, SocketConnection
from server.failing import CannotStart
from server.scraping import shared_by_workers
from server.settings import Settings
from server.startup import provided

LONGEST_FRAME = 64 * 1024
SILENT = 60
"""Seconds after which a worker that says nothing is given up; on a busy machine it takes several
until one that has just been started has read its modules."""
BEFORE_ANOTHER = 1.0
"""Seconds to wait where a worker could not start."""
GRACE = 8
"""Seconds that requests under way get to end once the process is told to stop."""


def serve(settings: Settings, prepare: Callable[[], None], when_ready: Callable[[], None]) -> None:
    """Serves until SIGTERM, SIGINT or SIGHUP.

    Calls `prepare` when the port is ours and the database runs, `when_ready` once clients can come.
    """
    _stop_alike()
    _hand_down(settings)
    with bound(settings) as listening, provided(settings):
        prepare()
        config = _config(settings)
        try:
            if settings.workers > 1:
                with shared_by_workers():
                    _Supervisor(config, listening, when_ready).serve()
            else:
                _Worker(config, when_ready).run([listening])
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
    listening.set_inheritable(True)
    return listening


def url_of(settings: Settings) -> str:
    """Where a browser on this machine finds the server."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)  # noqa: S104
    return f"http://[{host}]:{settings.port}" if ":" in host else f"http://{host}:{settings.port}"


class _Worker(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, when_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._when_ready = when_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        if signal.getsignal(signal.SIGHUP) is _interrupt:
            signal.signal(signal.SIGHUP, self.handle_exit)
        await super().startup(sockets)
        if self.started and not self.should_exit:
            self._when_ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Somebody who presses Ctrl+C twice does not wait for clients, only for what must close."""
        await super().shutdown(sockets)
        if self.force_exit:
            await self.lifespan.shutdown()


class _Supervisor(Multiprocess):
    def __init__(
        self, config: uvicorn.Config, listening: socket.socket, when_ready: Callable[[], None]
    ) -> None:
        super().__init__(config, [listening])
        self._when_ready = when_ready
        self._has_been_ready = False
        self._heard: dict[int | None, float] = {}

    def serve(self) -> None:
        self.run()
        if any(process.exitcode == STARTUP_FAILURE for process in self.processes):
            raise CannotStart("A worker has not started; the log says why.")

    def init_processes(self) -> None:
        super().init_processes()
        while not self.signal_queue and all(one.process.is_alive() for one in self.processes):
            if all(one.is_ready(timeout=1) for one in self.processes):
                self._when_ready()
                self._has_been_ready = True
                break
            time.sleep(0.05)

    def keep_subprocess_alive(self) -> None:
        """Starts another worker for one that is gone, or silent for long: one that starts says
        nothing yet.

        At first, whatever keeps a worker from starting is told and ends it all. Later it is the
        database that is away, perhaps, and it will be back.
        """
        if not self._has_been_ready:
            super().keep_subprocess_alive()
            return
        for place, worker in enumerate(self.processes):
            if self.should_exit.is_set() or self._is_there(worker):
                continue
            worker.kill()
            worker.join()
            if worker.exitcode == STARTUP_FAILURE:
                time.sleep(BEFORE_ANOTHER)
            self.processes[place] = Process(self.config, self.sockets)
            self.processes[place].start()

    def _is_there(self, worker: Process) -> bool:
        """Whether it lives and has been heard of lately. Nobody waits here for one that is busy."""
        if not worker.process.is_alive():
            return False
        now = time.monotonic()
        if worker.is_alive(timeout=0.1):
            self._heard[worker.pid] = now
        return now - self._heard.setdefault(worker.pid, now) < SILENT


def _config(settings: Settings) -> uvicorn.Config:
    return uvicorn.Config(
        "server.app:create_app",
        factory=True,
        workers=settings.workers,
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


def _hand_down(settings: Settings) -> None:
    """Puts into the environment, for the workers, what may come from the command line."""
    for name in ("host", "port", "workers", "demo"):
        os.environ[f"{PREFIX}{name.upper()}"] = str(getattr(settings, name))


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
