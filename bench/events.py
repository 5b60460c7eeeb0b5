"""S1: the two of a pair listen while messages are written; how late and how costly each is told.

The messages are written past the server, straight into the database, and then announced as another
process of ours would: what is measured is the way from a wake-up to the two who listen, alone.
"""

import asyncio
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg
import orjson
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from bench.operations import EVENTS, TEXT
from bench.population import Population
from bench.processes import HOST, TIME_LIMIT, Load, Postgres, Server, cpu_of
from bench.settings import use_secrets
from models.encryption import Sealed
from models.ids import id_of, new_id
from realtime import topics
from realtime.hub import Hub

MESSAGES, PER_SECOND = 250, 50.0
_PAIR = "SELECT data_key, mentor_id, mentee_id FROM matches WHERE id = $1"
_WRITE = """
WITH pair AS (UPDATE matches SET last_seq = last_seq + 1, last_number = last_number + 1
              WHERE id = $2 RETURNING mentor_id, last_number, last_seq)
INSERT INTO messages (id, match_id, number, seq, client_key, sender_id, body, fingerprint, sent_at)
SELECT $1, $2, last_number, last_seq, $3, mentor_id, $4, $5, $6 FROM pair RETURNING number"""


@dataclass(frozen=True, slots=True)
class Delivered:
    """How 250 messages reached two people."""

    seconds: list[float]
    cpu: float
    lost: int
    twice: int


def measure(ours: Server, load: Load, population: Population, postgres: Postgres) -> Delivered:
    """One run of five seconds; the CPU time is our server's alone."""
    before = cpu_of(ours.pid)
    done = load.do(
        port=ours.port,
        database=postgres.url,
        match=population.listeners[0][0].match,
        tokens=[person.token for person in population.listeners[0]],
    )
    return Delivered(done["seconds"], cpu_of(ours.pid) - before, done["lost"], done["twice"])


async def follow(job: dict[str, Any]) -> dict[str, Any]:
    """The load generator's part: listens, writes at a steady pace, and keeps the times."""
    use_secrets()
    announced: dict[int, float] = {}
    async with AsyncExitStack() as steps:
        sockets = [
            await steps.enter_async_context(_socket(job["port"])) for _ in range(len(job["tokens"]))
        ]
        for socket, token in zip(sockets, job["tokens"], strict=True):
            await _subscribe(socket, token, job["match"])
        listening = [asyncio.create_task(_listen(socket)) for socket in sockets]
        await asyncio.sleep(0.5)  # a subscription is not confirmed; it begins within that time
        await _write(job["database"], job["match"], announced)
        heard = [await listener for listener in listening]
    numbers = [[number for number, _ in events] for events in heard]
    return {
        "seconds": [at - announced[number] for events in heard for number, at in events],
        "lost": sum(len(announced.keys() - set(each)) for each in numbers),
        "twice": sum(len(each) - len(set(each)) for each in numbers),
    }


def _socket(port: int) -> connect:
    return connect(
        f"ws://{HOST}:{port}/graphql",
        subprotocols=[Subprotocol("graphql-transport-ws")],
        compression=None,
    )


async def _subscribe(socket: ClientConnection, token: str, match: str) -> None:
    payload: dict[str, Any] = {"authorization": f"Bearer {token}"}
    await socket.send(orjson.dumps({"type": "connection_init", "payload": payload}).decode())
    answer = orjson.loads(await asyncio.wait_for(socket.recv(), TIME_LIMIT))
    if answer["type"] != "connection_ack":
        raise RuntimeError(answer)
    payload = {"query": EVENTS, "variables": {"match": match}}
    asked = {"id": "1", "type": "subscribe", "payload": payload}
    await socket.send(orjson.dumps(asked).decode())


async def _listen(socket: ClientConnection) -> list[tuple[int, float]]:
    """The number of each message that came, and when; waits no longer than 3 s for one."""
    heard: list[tuple[int, float]] = []
    try:
        while len(heard) < MESSAGES:
            frame = await asyncio.wait_for(socket.recv(), 3)
            at = time.perf_counter()
            event = orjson.loads(frame)["payload"]["data"]["messageEvents"]
            heard.append((event["message"]["number"], at))
    except TimeoutError:
        pass
    return heard


async def _write(database: str, match_id: str, announced: dict[int, float]) -> None:
    match = id_of("match", match_id)
    assert match is not None
    async with AsyncExitStack() as steps:
        connection = await asyncpg.connect(database)
        steps.push_async_callback(connection.close)
        hub = await steps.enter_async_context(Hub(database))
        data_key, mentor, mentee = await connection.fetchrow(_PAIR, match)
        woken, sealed = topics.conversation(match, mentor, mentee), Sealed(data_key, match)
        began = time.perf_counter()
        for i in range(MESSAGES):
            await asyncio.sleep(max(0.0, began + i / PER_SECOND - time.perf_counter()))
            number = await connection.fetchval(_WRITE, *_message(match, sealed))
            announced[number] = time.perf_counter()
            hub.wake(*woken)


def _message(match: UUID, sealed: Sealed) -> tuple[object, ...]:
    id = new_id()
    body, mark = sealed.seal(TEXT, id.bytes), sealed.fingerprint(TEXT)
    return id, match, id.hex, body, mark, datetime.now(UTC)
