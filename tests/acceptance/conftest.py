"""Clients hang up when their test is over."""

from collections.abc import AsyncIterator

import pytest

from tests.acceptance.clients import hang_up


@pytest.fixture(autouse=True)
async def _clients_hang_up() -> AsyncIterator[None]:
    yield
    await hang_up()
