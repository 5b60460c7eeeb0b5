"""Pairing while others pair, leave or close: whoever comes first, the places always add up."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Sequence

import pytest

from domain.succession import leave_all_groups
from models.database import execute, fetch
from models.transactions import transactional
from tests.integration.races import somebody_waits
from tests.integration.soundness import demand_sound
from tests.integration.world import Answer, Person, World

CREATE = """mutation($program: ID!, $pairs: [PairInput!]!) {
  createMatches(input: {programId: $program, pairs: $pairs}) {
    matches { id } errors { code field } } }"""
WITHDRAW = "mutation($id: ID!) { withdrawEnrollment(enrollmentId: $id) { errors { code field } } }"
LEAVE = "mutation($id: ID!) { leaveGroup(groupId: $id) { errors { code field } } }"
END = "mutation($id: ID!) { endMatch(matchId: $id) { errors { code field } } }"
ARCHIVE = "mutation($id: ID!) { archiveProgram(programId: $id) { errors { code field } } }"
LOWER = """mutation($id: ID!) {
  updateEnrollment(input: {enrollmentId: $id, capacity: 1}) { errors { code field } } }"""

ROUNDS = 20
AT_ONCE = 20


@pytest.fixture
async def ada(world: World) -> Person:
    return await world.person("Ada")


async def enrolled(
    world: World, admin: Person, program: str, role: str, count: int, **said: object
) -> dict[str, Person]:
    """So many new people, approved in this role: by enrollment."""
    found: dict[str, Person] = {}
    for i in range(count):
        person = await world.person(f"{role.title()}{i}")
        found[await world.enroll(person, program, role, approved=False, **said)] = person
    await world.approve(admin, *found)
    return found


def create(by: Person, program: str, *pairs: tuple[str, str]) -> Awaitable[Answer]:
    wanted = [{"mentorEnrollmentId": m, "menteeEnrollmentId": e} for m, e in pairs]
    return by.ask(CREATE, program=program, pairs=wanted)


def in_turn(i: int, *calls: Awaitable[Answer]) -> Sequence[Awaitable[Answer]]:
    """The calls in another order every other round."""
    return calls if i % 2 else calls[::-1]


def tally(answers: Sequence[Answer]) -> Counter[str]:
    """How often it worked, and how often it was refused with which code."""
    assert not [error for answer in answers for error in answer.errors]
    return Counter(a.refusals[0][0] if a.refusals else "done" for a in answers)


async def living() -> int:
    rows = await fetch("SELECT count(*) FROM matches WHERE status = 'ACTIVE'")
    return int(rows[0][0])


async def test_of_twenty_who_want_a_mentors_last_place_one_gets_it(
    world: World, ada: Person
) -> None:
    # given a mentor with one place, and twenty mentees
    program = await world.open_program(ada, await world.group(ada))
    (mentor,) = await enrolled(world, ada, program, "MENTOR", 1, capacity=1)
    mentees = await enrolled(world, ada, program, "MENTEE", AT_ONCE)
    # when all are paired with the mentor at once
    answers = await asyncio.gather(*(create(ada, program, (mentor, e)) for e in mentees))
    # then one is
    assert tally(answers) == {"done": 1, "AT_CAPACITY": AT_ONCE - 1}
    assert await living() == 1
    await demand_sound()


async def test_of_twenty_who_want_to_mentor_one_mentee_one_does(world: World, ada: Person) -> None:
    # given a mentee, and twenty mentors
    program = await world.open_program(ada, await world.group(ada))
    mentors = await enrolled(world, ada, program, "MENTOR", AT_ONCE, capacity=3)
    (mentee,) = await enrolled(world, ada, program, "MENTEE", 1)
    # when all are paired with the mentee at once
    answers = await asyncio.gather(*(create(ada, program, (m, mentee)) for m in mentors))
    # then one is
    assert tally(answers) == {"done": 1, "AT_CAPACITY": AT_ONCE - 1}
    assert await living() == 1
    await demand_sound()


async def test_two_admins_whose_lists_overlap_make_one_list_or_the_other(
    world: World, ada: Person
) -> None:
    # given two admins, four mentors and six mentees
    group = await world.group(ada)
    program = await world.open_program(ada, group)
    bea = await world.person("Bea")
    await world.join(bea, group)
    promoted = await ada.ask(
        """mutation($group: ID!, $user: ID!) {
             setGroupRole(input: {groupId: $group, userId: $user, role: ADMIN}) {
               errors { code } } }""",
        group=group,
        user=bea.id,
    )
    promoted.ok()
    mentors = list(await enrolled(world, ada, program, "MENTOR", 4, capacity=1))
    mentees = list(await enrolled(world, ada, program, "MENTEE", 6))
    end = "mutation($id: ID!) { endMatch(matchId: $id) { errors { code } } }"
    for i in range(ROUNDS):
        # when both publish a list, in opposite order, with a mentor in common
        one = list(zip(mentors[:3], mentees[:3], strict=True))
        other = list(zip(mentors[:1:-1], mentees[:3:-1], strict=True))
        answers = await asyncio.gather(
            *in_turn(i, create(ada, program, *one), create(bea, program, *other))
        )
        # then one list is made whole, and nothing of the other
        assert tally(answers) == {"done": 1, "AT_CAPACITY": 1}
        made = [m["id"] for a in answers for m in a.payload["matches"]]
        assert len(made) == await living() and len(made) in (2, 3)
        await demand_sound()
        for match in made:
            (await ada.ask(end, id=match)).ok()


@pytest.mark.parametrize("role", ["MENTOR", "MENTEE"])
async def test_pairing_somebody_who_withdraws(world: World, ada: Person, role: str) -> None:
    program = await world.open_program(ada, await world.group(ada))
    mentors = await enrolled(world, ada, program, "MENTOR", ROUNDS, capacity=2)
    mentees = await enrolled(world, ada, program, "MENTEE", ROUNDS)
    leavers = mentors if role == "MENTOR" else mentees
    for i, (mentor, mentee) in enumerate(zip(mentors, mentees, strict=True)):
        leaver = mentor if role == "MENTOR" else mentee
        # when somebody is paired at the moment they withdraw
        paired, withdrawn = (
            create(ada, program, (mentor, mentee)),
            leavers[leaver].ask(WITHDRAW, id=leaver),
        )
        answers = await asyncio.gather(*in_turn(i, paired, withdrawn))
        # then they are out, and no match is left
        assert tally(answers) in ({"done": 2}, {"done": 1, "ILLEGAL_STATE": 1})
        assert await living() == 0
        await demand_sound()


async def test_pairing_somebody_who_leaves_the_group(world: World, ada: Person) -> None:
    group = await world.group(ada)
    program = await world.open_program(ada, group)
    mentors = await enrolled(world, ada, program, "MENTOR", ROUNDS)
    mentees = await enrolled(world, ada, program, "MENTEE", ROUNDS)
    for i, (mentor, mentee) in enumerate(zip(mentors, mentees, strict=True)):
        # when a pair is made while the mentee leaves, and the mentor too every third time
        calls = [create(ada, program, (mentor, mentee)), mentees[mentee].ask(LEAVE, id=group)]
        if i % 3 == 0:
            calls.append(mentors[mentor].ask(LEAVE, id=group))
        answers = await asyncio.gather(*in_turn(i, *calls))
        # then no match is left
        assert tally(answers)["done"] >= len(calls) - 1
        assert await living() == 0
        await demand_sound()


async def test_pairing_in_a_program_that_is_archived(world: World, ada: Person) -> None:
    group = await world.group(ada)
    mona, theo = await world.people("Mona", "Theo")
    for i in range(ROUNDS):
        # given a closed program
        program = await world.open_program(ada, group)
        mentor = await world.enroll(mona, program, "MENTOR")
        mentee = await world.enroll(theo, program, "MENTEE")
        await world.change(ada, "closeProgram", program)
        # when a pair is made at the moment it is archived
        answers = await asyncio.gather(
            *in_turn(i, create(ada, program, (mentor, mentee)), ada.ask(ARCHIVE, id=program))
        )
        # then no match is left
        assert tally(answers) in ({"done": 2}, {"done": 1, "ILLEGAL_STATE": 1})
        assert await living() == 0
        await demand_sound()


async def test_pairing_with_a_mentor_who_offers_less(world: World, ada: Person) -> None:
    program = await world.open_program(ada, await world.group(ada))
    mentors = await enrolled(world, ada, program, "MENTOR", ROUNDS, capacity=2)
    mentees = list(await enrolled(world, ada, program, "MENTEE", 3 * ROUNDS))
    outcomes: Counter[str] = Counter()
    for i, (mentor, person) in enumerate(mentors.items()):
        # given a mentor of two places, one of them taken
        first, second, third = mentees[3 * i : 3 * i + 3]
        (await create(ada, program, (mentor, first))).ok()
        # when the second is given away at the moment the mentor offers one only
        answers = await asyncio.gather(
            *in_turn(i, create(ada, program, (mentor, second)), person.ask(LOWER, id=mentor))
        )
        outcomes += tally(answers)
        # then nothing ends, and nothing new begins
        assert tally([await create(ada, program, (mentor, third))]) == {"AT_CAPACITY": 1}
        await demand_sound(lowered=True)
    # and every round gave one match or a refusal
    assert outcomes["done"] + outcomes["AT_CAPACITY"] == 2 * ROUNDS
    assert await living() == outcomes["done"]  # each lowering worked, as did each first match


async def test_who_is_paired_while_their_account_goes_does_not_stand_in_its_way(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given a database whose deadlocks nobody tries to get out of
    monkeypatch.setattr("models.transactions._ATTEMPTS", 1)
    pair = await world.pair()
    (await pair.admin.ask(END, id=pair.match)).ok()

    # when an account has just begun to go, and its person is paired
    holds, waits = asyncio.Event(), asyncio.Event()

    @transactional
    async def go() -> None:
        await execute("SELECT 1 FROM users WHERE id = $1 FOR UPDATE", pair.mentee.key)
        holds.set()
        await waits.wait()
        await leave_all_groups(pair.mentee.key)

    going = asyncio.ensure_future(go())
    await holds.wait()
    roles = (pair.mentor, "MENTOR"), (pair.mentee, "MENTEE")
    mentor, mentee = (world.enrollment(person, pair.program, role) for person, role in roles)
    pairing = asyncio.ensure_future(create(pair.admin, pair.program, (mentor, mentee)))
    await somebody_waits()
    waits.set()

    # then both are done, one after the other
    await going
    assert not (await pairing).refusals
