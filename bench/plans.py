"""How PostgreSQL answers each hot statement, and how its time grows with the database.

    python bench/plans.py

Fills a small database and two with ten times as much: in as many groups as before, and in ten times
as many. Runs every operation of the bench in this process, and takes the statements it sent. Prints
for each its time in all three, and how it is answered in the last: which indexes, and whether a
table that grows is read from end to end.
"""

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

sys.path[0] = str(Path(__file__).resolve().parent.parent)

import asyncpg  # noqa: E402
import orjson  # noqa: E402
from strawberry.types.graphql import OperationType  # noqa: E402

from bench import processes  # noqa: E402
from bench.filling import Size  # noqa: E402
from bench.operations import KEY, operations, request  # noqa: E402
from bench.population import LARGE, SMALL, Admin, Person, populate  # noqa: E402
from domain import tokens  # noqa: E402
from domain.age import last_today  # noqa: E402
from domain.clock import clock  # noqa: E402
from execution.lane import Lane  # noqa: E402
from models import migrating  # noqa: E402
from models.database import connect, disconnect  # noqa: E402
from models.ids import id_of  # noqa: E402
from models.pair_news import news_of, quiet_among  # noqa: E402
from resolvers.listener import PAGE  # noqa: E402
from schema import schema_of  # noqa: E402
from server.context import context_of  # noqa: E402

TIMES = 15
GROWN = replace(LARGE, groups=SMALL.groups)
"""As much as in a large one, but in few groups: each of their lists is longer, too."""
LISTS = """query Lists($program: ID!, $enrolled: String, $member: String) {
  program(id: $program) {
    enrollments(first: 20, after: $enrolled) { pageInfo { endCursor } nodes { id } }
    group { members(first: 20, after: $member) { pageInfo { endCursor } nodes { role } } }
  }
}"""
"""Long lists, to be turned over page by page."""
FOLLOWED = 3
"""Pairs of which something is told in one turn."""
SMALL_FOR_EVER = {"programs", "groups", "program_steps"}
"""Tables that a plan may read whole: they do not grow with what people write."""
_AS_SERVED = {"plan_cache_mode": "force_generic_plan", "timezone": "UTC"}
_BOTH = (OperationType.QUERY, OperationType.MUTATION)

Sent = tuple[str, tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of an operation: its milliseconds, and its plan."""

    text: str
    milliseconds: float
    plan: dict[str, Any]


async def measured(size: Size) -> dict[str, list[Statement]]:
    """The statements of each operation on a database of this size."""
    with (
        tempfile.TemporaryDirectory(prefix="compagnon-plans-") as folder,
        processes.postgres(Path(folder) / "data") as postgres,
    ):
        await migrating.migrate(postgres.url)
        population = await populate(postgres.url, size)
        await connect(postgres.url, pool_size=2)
        lane, found = Lane(schema_of()), {}
        try:
            for operation in operations(population):
                with noted() as sent:
                    for number in range(3):  # the third time all is known
                        sent.clear()
                        await _ask(lane, operation.requests[number], str(number))
                found[operation.name] = await _all_explained(postgres.url, sent)
            with noted() as sent:
                await _turn_over(lane, population.admins[0], sent)
            found["third pages of long lists"] = await _all_explained(postgres.url, sent)
            with noted() as sent:
                await _follow(population.listeners[:FOLLOWED], size.messages)
            found[f"told of {FOLLOWED} pairs"] = await _all_explained(postgres.url, sent)
        finally:
            await disconnect()
    return found


@contextmanager
def noted() -> Iterator[list[Sent]]:
    """What is sent meanwhile, with its values."""
    sent: list[Sent] = []
    own: Any = asyncpg.Connection.fetch

    async def fetch(self: Any, query: str, *values: Any, **options: Any) -> Any:
        sent.append((query, values))
        return await own(self, query, *values, **options)

    asyncpg.Connection.fetch = fetch
    try:
        yield sent
    finally:
        asyncpg.Connection.fetch = own


async def _turn_over(lane: Lane, admin: Admin, sent: list[Sent]) -> None:
    """Asks for three pages; what the last one takes is left in what was sent."""
    places: dict[str, str] = {}
    for _ in range(3):
        sent.clear()
        shown = await _ask(lane, request(admin.token, LISTS, program=admin.program, **places), "")
        program = shown["program"]
        places = {
            "enrolled": program["enrollments"]["pageInfo"]["endCursor"],
            "member": program["group"]["members"]["pageInfo"]["endCursor"],
        }


async def _ask(lane: Lane, asked_for: bytes, key: str) -> dict[str, Any]:
    head, _, body = asked_for.replace(KEY.encode(), key.encode()).partition(b"\r\n\r\n")
    token = head.partition(b"authorization: ")[2].partition(b"\r\n")[0].decode()
    asked = orjson.loads(body)
    result = await lane.execute(
        asked["query"],
        variable_values=asked["variables"],
        context_value=await context_of(token, None),
        allowed_operation_types=_BOTH,
    )
    if result.errors or result.data is None:
        raise RuntimeError(result.errors)
    return result.data


async def _follow(pairs: Sequence[tuple[Person, Person]], last: int) -> None:
    """What is read for the two of each of these pairs when a message has come, and when none has;
    the last one of each pair has this number."""
    listening = [
        (found.session, match, last)
        for both in pairs
        for person in both
        if isinstance(found := tokens.read(person.token), tokens.AccessToken)
        and (match := id_of("match", person.match))
    ]
    now = clock.now()
    before = [(session, match, place - 1) for session, match, place in listening]
    await news_of(before, now, last_today(now), PAGE)
    await quiet_among(listening, now, last_today(now))


async def _all_explained(url: str, sent: list[Sent]) -> list[Statement]:
    connection = await asyncpg.connect(url, server_settings=_AS_SERVED)
    try:
        return [await _explained(connection, *each) for each in sent]
    finally:
        await connection.close()


async def _explained(connection: Any, text: str, values: tuple[Any, ...]) -> Statement:
    """Prepared and run often enough for PostgreSQL to settle; what it writes is taken back."""
    prepared, took = await connection.prepare(text), []
    for _ in range(TIMES):
        transaction = connection.transaction()
        await transaction.start()
        began = time.perf_counter()
        # This message was sent once already; PostgreSQL finds out as late as it can.
        with suppress(asyncpg.UniqueViolationError):
            await prepared.fetch(*values)
        took.append(1000 * (time.perf_counter() - began))
        await transaction.rollback()
    await connection.execute(f"PREPARE explained AS {text}")
    nothing = ", ".join(["NULL"] * len(values))  # the plan is the same whatever the values are
    explained = await connection.fetchval(f"EXPLAIN (FORMAT JSON) EXECUTE explained({nothing})")
    await connection.execute("DEALLOCATE explained")
    return Statement(text, statistics.median(took), orjson.loads(explained)[0]["Plan"])


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for below in plan.get("Plans", ()):
        yield from _nodes(below)


def _summary(plan: dict[str, Any]) -> str:
    found = []
    for node in _nodes(plan):
        kind, table = node["Node Type"], node.get("Relation Name")
        if "Index" in kind and "Index Name" in node:
            found.append(node["Index Name"])
        elif kind == "Seq Scan":
            mark = "" if table in SMALL_FOR_EVER else " !!"
            found.append(f"all of {table}{mark}")
    return ", ".join(dict.fromkeys(found))


async def main() -> None:
    small, grown, large = [await measured(size) for size in (SMALL, GROWN, LARGE)]
    for name, statements in large.items():
        print(f"\n{name}")
        for each in zip(small[name], grown[name], statements, strict=True):
            words = " ".join(each[-1].text.split())
            times = [f"{statement.milliseconds:.2f}" for statement in each]
            print(f"  {words[:70]} ...")
            print(
                "    {} ms; {} ms with ten times as much in the same groups; {} ms".format(*times)
            )
            print(f"    {_summary(each[-1].plan)}")


if __name__ == "__main__":
    asyncio.run(main())
