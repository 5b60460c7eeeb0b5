"""Clients that hang up while their query runs, and servers that are killed: nothing works on."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import asyncpg
import orjson
import psutil
import pytest

from domain import tokens
from models.database import fetch
from tests.acceptance.clients import Client
from tests.conftest import ServerFactory
from tests.integration.matching_scene import Scene, pin
from tests.integration.world import Person, World
from tests.processes import freeze, has_unread, is_gone
from tests.servers import ServerProcess
from tests.waiting import PATIENCE, come_to

pytestmark = pytest.mark.usefixtures("clients_hang_up")

PROPOSE = "query($id: ID!) { program(id: $id) { assignmentProposal { placed } } }"
TITLE = "query($id: ID!) { program(id: $id) { title } }"
FOLLOW = """subscription { matchChanged {
  status program { assignmentProposal { placed } } } }"""
PAIR = """mutation($program: ID!, $pairs: [PairInput!]!) {
  createMatches(input: {programId: $program, pairs: $pairs}) { errors { code } } }"""
PAIR_TWICE = """mutation($program: ID!, $one: PairInput!, $two: PairInput!) {
  one: createMatches(input: {programId: $program, pairs: [$one]}) { errors { code } }
  two: createMatches(input: {programId: $program, pairs: [$two]}) { errors { code } } }"""


@pytest.fixture
async def scene(database: str) -> Scene:
    return await Scene(World()).built()


@pytest.fixture
def server(start_server: ServerFactory, database: str) -> ServerProcess:
    """One with two connections to the database: two that are lost are all. What time brings takes
    neither for longer than a moment: it leaves alone what is locked here."""
    settings = {"pool_size": "2", "matching_seconds": "600", "keep_applications_months": "0"}
    return start_server(database_url=database, **settings)


async def test_a_proposal_nobody_waits_for_is_worked_on_by_nobody(
    scene: Scene, server: ServerProcess
) -> None:
    ada, answered = client_of(server, scene.ada), {"assignmentProposal": {"placed": 3}}
    for _ in range(3):
        assert (await ada.ask(PROPOSE, id=scene.program)).data == {"program": answered}
        # given a proposal that is being worked out for ever
        with held(server) as worker:
            line = await sent(server, scene.ada, PROPOSE, id=scene.program)
            await come_to(lambda: has_unread(worker))
            # when the client hangs up, then it ends
            line.close()
            await come_to(lambda: is_gone(worker))
    # and everybody else is answered, with all connections, and locks, there
    assert (await ada.ask(PROPOSE, id=scene.program)).data == {"program": answered}
    await demand_nothing_left()


@pytest.mark.parametrize("how", ["complete", "close"])
async def test_one_that_came_with_an_event_ends_with_the_subscription(
    scene: Scene, server: ServerProcess, how: str
) -> None:
    # given an admin who is mentor too, and follows their matches with a proposal in each event
    by_ada = await scene.enroll(scene.ada, "MENTOR")
    ada = client_of(server, scene.ada)
    await ada.ask(PROPOSE, id=scene.program)
    async with ada.socket() as socket:
        stream = await socket.subscribe(FOLLOW)
        with held(server) as worker:
            pairs = [pin(by_ada, scene.for_theo)]
            (await ada.ask(PAIR, program=scene.program, pairs=pairs))
            await come_to(lambda: has_unread(worker))
            # when they have enough of it
            if how == "complete":
                await socket.connection.send(json.dumps({"id": stream, "type": "complete"}))
            else:
                await socket.connection.close()
            # then it ends
            await come_to(lambda: is_gone(worker))
    assert (await ada.ask(PROPOSE, id=scene.program)).data["program"]
    await demand_nothing_left()


async def test_a_query_that_waits_for_the_database_is_given_up_a_mutation_is_not(
    scene: Scene, server: ServerProcess, database: str
) -> None:
    other = await asyncpg.connect(database)
    lock = other.transaction()
    await lock.start()
    await other.execute("LOCK TABLE enrollments")
    # given a mutation of two fields that waits, and after it a query
    one, two = (pin(scene.by_mona, mentee) for mentee in (scene.for_theo, scene.for_tess))
    said: dict[str, Any] = {"program": scene.program, "one": one, "two": two}
    writing = await sent(server, scene.ada, PAIR_TWICE, **said)
    await waiting(1)
    asking = await sent(server, scene.ada, PROPOSE, id=scene.program)
    await waiting(2)

    # when both clients hang up, then the query is over
    writing.close()
    asking.close()
    await waiting(1)

    # and the mutation goes on, to the end of its last field
    await lock.rollback()
    await other.close()
    async with asyncio.timeout(PATIENCE):
        while (await fetch("SELECT count(*) FROM matches"))[0][0] != 2:
            await asyncio.sleep(0.02)
    await demand_nothing_left()


async def test_what_a_query_is_known_to_read_first_is_given_up_with_it(
    scene: Scene, server: ServerProcess, database: str
) -> None:
    # given a document that is known, whose first read waits together with the session's
    ada = client_of(server, scene.ada)
    for _ in range(3):
        await ada.ask(TITLE, id=scene.program)
    other = await asyncpg.connect(database)
    lock = other.transaction()
    await lock.start()
    await other.execute("LOCK TABLE programs")
    asking = await sent(server, scene.ada, TITLE, id=scene.program)
    await waiting(1)

    # when the client hangs up, then nothing waits any more, long before its time is over
    asking.close()
    await waiting(0, within=6)

    await lock.rollback()
    await other.close()
    await demand_nothing_left()


async def test_when_the_server_is_killed_nothing_of_it_works_on(
    scene: Scene, server: ServerProcess
) -> None:
    await client_of(server, scene.ada).ask(PROPOSE, id=scene.program)
    with held(server) as worker:
        server.kill()

        await come_to(lambda: is_gone(worker))


def client_of(server: ServerProcess, person: Person) -> Client:
    return Client(server.url, tokens.sign(person.session, person.key)[0])


async def sent(
    server: ServerProcess, person: Person, document: str, **variables: Any
) -> asyncio.StreamWriter:
    """A connection on which a request was sent whose answer nobody has read."""
    body = orjson.dumps({"query": document, "variables": variables})
    _, writer = await asyncio.open_connection("127.0.0.1", server.port)
    token = tokens.sign(person.session, person.key)[0]
    writer.write(
        f"POST /graphql HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n"
        f"authorization: Bearer {token}\r\ncontent-length: {len(body)}\r\n\r\n".encode()
        + body
    )
    await writer.drain()
    return writer


@contextmanager
def held(server: ServerProcess) -> Iterator[int]:
    """The process that works out assignments, stopped in the middle of whatever it does."""
    (worker,) = (
        child.pid
        for child in psutil.Process(server.pid).children(recursive=True)
        if "domain.matching.worker" in child.cmdline()
    )
    freeze(worker)
    yield worker
    assert is_gone(worker)


async def waiting(count: int, within: float = PATIENCE) -> None:
    """Waits until so many statements wait for a lock."""
    async with asyncio.timeout(within):
        while await of_activity("wait_event_type = 'Lock'") != count:
            await asyncio.sleep(0.02)


async def demand_nothing_left() -> None:
    """Nothing is being executed but what asks, and no transaction is open."""
    async with asyncio.timeout(PATIENCE):
        while await of_activity("state <> 'idle'"):
            await asyncio.sleep(0.02)


async def of_activity(condition: str) -> int:
    rows = await fetch(
        f"""SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
            AND backend_type = 'client backend' AND pid <> pg_backend_pid() AND {condition}"""
    )
    return int(rows[0][0])
