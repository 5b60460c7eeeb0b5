"""What every test of the graph starts from."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.integration.guessing import spy
from tests.integration.subscribers import Endpoint, endpoint
from tests.integration.world import Person, World


@pytest.fixture
def world(database: Any) -> World:
    """An empty world, in a database of its own."""
    return World()


@pytest.fixture
async def mo(world: World) -> Person:
    """A moderator."""
    return await world.person("Mo", is_moderator=True)


@pytest.fixture
async def home(world: World) -> AsyncIterator[Endpoint]:
    """Where sockets are served in this process."""
    async with endpoint() as home:
        yield home


@pytest.fixture
def guessed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The passwords that were compared; "right" is everybody's."""
    return spy(monkeypatch)
