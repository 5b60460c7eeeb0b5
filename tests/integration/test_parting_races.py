"""Both of a pair go at the same moment, or one goes while somebody else decides: it ends once."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Sequence

import pytest

from models.database import fetch
from tests.integration.world import Answer, Person, World

END = "mutation($id: ID!) { endMatch(matchId: $id) { errors { code field } } }"
COMPLETE = "mutation($id: ID!) { completeMatch(matchId: $id) { errors { code field } } }"
RESPOND = """mutation($id: ID!, $accept: Boolean!) {
  respondToMatch(matchId: $id, accept: $accept) { match { status } errors { code field } } }"""
WITHDRAW = "mutation($id: ID!) { withdrawEnrollment(enrollmentId: $id) { errors { code field } } }"
LEAVE = "mutation($id: ID!) { leaveGroup(groupId: $id) { errors { code field } } }"
ARCHIVE = "mutation($id: ID!) { archiveProgram(programId: $id) { errors { code field } } }"

PAIRS = 10


class Pairs:
    """Ten pairs in one closed program: each a mentor, a mentee, and the id of their match."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.of_two: list[tuple[Person, Person, str]] = []

    async def built(self, *, consent: bool = False) -> "Pairs":
        world = self.world
        self.ada = await world.person("Ada")
        self.group = await world.group(self.ada)
        self.program = await world.open_program(self.ada, self.group, requiresConsent=consent)
        for _ in range(PAIRS):
            mentor, mentee = await world.people("Mona", "Theo")
            await world.enroll(mentor, self.program, "MENTOR")
            await world.enroll(mentee, self.program, "MENTEE")
            match = await world.match(self.ada, self.program, mentor, mentee)
            self.of_two.append((mentor, mentee, match))
        await world.change(self.ada, "closeProgram", self.program)
        return self

    def withdraw(self, person: Person, role: str) -> Awaitable[Answer]:
        return person.ask(WITHDRAW, id=self.world.enrollment(person, self.program, role))


@pytest.fixture
async def pairs(world: World) -> Pairs:
    return await Pairs(world).built()


def tally(answers: Sequence[Answer]) -> Counter[str]:
    assert not [error for answer in answers for error in answer.errors]
    return Counter(a.refusals[0][0] if a.refusals else "done" for a in answers)


async def demand_ended_once(status: str = "ENDED") -> None:
    """Every match is over, said so once in the log, and holds no place."""
    states = await fetch("SELECT DISTINCT status FROM matches")
    assert [row[0] for row in states] == [status]
    log = await fetch(
        f"""SELECT count(*), count(DISTINCT subject) FROM audit_entries
            WHERE action = 'match.{status.lower()}'"""
    )
    assert tuple(log[0]) == (PAIRS, PAIRS)
    assert not await fetch("SELECT 1 FROM enrollments WHERE places_taken <> 0")


async def test_both_withdraw(pairs: Pairs) -> None:
    for mentor, mentee, _ in pairs.of_two:
        answers = await asyncio.gather(
            pairs.withdraw(mentor, "MENTOR"), pairs.withdraw(mentee, "MENTEE")
        )
        assert tally(answers) == {"done": 2}
    await demand_ended_once()


async def test_both_leave_the_group(pairs: Pairs) -> None:
    for mentor, mentee, _ in pairs.of_two:
        answers = await asyncio.gather(*(p.ask(LEAVE, id=pairs.group) for p in (mentor, mentee)))
        assert tally(answers) == {"done": 2}
    await demand_ended_once()


async def test_one_leaves_the_group_and_the_other_withdraws(pairs: Pairs) -> None:
    for mentor, mentee, _ in pairs.of_two:
        answers = await asyncio.gather(
            mentor.ask(LEAVE, id=pairs.group), pairs.withdraw(mentee, "MENTEE")
        )
        assert tally(answers) == {"done": 2}
    await demand_ended_once()


async def test_all_three_end_the_match(pairs: Pairs) -> None:
    for mentor, mentee, match in pairs.of_two:
        answers = await asyncio.gather(
            *(person.ask(END, id=match) for person in (mentor, mentee, pairs.ada))
        )
        assert tally(answers) == {"done": 1, "ILLEGAL_STATE": 2}
    await demand_ended_once()


async def test_one_ends_what_the_other_completes(pairs: Pairs) -> None:
    for mentor, mentee, match in pairs.of_two:
        answers = await asyncio.gather(mentor.ask(END, id=match), mentee.ask(COMPLETE, id=match))
        assert tally(answers) == {"done": 1, "ILLEGAL_STATE": 1}
    assert not await fetch("SELECT 1 FROM enrollments WHERE places_taken <> 0")


async def test_all_go_while_the_program_is_archived(pairs: Pairs) -> None:
    # when everybody leaves, withdraws or ends at the moment the program is archived
    calls: list[Awaitable[Answer]] = []
    for i, (mentor, mentee, match) in enumerate(pairs.of_two):
        if i == PAIRS // 2:
            calls.append(pairs.ada.ask(ARCHIVE, id=pairs.program))
        calls += [
            mentor.ask(LEAVE, id=pairs.group),
            pairs.withdraw(mentee, "MENTEE"),
            mentee.ask(END, id=match),
        ]
    answers = await asyncio.gather(*calls)
    # then all of it works, but for ending what has ended
    assert tally(answers)["done"] >= 2 * PAIRS + 1
    assert set(tally(answers)) <= {"done", "ILLEGAL_STATE"}
    await demand_ended_once()


async def test_both_accept_a_proposal(world: World) -> None:
    pairs = await Pairs(world).built(consent=True)
    for mentor, mentee, match in pairs.of_two:
        # when both accept at the same moment
        answers = await asyncio.gather(
            *(person.ask(RESPOND, id=match, accept=True) for person in (mentor, mentee))
        )
        # then one of the two answers finds it started
        found = sorted(answer.ok()["match"]["status"] for answer in answers)
        assert found == ["ACTIVE", "PROPOSED"]
    started = await fetch("SELECT count(*) FROM matches WHERE status = 'ACTIVE'")
    assert started[0][0] == PAIRS


async def test_one_declines_what_the_other_accepts(world: World) -> None:
    pairs = await Pairs(world).built(consent=True)
    for mentor, mentee, match in pairs.of_two:
        answers = await asyncio.gather(
            mentor.ask(RESPOND, id=match, accept=True),
            mentee.ask(RESPOND, id=match, accept=False),
        )
        assert tally(answers) in ({"done": 2}, {"done": 1, "ILLEGAL_STATE": 1})
    await demand_ended_once("DECLINED")
