"""Where two people stand: what they are asked, until when, and what comes next, in one look."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from domain.clock import clock
from models.database import execute
from server.ticking import tick
from tests.integration.cases import report, resolve
from tests.integration.passing_time import answer_check_in, check_ins, fallen_silent, moment, until
from tests.integration.world import Pair, Person, World

STANDING = """status respondBy viewerAcceptedAt endsForSilenceAt
  currentStep { state completedAt completedBy { id } step { id title } }
  openCheckIn { id week status mine { mood } partners { mood } match { id } }"""
MATCH = f"query($id: ID!) {{ match(id: $id) {{ {STANDING} }} }}"
LISTED = f"{{ viewer {{ matches {{ nodes {{ {STANDING} }} }} }} }}"
NODE = f"query($id: ID!) {{ node(id: $id) {{ ... on Match {{ {STANDING} }} }} }}"
OF_PROGRAM = f"query($id: ID!) {{ program(id: $id) {{ matches {{ nodes {{ {STANDING} }} }} }} }}"
RESPOND = """mutation($id: ID!) { respondToMatch(matchId: $id, accept: true) {
  match { respondBy viewerAcceptedAt status } errors { code field } } }"""
WAY = "query($id: ID!) { match(id: $id) { steps { state step { id title } } } }"
COMPLETE = """mutation($match: ID!, $step: ID!) { completeStep(matchId: $match, stepId: $step) {
  match { currentStep { step { id } } } errors { code field } } }"""
PAIR_ALONE = {"viewerAcceptedAt", "currentStep", "openCheckIn"}
NOON = "2026-09-01T12:00:00+00:00"


@pytest.fixture
async def pair(world: World) -> Pair:
    """Paired on a Tuesday at noon, with a check-in every Monday."""
    clock.set(moment("2026-09-01 12:00"))
    return await world.pair()


@pytest.fixture
async def proposed(world: World) -> Pair:
    """Proposed to each other on a Tuesday at noon."""
    clock.set(moment("2026-09-01 12:00"))
    return await world.pair(consent=True)


async def standing(person: Person, pair: Pair) -> Any:
    return (await person.ask(MATCH, id=pair.match)).ok()


async def change(person: Person, mutation: str, pair: Pair) -> None:
    document = f"mutation($id: ID!) {{ {mutation}(matchId: $id) {{ errors {{ code }} }} }}"
    (await person.ask(document, id=pair.match)).ok()


async def complete_step(person: Person, pair: Pair) -> Any:
    """Completes the current one; what is current then."""
    step = (await standing(person, pair))["currentStep"]["step"]["id"]
    return (await person.ask(COMPLETE, match=pair.match, step=step)).ok()["match"]["currentStep"]


async def test_a_proposal_says_until_when_and_to_each_of_the_two_what_they_answered_alone(
    proposed: Pair,
) -> None:
    # given a proposal, to which nobody has said anything
    for person in (proposed.mentor, proposed.mentee):
        shown = await standing(person, proposed)
        assert (shown["respondBy"], shown["viewerAcceptedAt"]) == (
            "2026-09-15T12:00:00+00:00",
            None,
        )
    before = await standing(proposed.mentee, proposed)

    # when one accepts, then they read when
    clock.set(moment("2026-09-02 12:00"))
    own = (await proposed.mentor.ask(RESPOND, id=proposed.match)).ok()["match"]
    assert own == {
        "respondBy": "2026-09-15T12:00:00+00:00",
        "viewerAcceptedAt": "2026-09-02T12:00:00+00:00",
        "status": "PROPOSED",
    }
    # and for the other one nothing is another
    assert await standing(proposed.mentee, proposed) == before

    # and once both have, each reads their own, and there is nothing to respond to any more
    clock.set(moment("2026-09-03 12:00"))
    (await proposed.mentee.ask(RESPOND, id=proposed.match)).ok()
    for person, day in ((proposed.mentor, "02"), (proposed.mentee, "03")):
        shown = await standing(person, proposed)
        assert (shown["status"], shown["respondBy"]) == ("ACTIVE", None)
        assert shown["viewerAcceptedAt"] == f"2026-09-{day}T12:00:00+00:00"


async def test_at_the_moment_until_which_both_may_answer_it_is_too_late(proposed: Pair) -> None:
    until_when = datetime.fromisoformat((await standing(proposed.mentee, proposed))["respondBy"])

    clock.set(until_when - timedelta(seconds=1))
    (await proposed.mentor.ask(RESPOND, id=proposed.match)).ok()
    clock.set(until_when)
    late = await proposed.mentee.ask(RESPOND, id=proposed.match)
    assert late.refusals == [("ILLEGAL_STATE", ("matchId",))]
    await tick()

    # and then it says no more until when
    shown = await standing(proposed.mentee, proposed)
    assert (shown["status"], shown["respondBy"]) == ("EXPIRED", None)


async def test_who_was_never_asked_has_accepted_nothing(pair: Pair) -> None:
    shown = await standing(pair.mentor, pair)

    assert (shown["status"], shown["respondBy"]) == ("ACTIVE", None)
    assert shown["viewerAcceptedAt"] is None


async def test_an_admin_reads_when_it_expires_or_ends_and_nothing_that_is_the_pairs(
    proposed: Pair,
) -> None:
    answer = await proposed.admin.ask(MATCH, id=proposed.match)

    assert answer.codes == ["FORBIDDEN"] * 3
    assert {error["path"][1] for error in answer.errors} == PAIR_ALONE
    assert answer.payload["respondBy"] == "2026-09-15T12:00:00+00:00"
    assert {answer.payload[name] for name in PAIR_ALONE} == {None}


async def test_an_admin_who_is_one_of_the_two_reads_of_themselves_alone(world: World) -> None:
    # given an admin who is the mentor, paired by another admin
    clock.set(moment("2026-09-01 12:00"))
    ada, theo, other = await world.people("Ada", "Theo", "Ola")
    group = await world.group(ada, other)
    program = await world.open_program(ada, group, requiresConsent=True)
    await world.enroll(ada, program, "MENTOR")
    await world.enroll(theo, program, "MENTEE")
    role = """mutation($input: SetGroupRoleInput!) { setGroupRole(input: $input) {
      errors { code } } }"""
    (await ada.ask(role, input={"groupId": group, "userId": other.id, "role": "ADMIN"})).ok()
    pair = Pair(ada, ada, theo, group, program, await world.match(other, program, ada, theo))

    # when the mentee accepts, then whatever way the admin looks it tells nothing of it
    shown = [(await ada.ask(OF_PROGRAM, id=program)).data, await standing(ada, pair)]
    (await theo.ask(RESPOND, id=pair.match)).ok()
    assert [(await ada.ask(OF_PROGRAM, id=program)).data, await standing(ada, pair)] == shown
    assert shown[1]["viewerAcceptedAt"] is None


async def test_while_it_is_frozen_nothing_runs_out_and_nothing_can_be_answered(
    world: World, pair: Pair
) -> None:
    # given a match that is paused for silence, and one with a check-in that is open
    await fallen_silent(pair, pair.mentee)
    other = await world.pair()
    clock.set(moment("2026-10-05 10:00"))
    await tick()
    assert (await standing(other.mentor, other))["openCheckIn"]["week"] == 1
    mo = await world.person("Mo", is_moderator=True)
    for each in (pair, other):
        # when it is frozen
        made = await report(each.mentor, {"matchId": each.match})
        (await resolve(mo, made, "FREEZE_MATCH")).ok()
        shown = await standing(each.mentor, each)
        # then it says neither when it ends nor what to answer; where the two are, it still does
        assert (shown["endsForSilenceAt"], shown["openCheckIn"]) == (None, None)
        assert shown["status"] == "FROZEN" and shown["currentStep"]["state"] == "CURRENT"
        # and when it goes on, all of the time is there again
        (await resolve(mo, made, "UNFREEZE_MATCH")).ok()
    assert (await standing(pair.mentor, pair))["endsForSilenceAt"] == "2026-10-19T10:00:00+00:00"
    assert (await standing(other.mentor, other))["openCheckIn"]["week"] == 1


async def test_the_current_step_is_the_one_that_the_way_says_and_none_once_all_are_done(
    pair: Pair,
) -> None:
    steps = (await pair.mentor.ask(WAY, id=pair.match)).ok()["steps"]
    # when the two do a later one first, and then each that comes next
    (await pair.mentee.ask(COMPLETE, match=pair.match, step=steps[1]["step"]["id"])).ok()
    for person in (pair.mentor, pair.mentee) * len(steps):
        way = (await pair.mentee.ask(WAY, id=pair.match)).ok()["steps"]
        current = [each["step"] for each in way if each["state"] == "CURRENT"]
        # then it is the one of the way, to both
        shown = [(await standing(each, pair))["currentStep"] for each in (pair.mentor, pair.mentee)]
        nobody = {"completedAt": None, "completedBy": None}
        expected = {"state": "CURRENT", "step": current[0], **nobody} if current else None
        assert shown == [expected, expected]
        if expected is None:
            break
        await complete_step(person, pair)
    # and in the end there is none
    assert expected is None and {each["state"] for each in way} == {"DONE"}


async def test_the_check_in_that_can_be_answered_is_there_until_both_have(pair: Pair) -> None:
    assert (await standing(pair.mentor, pair))["openCheckIn"] is None
    await until("2026-09-07 12:00")
    (only,) = await check_ins(pair.mentor, pair.match)

    # when nobody has answered, and when one has, then it is there for both
    for mood in (None, 4):
        if mood:
            assert await answer_check_in(pair.mentor, pair.match, mood=mood) == []
        for person in (pair.mentor, pair.mentee):
            mine = {"mood": mood} if mood and person is pair.mentor else None
            assert (await standing(person, pair))["openCheckIn"] == {
                "id": only["id"],
                "week": 1,
                "status": "OPEN",
                "mine": mine,
                "partners": None,
                "match": {"id": pair.match},
            }
    # and a pause keeps nobody from answering it
    await change(pair.mentee, "pauseMatch", pair)
    assert (await standing(pair.mentee, pair))["openCheckIn"]["id"] == only["id"]
    assert await answer_check_in(pair.mentee, pair.match) == []

    # once both have, there is none
    for person in (pair.mentor, pair.mentee):
        assert (await standing(person, pair))["openCheckIn"] is None


async def test_a_check_in_that_is_over_or_was_cut_off_is_not_open(world: World, pair: Pair) -> None:
    other = await world.pair()
    await until("2026-09-07 12:00")

    # given one whose match has ended meanwhile
    await change(other.mentee, "endMatch", other)
    assert (await standing(other.mentor, other))["openCheckIn"] is None

    # and one that nobody has answered, and whose time is over
    assert (await standing(pair.mentor, pair))["openCheckIn"]["week"] == 1
    await change(pair.mentor, "pauseMatch", pair)
    await until("2026-09-13 10:00")
    assert (await standing(pair.mentor, pair))["openCheckIn"] is None


async def test_whatever_way_one_gets_to_a_match_it_says_the_same(pair: Pair) -> None:
    await until("2026-09-07 12:00")
    await complete_step(pair.mentee, pair)
    await execute("UPDATE pair_members SET accepted_at = $1", moment("2026-09-01 12:00"))

    for person in (pair.mentor, pair.mentee):
        shown = await standing(person, pair)
        assert shown["openCheckIn"] and shown["currentStep"] and shown["viewerAcceptedAt"] == NOON
        assert (await person.ask(LISTED)).ok()["matches"]["nodes"] == [shown]
        assert (await person.ask(NODE, id=pair.match)).ok() == shown
