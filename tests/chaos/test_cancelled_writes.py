"""Clients that hang up in the middle of a write: what has begun is finished, and nothing leaks."""

import random
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from models.database import fetch
from models.finishing import finish_work
from tests.chaos.impatient_clients import (
    AT_ONCE,
    INBOX,
    SEND,
    Outcome,
    demand_connections,
    hung_up_on_all,
    seconds_for,
)
from tests.integration.clients import Answer, Person
from tests.integration.world import Pair, World

COMPLETE = """mutation($match: ID!, $step: ID!) {
  completeStep(matchId: $match, stepId: $step) { errors { code } } }"""
REOPEN = """mutation($match: ID!, $step: ID!) {
  reopenStep(matchId: $match, stepId: $step) { errors { code } } }"""
CREATE = """mutation($program: ID!, $pairs: [PairInput!]!) {
  createMatches(input: {programId: $program, pairs: $pairs}) {
    matches { id } errors { code } } }"""

WRITES = 400
NEW_MATCHES = 60


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
    await finish_work()
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
