"""One world, one server and the books of both, for everything that is asked about access."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import orjson
import pytest

from tests.access.doors import Door, door_of
from tests.access.stage import Stage
from tests.access.table import REASONS
from tests.conftest import connected
from tests.databases import Reused
from tests.servers import MASTER_KEY, SECRET_KEY, PreparedServer, ServerProcess


@dataclass
class House:
    """A server on a database that the test is connected to, and who may come in."""

    stage: Stage
    server: ServerProcess
    door: Door

    @property
    def ids(self) -> dict[str, str]:
        return self.stage.samples.ids

    async def raw(self, viewer: str, document: str, variables: Any = None) -> bytes:
        """The bytes that this viewer gets."""
        token = self.stage.tokens[viewer]
        return await self.door.post(
            orjson.dumps({"query": document, "variables": variables or {}}),
            {"content-type": "application/json"}
            | ({"authorization": f"Bearer {token}"} if token else {}),
        )

    async def ask(self, viewer: str, document: str, variables: Any = None) -> Any:
        """The answer that this viewer gets."""
        answer = orjson.loads(await self.raw(viewer, document, variables))
        for error in answer.get("errors", ()):
            if error["extensions"]["code"] == "UNAUTHENTICATED":
                assert error["extensions"]["reason"] == REASONS[viewer], error
        return answer


@pytest.fixture(scope="module")
async def house(reused: Reused, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """For a whole module: what a test changes, it changes back, or nobody else minds."""
    async with connected(reused) as database:
        stage = await Stage().laid_out()
        server = PreparedServer(
            tmp_path_factory.mktemp("access") / "server.log", _settings(database)
        )
        server.start()
        try:
            with door_of(server) as door:
                yield House(stage, server, door)
        finally:
            server.end()


def _settings(database: str) -> dict[str, str]:
    always = {"secret_key": SECRET_KEY, "master_keys": MASTER_KEY, "rate_limits": "off"}
    return {**always, "database_url": database, "log_level": "debug"}
