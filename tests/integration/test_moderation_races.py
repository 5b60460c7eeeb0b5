"""Moderators act while others pair, accept and write: what they have stopped does not go on."""

from dataclasses import replace

import pytest

from models.database import fetch
from tests.integration.cases import SEND, report, resolve
from tests.integration.races import overtaken
from tests.integration.world import Answer, Pair, Person, World

CREATE = """mutation($program: ID!, $pairs: [PairInput!]!) {
  createMatches(input: {programId: $program, pairs: $pairs}) {
    matches { id } errors { code field } } }"""
END = "mutation($id: ID!) { endMatch(matchId: $id) { errors { code } } }"
ACCEPT = """mutation($id: ID!) {
  respondToMatch(matchId: $id, accept: true) { errors { code field } } }"""


async def create(world: World, pair: Pair) -> Answer:
    enrollments = {
        "mentorEnrollmentId": world.enrollment(pair.mentor, pair.program, "MENTOR"),
        "menteeEnrollmentId": world.enrollment(pair.mentee, pair.program, "MENTEE"),
    }
    return await pair.admin.ask(CREATE, program=pair.program, pairs=[enrollments])


async def statuses() -> list[str]:
    return [row[0] for row in await fetch("SELECT status FROM matches ORDER BY id")]


@pytest.mark.parametrize("action", ["MARK_UNDERAGE", "SUSPEND_USER"])
async def test_who_is_being_stopped_is_paired_no_more(
    world: World, mo: Person, action: str
) -> None:
    pair = await world.pair()
    (await pair.mentor.ask(END, id=pair.match)).ok()
    id = await report(pair.mentee, {"userId": pair.mentor.id})

    refused = await overtaken(resolve(mo, id, action), create(world, pair))

    assert refused.refusals == [("ILLEGAL_STATE", ("pairs", "0"))]
    assert await statuses() == ["ENDED"]


@pytest.mark.parametrize("action", ["MARK_UNDERAGE", "SUSPEND_USER"])
async def test_who_enrolls_anew_while_they_are_being_stopped_is_not_paired_by_it(
    world: World, mo: Person, action: str
) -> None:
    # given somebody reported, and a mentor who has room for them
    pair = await world.pair()
    (await pair.mentor.ask(END, id=pair.match)).ok()
    id = await report(pair.mentee, {"userId": pair.mentor.id})
    otto = await world.person("Otto")
    await world.enroll(otto, pair.program, "MENTOR")

    # when an enrollment is made, approved and paired that was not there when they were stopped
    async def enroll_and_pair() -> Answer:
        await world.enroll(pair.mentor, pair.program, "MENTEE")
        return await create(world, replace(pair, mentor=otto, mentee=pair.mentor))

    refused = await overtaken(resolve(mo, id, action), enroll_and_pair())

    # then it is seen that they are stopped
    assert refused.refusals == [("ILLEGAL_STATE", ("pairs", "0"))]
    assert await statuses() == ["ENDED"]


async def test_a_match_that_is_being_made_is_frozen_with_the_others(
    world: World, mo: Person
) -> None:
    pair = await world.pair()
    (await pair.mentor.ask(END, id=pair.match)).ok()
    id = await report(pair.mentee, {"userId": pair.mentor.id})

    (await overtaken(create(world, pair), resolve(mo, id, "MARK_UNDERAGE"))).ok()

    assert await statuses() == ["ENDED", "FROZEN"]


@pytest.mark.parametrize("action", ["MARK_UNDERAGE", "SUSPEND_USER"])
async def test_a_proposal_that_the_other_one_accepts_at_this_moment_does_not_begin(
    world: World, mo: Person, action: str
) -> None:
    # given a proposal that the reported one has accepted
    pair = await world.pair(consent=True)
    (await pair.mentor.ask(ACCEPT, id=pair.match)).ok()
    id = await report(pair.mentee, {"userId": pair.mentor.id})

    refused = await overtaken(resolve(mo, id, action), pair.mentee.ask(ACCEPT, id=pair.match))

    assert refused.refusals == [("ILLEGAL_STATE", ("matchId",))]
    assert await statuses() == ["ENDED"]


async def test_a_message_that_comes_while_the_match_is_frozen_is_refused(
    world: World, mo: Person
) -> None:
    pair = await world.pair()
    id = await report(pair.mentee, {"matchId": pair.match})

    refused = await overtaken(
        resolve(mo, id, "FREEZE_MATCH"),
        pair.mentor.ask(SEND, match=pair.match, body="One more", key="1"),
    )

    assert refused.refusals == [("ILLEGAL_STATE", ("matchId",))]
    assert await fetch("SELECT 1 FROM messages") == []
