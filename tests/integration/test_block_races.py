"""Blocking while others pair, accept or block back: a blocked pair never has a match that lives."""

import asyncio
import random

import pytest

from models.database import fetch
from tests.broken_rules import broken_by, connected, held_up, laid_out
from tests.integration.races import overtaken
from tests.integration.soundness import demand_apart
from tests.integration.world import Answer, Pair, Person, World
from tests.violations import MAYA, MAYA_AND_MINA, MAYAS, ZOE, ZOES, again

BLOCK = "mutation($id: ID!) { blockUser(userId: $id) { errors { code field } } }"
UNBLOCK = "mutation($id: ID!) { unblockUser(userId: $id) { errors { code field } } }"
END = "mutation($id: ID!) { endMatch(matchId: $id) { errors { code field } } }"
ACCEPT = """mutation($id: ID!) {
  respondToMatch(matchId: $id, accept: true) { errors { code field } } }"""
CREATE = """mutation($program: ID!, $pairs: [PairInput!]!) {
  createMatches(input: {programId: $program, pairs: $pairs}) {
    matches { id } errors { code field } } }"""

ROUNDS = 40


@pytest.fixture
async def free(world: World) -> Pair:
    """Two who could be paired, in a program that asks for consent."""
    pair = await world.pair(consent=True)
    (await pair.mentor.ask(END, id=pair.match)).ok()
    return pair


async def create(world: World, pair: Pair) -> Answer:
    enrollments = {
        "mentorEnrollmentId": world.enrollment(pair.mentor, pair.program, "MENTOR"),
        "menteeEnrollmentId": world.enrollment(pair.mentee, pair.program, "MENTEE"),
    }
    return await pair.admin.ask(CREATE, program=pair.program, pairs=[enrollments])


async def block(blocker: Person, blocked: Person) -> Answer:
    return await blocker.ask(BLOCK, id=blocked.id)


async def test_who_pairs_while_a_block_is_being_written_is_refused(
    world: World, free: Pair
) -> None:
    refused = await overtaken(block(free.mentee, free.mentor), create(world, free))

    assert refused.refusals == [("BLOCKED", ("pairs", "0"))]
    await demand_apart()


async def test_who_blocks_while_a_match_is_being_written_ends_it(world: World, free: Pair) -> None:
    (await overtaken(create(world, free), block(free.mentee, free.mentor))).ok()

    assert [row[0] for row in await fetch("SELECT status FROM matches")] == ["ENDED", "ENDED"]
    await demand_apart()


async def test_whatever_comes_first_of_many_rounds_nothing_is_left_standing(
    world: World, free: Pair
) -> None:
    chance = random.Random(5)
    came_to: set[tuple[str, ...]] = set()
    for _ in range(ROUNDS):
        # when both block, an admin pairs them and one accepts, all at once and in any order
        acts = [
            block(free.mentor, free.mentee),
            block(free.mentee, free.mentor),
            create(world, free),
            create(world, free),
        ]
        proposed = await fetch("SELECT id FROM matches WHERE status = 'PROPOSED'")
        acts += [free.mentor.ask(ACCEPT, id=f"match_{row['id'].hex}") for row in proposed]
        chance.shuffle(acts)
        answers = await asyncio.gather(*acts)
        # then nothing failed, and no match of the two is left
        assert not [error for answer in answers for error in answer.errors]
        came_to |= {tuple(code for code, _ in answer.refusals) for answer in answers}
        await demand_apart()
        for one, other in ((free.mentor, free.mentee), (free.mentee, free.mentor)):
            (await one.ask(UNBLOCK, id=other.id)).ok()
        if chance.random() < 0.5:
            (await create(world, free)).ok()
    # and both orders have come about
    assert {(), ("BLOCKED",)} <= came_to


async def test_people_who_block_each_other_crosswise_at_once_do_not_stand_in_each_others_way(
    world: World,
) -> None:
    # given six of one program who know each other, three of them mentors, each with a match
    ada = await world.person("Ada")
    program = await world.open_program(ada, await world.group(ada))
    people = await world.people("Mona", "Nora", "Olga", "Theo", "Uwe", "Vic")
    for i, person in enumerate(people):
        await world.enroll(person, program, "MENTOR" if i < 3 else "MENTEE")
    for mentor, mentee in zip(people[:3], people[3:], strict=True):
        await world.match(ada, program, mentor, mentee)

    # when everybody blocks everybody at once
    answers = await asyncio.gather(
        *(block(one, other) for one in people for other in people if one is not other)
    )

    # then every one of them is done
    assert not [answer.refusals for answer in answers if answer.errors or answer.refusals]
    assert len(await fetch("SELECT 1 FROM blocks")) == 30
    await demand_apart()


MAYA_AND_ZOE = again(
    "matches", f"one.id = {MAYA_AND_MINA}", mentee_id=ZOE, mentee_enrollment_id=ZOES
)
ZOE_BLOCKS_MAYA = again("blocks", blocked_id=MAYA)


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize(
    ("first", "second", "rule"),
    [
        (ZOE_BLOCKS_MAYA, MAYA_AND_ZOE, "matches_not_blocked"),
        (MAYA_AND_ZOE, ZOE_BLOCKS_MAYA, "blocks_without_match"),
    ],
)
async def test_the_database_keeps_the_two_apart_even_from_code_that_locks_nothing(
    first: str, second: str, rule: str
) -> None:
    # given a block, or a match, by raw SQL in a transaction that is not over
    async with laid_out() as one, connected() as other, connected() as watching:
        await one.execute(f"UPDATE enrollments SET capacity = 2 WHERE id = {MAYAS}")
        begun = one.transaction()
        await begun.start()
        await one.execute(first)

        # when the other one is written meanwhile, then it waits
        waiting = asyncio.create_task(broken_by(other, second))
        await held_up(waiting, other, watching)
        await begun.commit()

        # and is refused
        assert await waiting == rule
