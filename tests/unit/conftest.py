"""How properties are tried out, where a slow machine is no counterexample; and a hub."""

import gc
from collections.abc import AsyncIterator, Iterator

import pytest
from hypothesis import settings

import realtime
from realtime.hub import Hub

settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")


@pytest.fixture
async def hub() -> AsyncIterator[Hub]:
    """The hub of this process, which nobody else hears."""
    async with Hub("memory://") as hub:
        realtime.install(hub)
        yield hub
        realtime.install(None)


@pytest.fixture(scope="module")
def tidied() -> Iterator[None]:
    """What a module leaves behind is thrown away while its own warnings are expected, not in the
    midst of somebody else's test."""
    yield
    gc.collect()
