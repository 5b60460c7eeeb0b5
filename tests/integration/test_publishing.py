"""A proposal is published as it is: all its pairs at once, or none, whatever others do."""

import asyncio
import os
import random
from typing import Any

import pytest

from models.database import execute, fetch
from models.ids import global_id, id_of
from tests.crowds import Crowd, crowd
from tests.integration.soundness import demand_sound
from tests.integration.world import Answer, Person, World

PROPOSE = """query($program: ID!) { program(id: $program) {
  assignmentProposal { placed pairs { mentor { id } mentee { id } } } } }"""
CREATE = """mutation($program: ID!, $pairs: [PairInput!]!) {
  createMatches(input: {programId: $program, pairs: $pairs}) {
    matches { id } errors { code field } } }"""

PAIRS = 2000 if os.environ.get("TESTS_AT_LENGTH") else 300
"""How many are published at once."""
WITHDRAW = "mutation($id: ID!) { withdrawEnrollment(enrollmentId: $id) { errors { code } } }"

Pairs = list[dict[str, str]]


@pytest.fixture
async def ada(world: World) -> Person:
    return await world.person("Ada")


async def opened(world: World, ada: Person) -> str:
    return await world.open_program(ada, await world.group(ada))


async def filled(program: str, mentors: int, mentees: int, capacity: int) -> Crowd:
    key = id_of("program", program)
    assert key is not None
    return await crowd(key, mentors=mentors, mentees=mentees, capacity=capacity)


async def proposed(by: Person, program: str) -> Pairs:
    answer = await by.ask(PROPOSE, program=program)
    return [
        {"mentorEnrollmentId": p["mentor"]["id"], "menteeEnrollmentId": p["mentee"]["id"]}
        for p in answer.ok()["assignmentProposal"]["pairs"]
    ]


async def create(by: Person, program: str, pairs: Pairs) -> Answer:
    return await by.ask(CREATE, program=program, pairs=pairs)


async def signed_in(enrollments: list[str]) -> dict[str, Person]:
    """Whose enrollments these are, with a session each."""
    rows = await fetch(
        """INSERT INTO sessions (id, user_id, created_at, expires_at)
           SELECT gen_random_uuid(), user_id, now(), now() + interval '1 day'
           FROM enrollments WHERE id = ANY ($1::uuid[]) RETURNING id, user_id, (
               SELECT e.id FROM enrollments e WHERE e.user_id = sessions.user_id)""",
        [id_of("enrollment", id) for id in enrollments],
    )
    return {global_id("enrollment", row[2]): Person("Leaver", row[1], row[0]) for row in rows}


async def living(ids: list[Any]) -> int:
    rows = await fetch(
        "SELECT count(*) FROM matches WHERE mentee_enrollment_id = ANY ($1::uuid[])", ids
    )
    return int(rows[0][0])


async def test_hundreds_of_pairs_take_as_many_statements_as_two(
    world: World, ada: Person, statements: list[str]
) -> None:
    # given a small program and a large one, each with its proposal
    small, large = await opened(world, ada), await opened(world, ada)
    await filled(small, 2, 2, 1)
    await filled(large, PAIRS // 2, PAIRS, 3)
    counts = {}
    for program in (small, large):
        pairs = await proposed(ada, program)
        statements.clear()
        # when it is published
        answer = await create(ada, program, pairs)
        # then every pair is there
        assert [len(answer.ok()["matches"])] == [len(pairs)]
        counts[len(pairs)] = len(statements)

    assert set(counts) == {2, PAIRS} and counts[2] == counts[PAIRS] < 20
    await demand_sound()


async def test_a_pair_that_has_become_impossible_is_named_and_nothing_is_made(
    world: World, ada: Person
) -> None:
    program = await opened(world, ada)
    await filled(program, 20, 30, 2)
    pairs = await proposed(ada, program)
    # given a proposal of which one mentee has left, and one was paired meanwhile
    gone, taken = pairs[3]["menteeEnrollmentId"], pairs[7]
    await execute("UPDATE enrollments SET status = 'WITHDRAWN', pool_since = NULL WHERE id = $1",
                  id_of("enrollment", gone))  # fmt: skip
    (await create(ada, program, [taken])).ok()

    answer = await create(ada, program, pairs)

    assert answer.refusals == [("ILLEGAL_STATE", ("pairs", "3")), ("AT_CAPACITY", ("pairs", "7"))]
    assert [row[0] for row in await fetch("SELECT count(*) FROM matches")] == [1]


@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_pairs_are_published_all_or_none_while_twenty_others_pair_and_people_leave(
    world: World, ada: Person
) -> None:
    # given a large program, its proposal, twenty more admins, and people about to leave
    group = await world.group(ada)
    program = await world.open_program(ada, group)
    people = await filled(program, PAIRS // 2, PAIRS + 100, 3)
    dice = random.Random(7)
    admins = []
    for i in range(20):
        admins.append(await world.person(f"Admin{i}"))
        await world.join(admins[-1], group)
    await execute(
        "UPDATE group_members SET role = 'ADMIN' WHERE user_id = ANY ($1::uuid[])",
        [one.key for one in admins],
    )
    pairs = (await proposed(ada, program))[:PAIRS]
    chosen = {pair["menteeEnrollmentId"] for pair in pairs}
    others = [mentee for mentee in people.mentees if mentee not in chosen]

    # when it is published while the others pair whom they like, and people withdraw
    async def meddle(admin: Person) -> list[Answer]:
        answers = []
        for _ in range(4):
            mentee = dice.choice(others if dice.random() < 0.7 else people.mentees)
            pair = {"mentorEnrollmentId": dice.choice(people.mentors), "menteeEnrollmentId": mentee}
            answers.append(await create(admin, program, [pair]))
            await asyncio.sleep(0)
        return answers

    leavers = [*dice.sample(others, 15), *dice.sample(sorted(chosen), 15)]
    leavers += dice.sample(people.mentors, 10)

    async def leave() -> None:
        for enrollment, person in (await signed_in(leavers)).items():
            await person.ask(WITHDRAW, id=enrollment)

    published: list[Answer] = []

    async def publish() -> None:
        wanted = pairs
        for _ in range(30):
            answer = await create(ada, program, wanted)
            published.append(answer)
            stale = {int(place[1]) for _, place in answer.refusals if place}
            made = len(answer.payload["matches"])
            assert made == (0 if answer.refusals else len(wanted))
            if not answer.refusals:
                return
            keys = [id_of("enrollment", pair["menteeEnrollmentId"]) for pair in wanted]
            assert await living(keys) <= len(stale) + 40  # those of the others alone
            wanted = [pair for i, pair in enumerate(wanted) if i not in stale]

    meddling = asyncio.gather(*(meddle(admin) for admin in admins), leave())
    await asyncio.gather(publish(), meddling)

    # then it was all or none each time, and every place is where it should be
    assert not published[-1].refusals and len(published[-1].payload["matches"]) > PAIRS - 100
    await demand_sound()
