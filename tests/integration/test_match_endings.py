"""How a match ended: what each may know of it, who waits since when, and which places are free."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from domain.clock import clock
from models.database import execute, fetch
from server.ticking import tick
from tests.integration.world import Pair, Person, World

END = "mutation($id: ID!) { endMatch(matchId: $id) { errors { code } } }"
COMPLETE = "mutation($id: ID!) { completeMatch(matchId: $id) { errors { code } } }"
DECLINE = "mutation($id: ID!) { respondToMatch(matchId: $id, accept: false) { errors { code } } }"
WITHDRAW = "mutation($id: ID!) { withdrawEnrollment(enrollmentId: $id) { errors { code } } }"
LEAVE = "mutation($id: ID!) { leaveGroup(groupId: $id) { errors { code } } }"

Ending = Callable[[World, Pair], Awaitable[None]]


def by(who: str, mutation: str, subject: str = "match") -> Ending:
    """One of the three runs a mutation on the match, or on another attribute of the pair."""

    async def end(_: World, pair: Pair) -> None:
        person: Person = getattr(pair, who)
        (await person.ask(mutation, id=getattr(pair, subject))).ok()

    return end


def withdrawing(who: str) -> Ending:
    async def end(world: World, pair: Pair) -> None:
        person: Person = getattr(pair, who)
        enrollment = world.enrollment(person, pair.program, who.upper())
        (await person.ask(WITHDRAW, id=enrollment)).ok()

    return end


async def archiving(world: World, pair: Pair) -> None:
    await world.change(pair.admin, "closeProgram", pair.program)
    await world.change(pair.admin, "archiveProgram", pair.program)


async def forgetting(_: World, __: Pair) -> None:
    """The proposal is never answered."""
    clock.advance(timedelta(days=14))
    await tick()


async def falling_silent(_: World, __: Pair) -> None:
    """As the ladder of missed check-ins leaves a match behind."""
    await execute(
        """UPDATE matches SET status = 'ENDED', ended_at = $1, end_cause = 'INACTIVE'
           WHERE status = 'ACTIVE'""",
        clock.now(),
    )


YOU, PARTNER, ADMIN = "BY_YOU", "ENDED_BY_PARTNER", "BY_ADMIN"
TOLD: dict[str, tuple[Ending, str | None, str | None, str | None]] = {
    "the mentor ends it": (by("mentor", END), YOU, PARTNER, PARTNER),
    "the mentee ends it": (by("mentee", END), PARTNER, YOU, PARTNER),
    "an admin ends it": (by("admin", END), ADMIN, ADMIN, ADMIN),
    "the mentor withdraws": (withdrawing("mentor"), YOU, PARTNER, PARTNER),
    "the mentee withdraws": (withdrawing("mentee"), PARTNER, YOU, PARTNER),
    "the mentor leaves": (by("mentor", LEAVE, "group"), "LEFT_GROUP", "LEFT_GROUP", "LEFT_GROUP"),
    "the mentee leaves": (by("mentee", LEAVE, "group"), "LEFT_GROUP", "LEFT_GROUP", "LEFT_GROUP"),
    "the program is archived": (
        archiving,
        "PROGRAM_ARCHIVED",
        "PROGRAM_ARCHIVED",
        "PROGRAM_ARCHIVED",
    ),
    "it falls silent": (falling_silent, "INACTIVE", "INACTIVE", "INACTIVE"),
    "it is completed": (by("mentor", COMPLETE), None, None, None),
}
"""Who ends it, and what the mentor, the mentee and the admin are told."""


async def test_each_is_told_what_they_may_know(world: World, subtests: pytest.Subtests) -> None:
    for how in TOLD:
        with subtests.test(how):
            await demand_telling(world, how)


async def demand_telling(world: World, how: str) -> None:
    # given a pair
    pair = await world.pair()
    question = "query($id: ID!) { match(id: $id) { status endReason endedAt } }"
    for person in (pair.mentor, pair.mentee, pair.admin):
        before = (await person.ask(question, id=pair.match)).payload
        assert before == {"status": "ACTIVE", "endReason": None, "endedAt": None}
    # when it ends like this
    end, *told = TOLD[how]
    await end(world, pair)
    # then each of the three reads this of it
    answers = [
        (await person.ask(question, id=pair.match)).payload
        for person in (pair.mentor, pair.mentee, pair.admin)
    ]
    assert [answer["endReason"] for answer in answers] == told
    assert all(answer["endedAt"] for answer in answers)


async def test_an_admin_who_is_of_the_pair_ends_it_as_one_of_the_two(world: World) -> None:
    # given the only admin, mentoring
    ada, theo = await world.people("Ada", "Theo")
    program = await world.open_program(ada, await world.group(ada))
    await world.enroll(ada, program, "MENTOR")
    await world.enroll(theo, program, "MENTEE")
    match = await world.match(ada, program, ada, theo)
    # when she ends the match
    (await ada.ask(END, id=match)).ok()
    # then it was she, not an admin
    question = "query($id: ID!) { match(id: $id) { endReason partner { displayName } } }"
    assert (await ada.ask(question, id=match)).payload == {
        "endReason": YOU,
        "partner": {"displayName": "Theo"},
    }
    assert (await theo.ask(question, id=match)).payload["endReason"] == PARTNER


KEPT, RENEWED, GONE = "kept", "renewed", "gone"
WAITING: dict[str, tuple[bool, Ending, str]] = {
    "the mentor ends it": (False, by("mentor", END), KEPT),
    "the mentee ends it": (False, by("mentee", END), RENEWED),
    "an admin ends it": (False, by("admin", END), KEPT),
    "the mentor completes it": (False, by("mentor", COMPLETE), RENEWED),
    "the mentee completes it": (False, by("mentee", COMPLETE), RENEWED),
    "an admin completes it": (False, by("admin", COMPLETE), RENEWED),
    "the mentor withdraws": (False, withdrawing("mentor"), KEPT),
    "the mentee withdraws": (False, withdrawing("mentee"), GONE),
    "the mentor leaves the group": (False, by("mentor", LEAVE, "group"), KEPT),
    "the mentee leaves the group": (False, by("mentee", LEAVE, "group"), GONE),
    "the program is archived": (False, archiving, KEPT),
    "it falls silent": (False, falling_silent, KEPT),
    "the mentor declines": (True, by("mentor", DECLINE), KEPT),
    "the mentee declines": (True, by("mentee", DECLINE), RENEWED),
    "nobody answers": (True, forgetting, KEPT),
    "an admin takes the proposal back": (True, by("admin", END), KEPT),
}
"""Whether it is a proposal, how it ends, and what becomes of the mentee's `waitingSince`."""


async def test_the_mentee_waits_again_since_then_or_since_now(
    world: World, subtests: pytest.Subtests
) -> None:
    for how in WAITING:
        with subtests.test(how):
            await demand_waiting(world, how)


async def demand_waiting(world: World, how: str) -> None:
    # given a mentee who was approved some time ago, and is paired since
    proposed, end, expected = WAITING[how]
    clock.advance(timedelta())
    approved_at = clock.now().isoformat()
    pair = await world.pair(consent=proposed)
    question = """query($id: ID!) {
      node(id: $id) { ... on Enrollment { waitingSince openPlaces status } } }"""
    mentee = world.enrollment(pair.mentee, pair.program, "MENTEE")
    before = (await pair.admin.ask(question, id=mentee)).payload
    assert before == {"waitingSince": None, "openPlaces": 0, "status": "APPROVED"}
    # when the match ends three days later
    clock.advance(timedelta(days=3))
    await end(world, pair)
    # then the places are free, and the mentee waits again, unless they went themselves
    after = (await pair.admin.ask(question, id=mentee)).payload
    since = {KEPT: approved_at, RENEWED: clock.now().isoformat(), GONE: None}[expected]
    assert after["waitingSince"] == since
    assert after["openPlaces"] == 1
    assert (after["status"] == "WITHDRAWN") == (expected is GONE)
    assert not await fetch("SELECT 1 FROM enrollments WHERE places_taken <> 0")


async def test_a_mentee_paired_again_is_not_waiting(world: World) -> None:
    # given a mentee whose mentor ended the match
    clock.advance(timedelta())
    approved_at = clock.now().isoformat()
    pair = await world.pair()
    clock.advance(timedelta(days=1))
    (await pair.mentor.ask(END, id=pair.match)).ok()
    question = "{ viewer { enrollments { nodes { waitingSince } } } }"
    # when they are paired again, and that ends in the same way
    for since in (approved_at, approved_at):
        found = (await pair.mentee.ask(question)).payload["enrollments"]["nodes"]
        assert found == [{"waitingSince": since}]
        again = await world.match(pair.admin, pair.program, pair.mentor, pair.mentee)
        found = (await pair.mentee.ask(question)).payload["enrollments"]["nodes"]
        assert found == [{"waitingSince": None}]
        clock.advance(timedelta(days=1))
        (await pair.mentor.ask(END, id=again)).ok()
