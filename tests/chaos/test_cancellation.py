"""Clients that hang up in the middle of a write: what has begun is finished, and nothing leaks."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from tortoise.connection import get_connection

from models.database import fetch, finish_transactions, lender
from models.ids import id_of
from tests.crowds import crowd
from tests.integration.clients import Answer, Person
from tests.integration.world import Pair, World

SEND = """mutation($match: ID!, $key: ID!) {
  sendMessage(input: {matchId: $match, body: "hello", clientKey: $key}) {
    message { number } errors { code } } }"""
COMPLETE = """mutation($match: ID!, $step: ID!) {
  completeStep(matchId: $match, stepId: $step) { errors { code } } }"""
REOPEN = """mutation($match: ID!, $step: ID!) {
  reopenStep(matchId: $match, stepId: $step) { errors { code } } }"""
CREATE = """mutation($program: ID!, $pairs: [PairInput!]!) {
  createMatches(input: {programId: $program, pairs: $pairs}) {
    matches { id } errors { code } } }"""
INBOX = """{ viewer { matches(first: 50) { nodes {
  unreadCount steps { state } messages(last: 20) { nodes { body } } } } } }"""

PROPOSE = """query($id: ID!) { program(id: $id) { assignmentProposal {
  placed pairs { mentor { id user { displayName } } mentee { id } reasons { detail } }
  certificate { problem seatPrices { price } } } } }"""

WRITES = 400
NEW_MATCHES = 60
AT_ONCE = 20


@dataclass
class Outcome:
    """What was tried and what clients saw of it; they hang up after `patience` at the latest."""

    patience: float = 0.0
    keys: list[tuple[Person, str]] = field(default_factory=list)
    seen: Counter[str] = field(default_factory=Counter)


@pytest.mark.usefixtures("leaves_nothing")
async def test_a_write_that_was_begun_is_whole_whenever_the_client_hangs_up(database: Any) -> None:
    # given a pair, and sixty more pairs to be made
    world = World()
    pair = await world.pair()
    new = await unpaired(world, pair)
    chance = random.Random(5)
    outcome = Outcome(patience=1.5 * await seconds_for(lambda: pair.mentor.ask(INBOX)))
    # when 400 writes are cancelled at random moments, some of them never
    writes = mixed(pair, new, await steps_of(pair), outcome, chance)
    for start in range(0, WRITES, AT_ONCE):
        await hung_up_on_all(writes[start : start + AT_ONCE], chance, outcome)
    await finish_transactions()
    # then moments of all kinds were among them
    assert outcome.seen["cancelled"] > 100 and outcome.seen["answered"] > 20
    written_alone = await count("messages") - outcome.seen["messages answered"]
    assert 20 < written_alone < len(outcome.keys) - outcome.seen["messages answered"]
    # and all that was written is whole
    await demand_gapless()
    await demand_places()
    await demand_audited()
    # and no connection is lost
    await demand_connections()
    # and whoever sends again what was cancelled has sent it once
    for person, key in outcome.keys:
        (await person.ask(SEND, match=pair.match, key=key)).ok()
    await demand_gapless()
    assert await count("messages") == len(outcome.keys)


# What was to be read beside the part that was cancelled is dropped by graphql-core unread.
@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning")
async def test_a_read_whose_client_hangs_up_loses_no_connection(database: Any) -> None:
    pair = await World().pair()
    for i in range(30):
        (await pair.mentor.ask(SEND, match=pair.match, key=str(i))).ok()
    chance = random.Random(6)
    outcome = Outcome(patience=await seconds_for(lambda: pair.mentee.ask(INBOX)))
    for _ in range(10):
        reads = [lambda: pair.mentee.ask(INBOX)] * AT_ONCE
        await hung_up_on_all(reads, chance, outcome)
    assert outcome.seen["cancelled"] > 50
    await demand_connections()


@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning")
async def test_a_proposal_whose_reader_hangs_up_loses_no_connection(database: Any) -> None:
    # given a program whose proposal is read, worked out, and answered in many parts
    world = World()
    pair = await world.pair()
    key = id_of("program", pair.program)
    assert key is not None
    await crowd(key, mentors=80, mentees=160, capacity=2)
    chance, outcome = random.Random(7), Outcome()
    began = time.monotonic()
    for _ in range(2):  # the first time a process is started
        began = time.monotonic()
        (await pair.admin.ask(PROPOSE, id=pair.program)).ok()
    outcome.patience = 2 * (time.monotonic() - began)

    # when it is asked for again and again, by somebody who is gone at any moment
    for _ in range(25):
        await hung_up_on(lambda: pair.admin.ask(PROPOSE, id=pair.program), chance, outcome)

    # then it was given up at moments of all kinds, and nothing is lost
    assert outcome.seen["cancelled"] > 5
    await demand_connections()
    assert (await pair.admin.ask(PROPOSE, id=pair.program)).ok()["assignmentProposal"]["placed"]


async def seconds_for(call: Callable[[], Awaitable[Answer]]) -> float:
    """How long as many calls at once take on this machine, with nobody hanging up."""
    for _ in range(2):  # the first time there is more to do
        began = time.monotonic()
        await asyncio.gather(*(call() for _ in range(AT_ONCE)))
    return time.monotonic() - began


async def hung_up_on_all(
    calls: Sequence[Callable[[], Awaitable[Answer]]], chance: random.Random, outcome: Outcome
) -> None:
    """Runs them at once; clients grow less patient when most were answered, more when few were:
    how fast the machine is changes with what else it does."""
    before = outcome.seen["answered"]
    await asyncio.gather(*(hung_up_on(call, chance, outcome) for call in calls))
    answered = (outcome.seen["answered"] - before) / len(calls)
    if answered > 0.6:
        outcome.patience *= 0.7
    elif answered < 0.25:
        outcome.patience *= 1.4


async def hung_up_on(
    call: Callable[[], Awaitable[Answer]], chance: random.Random, outcome: Outcome
) -> None:
    """Runs a call and cancels who waits for it after a while, one in ten at once."""
    task = asyncio.ensure_future(call())
    patience = 0.0 if chance.random() < 0.1 else chance.uniform(0, outcome.patience)
    done, _ = await asyncio.wait([task], timeout=patience)
    if done:
        outcome.seen["answered"] += 1
        outcome.seen["messages answered"] += "message" in task.result().ok()
        return
    task.cancel()
    await asyncio.wait([task])
    outcome.seen["cancelled"] += task.cancelled()


def mixed(
    pair: Pair,
    new: list[dict[str, str]],
    steps: list[str],
    outcome: Outcome,
    chance: random.Random,
) -> list[Callable[[], Awaitable[Answer]]]:
    """The writes, in random order."""
    writes: list[Callable[[], Awaitable[Answer]]] = []

    def add(person: Person, document: str, **variables: Any) -> None:
        writes.append(lambda: person.ask(document, **variables))

    for enrollments in new:
        add(pair.admin, CREATE, program=pair.program, pairs=[enrollments])
    for i in range(WRITES - len(new)):
        person = chance.choice((pair.mentor, pair.mentee))
        if i % 2:
            document = chance.choice((COMPLETE, COMPLETE, REOPEN))
            add(person, document, match=pair.match, step=chance.choice(steps))
        else:
            outcome.keys.append((person, f"key {i}"))
            add(person, SEND, match=pair.match, key=f"key {i}")
    chance.shuffle(writes)
    return writes


async def unpaired(world: World, pair: Pair) -> list[dict[str, str]]:
    """Mentors and mentees, approved in the pair's program."""
    found = []
    for _ in range(NEW_MATCHES):
        mentor, mentee = await world.people("Mona", "Theo")
        found.append(
            {
                "mentorEnrollmentId": await world.enroll(mentor, pair.program, "MENTOR"),
                "menteeEnrollmentId": await world.enroll(mentee, pair.program, "MENTEE"),
            }
        )
    return found


async def steps_of(pair: Pair) -> list[str]:
    document = "query($id: ID!) { program(id: $id) { steps { id } } }"
    answer = await pair.admin.ask(document, id=pair.program)
    return [step["id"] for step in answer.payload["steps"]]


async def count(table: str, condition: str = "true") -> int:
    return int((await fetch(f"SELECT count(*) FROM {table} WHERE {condition}"))[0][0])


async def demand_gapless() -> None:
    """Every message has its number and its place, and none is missing."""
    for counter, places in (
        ("last_number", "SELECT number FROM messages WHERE match_id = $1 ORDER BY 1"),
        ("last_seq", "SELECT seq FROM messages WHERE match_id = $1 ORDER BY 1"),
    ):
        for match, last in await fetch(f"SELECT id, {counter} FROM matches"):
            found = [row[0] for row in await fetch(places, match)]
            assert found == list(range(1, last + 1))


async def demand_places() -> None:
    """Every match has its two, holds a place of each, and is in the log."""
    matches = await count("matches")
    assert await count("pair_members") == 2 * matches
    assert await count("audit_entries", "action = 'match.created'") == matches
    taken = await fetch("SELECT sum(places_taken), max(places_taken) FROM enrollments")
    assert tuple(taken[0]) == (2 * matches, 1)
    assert 1 < matches <= NEW_MATCHES + 1


async def demand_audited() -> None:
    """Every step that is done was logged as done, once more than as reopened."""
    rows = await fetch(
        """SELECT details ->> 'step',
               count(*) FILTER (WHERE action = 'step.completed')
                   - count(*) FILTER (WHERE action = 'step.reopened')
           FROM audit_entries WHERE action LIKE 'step.%' GROUP BY 1"""
    )
    left = {step: times for step, times in rows if times}
    done = await fetch("SELECT step_id FROM step_completions")
    assert left == {f"step_{row['step_id'].hex}": 1 for row in done}


async def demand_connections() -> None:
    """All connections have come back, none in a transaction, and as many queries run."""
    pool: Any = get_connection("default")._pool
    async with asyncio.timeout(5):
        while lender().lent:  # a cancelled query is still being cleaned up
            await asyncio.sleep(0.01)
    assert pool.get_size() <= pool.get_max_size()
    left = await fetch(
        """SELECT pid FROM pg_stat_activity WHERE datname = current_database()
           AND state LIKE 'idle in transaction%'"""
    )
    assert left == []
    async with asyncio.timeout(5):
        rows = await asyncio.gather(*(fetch("SELECT 1, pg_sleep(0.02)") for _ in range(20)))
    assert [row[0][0] for row in rows] == [1] * 20
    assert lender().lent == 0
