"""Brokers to harm, brokers to leave alone, and a look at what a test leaves behind."""

import asyncio
import gc
import warnings
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from tests.chaos.brokers import Broker, PostgresBroker, ValkeyBroker
from tests.databases import created, dropped
from tests.servers import url_of


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


@pytest.fixture(scope="session")
def own_database(postgres_url: str) -> Iterator[str]:
    """A database in which nobody notifies but the tests of this worker."""
    name = asyncio.run(created(postgres_url))
    yield url_of(postgres_url, name)
    asyncio.run(dropped(postgres_url, name))


@pytest.fixture(params=["postgres", "valkey"])
def broker(request: pytest.FixtureRequest) -> Broker:
    """One after the other; the test leaves it running."""
    broker: Broker = request.getfixturevalue(f"{request.param}_broker")
    return broker


@pytest.fixture(params=["postgres", "valkey"])
def broker_url(request: pytest.FixtureRequest) -> str:
    """A broker that nobody harms."""
    if request.param == "postgres":
        return str(request.getfixturevalue("own_database"))
    valkey: Broker = request.getfixturevalue("valkey_broker")
    return valkey.url("calm")


@pytest.fixture
async def leaves_nothing() -> AsyncIterator[None]:
    """Fails when a test leaves a task behind, or an error that nobody has looked at."""
    complaints: list[dict[str, Any]] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: complaints.append(context))
    gc.freeze()  # what was there before need not be gone through, until all tests are over
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
