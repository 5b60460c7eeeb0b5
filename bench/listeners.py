"""The part of the load generator in S1: sockets that listen, and messages that are written.

The messages are written past the server, straight into the database, and then announced as another
process would: ours is woken and reads them, the floor is told the very bytes it has to pass on.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from typing import Any, TypeAlias
from uuid import UUID

import asyncpg
import orjson

from bench.ears import Ear
from bench.floor_telling import Announcer
from bench.operations import EVENTS, TEXT
from bench.settings import use_secrets
from models.encryption import Sealed
from models.ids import id_of, new_id
from realtime import topics
from realtime.hub import Hub

Announce: TypeAlias = Callable[[str, UUID, int, UUID, UUID], None]
"""Told of a message: its match's name and id, its number, and the two."""
AT_ONCE = 25
"""So many connect at the same time."""
SILENCE = 3.0
"""Seconds after which what has not come is lost."""
_PAIR = "SELECT id, data_key, mentor_id, mentee_id FROM matches WHERE id = ANY ($1::uuid[])"
_WRITE = """
WITH given AS (
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::bytea[], $5::bytea[])
        AS given(id, match_id, client_key, body, fingerprint)),
pair AS (UPDATE matches m SET last_seq = last_seq + 1, last_number = last_number + 1
         FROM given WHERE m.id = given.match_id RETURNING m.id, mentor_id, last_number, last_seq)
INSERT INTO messages (id, match_id, number, seq, client_key, sender_id, body, fingerprint, sent_at)
SELECT given.id, pair.id, last_number, last_seq, client_key, mentor_id, body, fingerprint, $6
FROM given JOIN pair ON pair.id = given.match_id RETURNING match_id, number"""


class Listeners:
    """Sockets that stay open from one job to the next."""

    def __init__(self) -> None:
        self._ears: dict[str, list[Ear]] = {}
        """Those that listen to each match."""

    async def do(self, job: dict[str, Any]) -> dict[str, Any]:
        if "leave" in job:
            return await self._leave()
        return await (self._listen(job) if "listen" in job else self._write(job))

    async def _listen(self, job: dict[str, Any]) -> dict[str, Any]:
        self._ears = {pair["match"]: [] for pair in job["listen"]}
        wanted = [(pair["match"], token) for pair in job["listen"] for token in pair["tokens"]]
        for start in range(0, len(wanted), AT_ONCE):
            stretch = wanted[start : start + AT_ONCE]
            await asyncio.gather(*(self._open(job["port"], *each) for each in stretch))
        await asyncio.sleep(2)  # a subscription is not confirmed; it begins within that time
        return {"open": sum(map(len, self._ears.values()))}

    async def _open(self, port: int, match: str, token: str) -> None:
        ear = await Ear.open(port)
        payload: dict[str, Any] = {"authorization": f"Bearer {token}"}
        answer = await ear.ask({"type": "connection_init", "payload": payload})
        if answer["type"] != "connection_ack":
            raise RuntimeError(answer)
        payload = {"query": EVENTS, "variables": {"match": match}}
        ear.say({"id": "1", "type": "subscribe", "payload": payload})
        self._ears[match].append(ear)

    async def _write(self, job: dict[str, Any]) -> dict[str, Any]:
        use_secrets()
        announced: dict[tuple[str, int], float] = {}
        async with AsyncExitStack() as steps:
            writer = await asyncpg.connect(job["database"])
            steps.push_async_callback(writer.close)
            announce = await steps.enter_async_context(_announcing(job))
            writing = await self._write_all(job, writer, announce, announced)
            await self._wait(sum(len(self._ears[match]) for match, _ in announced))
        heard = [(match, _numbers(ear)) for match, ears in self._ears.items() for ear in ears]
        numbers = [
            ({number for at, number in announced if at == match}, [number for number, _ in each])
            for match, each in heard
        ]
        return {
            "writing": writing,
            "seconds": [
                at - announced[match, number]
                for match, each in heard
                for number, at in each
                if (match, number) in announced
            ],
            "lost": sum(len(wanted - set(each)) for wanted, each in numbers),
            "twice": sum(len(each) - len(set(each)) for _, each in numbers),
        }

    async def _leave(self) -> dict[str, Any]:
        for ears in self._ears.values():
            for ear in ears:
                ear.close()
        self._ears.clear()
        return {}

    async def _write_all(
        self,
        job: dict[str, Any],
        writer: Any,
        announce: Announce,
        announced: dict[tuple[str, int], float],
    ) -> float:
        """All that is due at a moment in one statement, one message for each pair at most: whoever
        measures must not be what is slow. Returns the seconds it took."""
        ids = {id_of("match", match): match for match in self._ears}
        rows = await writer.fetch(_PAIR, list(ids))
        pairs = [(ids[row[0]], row[0], Sealed(row[1], row[0]), row[2], row[3]) for row in rows]
        asked = [pairs[i % len(pairs)] for i in range(job["write"])]
        messages = [_message(id, sealed) for _, id, sealed, *_ in asked]
        began, written = time.perf_counter(), 0
        while written < len(asked):
            at = began + written / job["per_second"]
            await asyncio.sleep(max(0.0, at - time.perf_counter()))
            due = 1 + int(max(0.0, time.perf_counter() - at) * job["per_second"])
            together = slice(written, written + min(due, len(pairs)))
            columns = [list(column) for column in zip(*messages[together], strict=True)]
            numbers = dict(await writer.fetch(_WRITE, *columns, datetime.now(UTC)))
            for name, id, _, *people in asked[together]:
                announced[name, numbers[id]] = time.perf_counter()
                announce(name, id, numbers[id], *people)
            written += len(numbers)
        return time.perf_counter() - began

    async def _wait(self, wanted: int) -> None:
        """Until all has come, or nothing more does."""
        last, since = -1, time.monotonic()
        while time.monotonic() - since < SILENCE:
            count = sum(len(ear.heard) for ears in self._ears.values() for ear in ears)
            if count >= wanted:
                return
            if count != last:
                last, since = count, time.monotonic()
            await asyncio.sleep(0.05)


@asynccontextmanager
async def _announcing(job: dict[str, Any]) -> AsyncIterator[Announce]:
    """How the server is told of a message: by its topics, or by the very bytes to pass on."""
    if job["as_bytes"]:
        announcer = Announcer()
        async with announcer.telling(job["database"]):
            yield lambda name, id, number, *_: announcer.tell(_frame(name, id, number))
    else:
        async with Hub(job["database"]) as hub:
            yield lambda _, id, __, *people: hub.wake(*topics.conversation(id, *people))


def _numbers(ear: Ear) -> list[tuple[int, float]]:
    """The number of each message that has come, and when."""
    texts, ear.heard = ear.heard, []
    found = [(orjson.loads(text)["payload"]["data"]["messageEvents"], at) for text, at in texts]
    return [(event["message"]["number"], at) for event, at in found]


def _message(match: UUID, sealed: Sealed) -> tuple[object, ...]:
    id = new_id()
    body, mark = sealed.seal(TEXT, id.bytes), sealed.fingerprint(TEXT)
    return id, match, id.hex, body, mark


def _frame(match: str, id: UUID, number: int) -> str:
    """The bytes that the floor passes on, as long as ours are."""
    sender = {"id": f"user_{id.hex}", "displayName": "Person 1234"}
    message = {"id": f"message_{id.hex}", "number": number, "body": TEXT, "sender": sender}
    message["sentAt"] = datetime.now(UTC)
    event = {"__typename": "MessageAdded", "cursor": "A" * 34, "message": message}
    payload = {"data": {"messageEvents": event}}
    frame = {"id": "1", "type": "next", "payload": payload}
    return f"{match} {orjson.dumps(frame).decode()}"
