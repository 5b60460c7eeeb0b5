"""An identity provider, and a server that trusts it."""

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.acceptance.fronts import Front, opened
from tests.providers import Provider


@pytest.fixture(scope="session")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provider]:
    provider = Provider(tmp_path_factory.mktemp("provider") / "log")
    provider.start()
    yield provider
    provider.stop()


@pytest.fixture
async def front(database: str, provider: Provider) -> AsyncIterator[Front]:
    async with opened(database, provider.issuer) as front:
        yield front
