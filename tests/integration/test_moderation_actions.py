"""What each action of a moderator does to messages, matches and people."""

from datetime import UTC, date, datetime, timedelta

import pytest

from domain.clock import clock
from tests.integration.cases import SEND, notices, report, resolve, send
from tests.integration.world import Pair, Person, World

ONE = "query($id: ID!) { moderation { report(id: $id) { id evidence { body } } } }"
MATCH = """query($id: ID!) { match(id: $id) { status endReason
  messages { nodes { body deletedAt } } } }"""
GROUPS = "{ groups { nodes { id } } }"
NOTHING_TO_DO = [("ILLEGAL_STATE", ("reportId",))]


@pytest.fixture
async def pair(world: World) -> Pair:
    clock.set(datetime(2031, 3, 1, tzinfo=UTC))
    return await world.pair()


async def seen(person: Person, match: str) -> tuple[str, str | None]:
    shown = (await person.ask(MATCH, id=match)).ok()
    return shown["status"], shown["endReason"]


async def test_messages_are_removed_that_are_evidence_and_the_reported_ones_own(
    world: World, pair: Pair, mo: Person
) -> None:
    # given a report with a message of each, and one of the reported person that was not chosen
    bad = await send(pair.mentor, pair.match, "bad")
    await send(pair.mentor, pair.match, "good")
    own = await send(pair.mentee, pair.match, "own")
    id = await report(pair.mentee, {"messageId": bad}, own)

    # when the moderator removes messages
    (await resolve(mo, id, "REMOVE_MESSAGES")).ok()

    # then the one is gone from the conversation and the database, and still evidence
    nodes = (await pair.mentee.ask(MATCH, id=pair.match)).ok()["messages"]["nodes"]
    assert [node["body"] for node in nodes] == [None, "good", "own"]
    assert nodes[0]["deletedAt"] == clock.now().isoformat()
    (case,) = [(await mo.ask(ONE, id=id)).ok()["report"]]
    assert [one["body"] for one in case["evidence"]] == ["bad", "own"]
    # and there is nothing left to remove
    assert (await resolve(mo, id, "REMOVE_MESSAGES")).refusals == NOTHING_TO_DO


@pytest.mark.parametrize("paused", [False, True])
async def test_a_match_is_frozen_and_goes_on_as_it_was(
    pair: Pair, mo: Person, paused: bool
) -> None:
    before = "PAUSED" if paused else "ACTIVE"
    if paused:
        pause = "mutation($id: ID!) { pauseMatch(matchId: $id) { errors { code } } }"
        (await pair.mentor.ask(pause, id=pair.match)).ok()
    id = await report(pair.mentee, {"matchId": pair.match})

    # when it is frozen, then both read, nobody writes, and nobody but moderation resumes it
    (await resolve(mo, id, "FREEZE_MATCH")).ok()
    resume = "mutation($id: ID!) { resumeMatch(matchId: $id) { errors { code } } }"
    for person in (pair.mentor, pair.mentee):
        assert await seen(person, pair.match) == ("FROZEN", None)
        answer = await person.ask(SEND, match=pair.match, body="?", key="?")
        assert answer.refusals == [("ILLEGAL_STATE", ("matchId",))]
        refused = (await person.ask(resume, id=pair.match)).payload["errors"]
        assert refused == [{"code": "ILLEGAL_STATE"}]
    assert (await resolve(mo, id, "FREEZE_MATCH")).refusals == NOTHING_TO_DO

    # when it is unfrozen, then it is what it was
    (await resolve(mo, id, "UNFREEZE_MATCH")).ok()
    assert await seen(pair.mentee, pair.match) == (before, None)
    assert [one["action"] for one in await notices(pair.mentor)] == [
        *("FREEZE_MATCH", "UNFREEZE_MATCH")
    ]


async def test_a_frozen_match_of_somebody_who_may_take_no_part_stays_frozen(
    pair: Pair, mo: Person
) -> None:
    id = await report(pair.mentee, {"matchId": pair.match})
    (await resolve(mo, id, "FREEZE_MATCH")).ok()
    (await resolve(mo, id, "SUSPEND_USER")).ok()
    assert (await resolve(mo, id, "UNFREEZE_MATCH")).refusals == NOTHING_TO_DO
    (await resolve(mo, id, "END_MATCH")).ok()
    assert await seen(pair.mentee, pair.match) == ("ENDED", "ENDED_BY_PARTNER")


@pytest.mark.parametrize("subject", ["match", "user"])
async def test_a_match_ended_by_moderation_reads_as_ended_by_the_partner_to_both(
    world: World, pair: Pair, mo: Person, subject: str
) -> None:
    id = await report(
        pair.mentee,
        {"matchId": pair.match} if subject == "match" else {"userId": pair.mentor.id},
    )
    clock.advance(timedelta(days=5))
    (await resolve(mo, id, "END_MATCH")).ok()

    for person in (pair.mentor, pair.mentee):
        assert await seen(person, pair.match) == ("ENDED", "ENDED_BY_PARTNER")
    # the place is free, and the mentee has lost none in the queue
    log = """query($id: ID!) { program(id: $id) { enrollments { nodes { openPlaces waitingSince } }
      auditLog(first: 100) { nodes { action actor { id } } } } }"""
    shown = (await pair.admin.ask(log, id=pair.program)).ok()
    assert [one["openPlaces"] for one in shown["enrollments"]["nodes"]] == [2, 1]
    waiting = datetime(2031, 3, 1, tzinfo=UTC).isoformat()
    assert shown["enrollments"]["nodes"][1]["waitingSince"] == waiting
    # and the admins read what they read when a partner goes
    assert shown["auditLog"]["nodes"][-1] == {"action": "match.ended", "actor": None}


async def test_what_is_to_be_done_to_a_match_needs_one_and_to_a_person_a_person(
    world: World, pair: Pair, mo: Person
) -> None:
    unpaired = await report(pair.mentee, {"userId": pair.admin.id})
    program = await report(pair.mentee, {"programId": pair.program})
    for id, actions in (
        (unpaired, ("FREEZE_MATCH", "UNFREEZE_MATCH", "END_MATCH", "REMOVE_MESSAGES")),
        (
            program,
            (
                *("FREEZE_MATCH", "UNFREEZE_MATCH", "END_MATCH", "REMOVE_MESSAGES"),
                *("SUSPEND_USER", "MARK_UNDERAGE"),
            ),
        ),
    ):
        for action in actions:
            refused = await resolve(mo, id, action)
            assert refused.refusals == NOTHING_TO_DO, action
    # a warning about a program is for those who run it
    (await resolve(mo, program, "WARN")).ok()
    assert [one["action"] for one in await notices(pair.admin)] == ["WARN"]


async def test_a_suspended_person_is_left_with_the_door_and_the_reason(
    world: World, pair: Pair, mo: Person
) -> None:
    # given somebody with a match, a proposal they have accepted, and a report against them
    consent = await world.open_program(pair.admin, pair.group, requiresConsent=True)
    await world.enroll(pair.mentor, consent, "MENTOR")
    await world.enroll(pair.mentee, consent, "MENTEE")
    proposed = await world.match(pair.admin, consent, pair.mentor, pair.mentee)
    accept = """mutation($id: ID!) { respondToMatch(matchId: $id, accept: true) {
      errors { code } } }"""
    (await pair.mentor.ask(accept, id=proposed)).ok()
    id = await report(pair.mentee, {"matchId": pair.match}, reason="HATE_SPEECH")

    # when they are suspended
    (await resolve(mo, id, "SUSPEND_USER")).ok()

    # then everything answers SUSPENDED, but that they see who they are and why
    assert (await pair.mentor.ask(GROUPS)).codes == ["SUSPENDED"]
    assert [one["action"] for one in await notices(pair.mentor)] == ["SUSPEND_USER"]
    # what they had accepted does not begin, and what is under way is the partner's to end
    assert await seen(pair.mentee, proposed) == ("ENDED", "ENDED_BY_PARTNER")
    assert await seen(pair.mentee, pair.match) == ("ACTIVE", None)
    end = "mutation($id: ID!) { endMatch(matchId: $id) { errors { code } } }"
    (await pair.mentee.ask(end, id=pair.match)).ok()
    # and it is done once
    again = await report(pair.mentee, {"userId": pair.mentor.id})
    assert (await resolve(mo, again, "SUSPEND_USER")).refusals == NOTHING_TO_DO


async def test_the_matches_of_somebody_found_to_be_under_age_freeze_at_once(
    world: World, pair: Pair, mo: Person
) -> None:
    # given somebody with two matches, one with another partner and paused, and a proposal
    una = await world.person("Una")
    await world.enroll(una, pair.program, "MENTEE")
    other = await world.match(pair.admin, pair.program, pair.mentor, una)
    pause = "mutation($id: ID!) { pauseMatch(matchId: $id) { errors { code } } }"
    (await una.ask(pause, id=other)).ok()
    consent = await world.open_program(pair.admin, pair.group, requiresConsent=True)
    await world.enroll(pair.mentor, consent, "MENTOR")
    await world.enroll(una, consent, "MENTEE")
    proposed = await world.match(pair.admin, consent, pair.mentor, una)
    id = await report(pair.mentee, {"userId": pair.mentor.id}, reason="HARASSMENT")

    # when a moderator finds that they are under age, which is what they are told of
    (await resolve(mo, id, "MARK_UNDERAGE")).ok()
    assert [one["reason"] for one in await notices(pair.mentor)] == ["UNDERAGE"]

    # then their age is unknown again, and both matches are frozen
    answer = await pair.mentor.ask("query($id: ID!) { match(id: $id) { id } }", id=pair.match)
    assert answer.codes == ["AGE_UNKNOWN"]
    me = (await pair.mentor.ask("{ viewer { isAdult adultFrom } }")).payload
    assert me == {"isAdult": False, "adultFrom": None}
    assert await seen(pair.mentee, pair.match) == ("FROZEN", None)
    assert await seen(una, other) == ("FROZEN", None)
    # the proposal is over, and no new one can be made
    assert await seen(una, proposed) == ("ENDED", "ENDED_BY_PARTNER")
    create = """mutation($input: CreateMatchesInput!) {
      createMatches(input: $input) { errors { code } } }"""
    enrollments = {
        "mentorEnrollmentId": world.enrollment(pair.mentor, consent, "MENTOR"),
        "menteeEnrollmentId": world.enrollment(una, consent, "MENTEE"),
    }
    refused = await pair.admin.ask(create, input={"programId": consent, "pairs": [enrollments]})
    assert refused.payload["errors"] == [{"code": "ILLEGAL_STATE"}]
    # nor is the match taken up again while the age is unknown
    assert (await resolve(mo, id, "UNFREEZE_MATCH")).refusals == NOTHING_TO_DO
    # time opens no gate that was shut like this
    clock.set(datetime(2199, 1, 1, tzinfo=UTC))
    assert (await pair.mentor.ask("{ viewer { isAdult } }")).payload == {"isAdult": False}


async def test_a_known_minor_is_marked_too(world: World, pair: Pair, mo: Person) -> None:
    young = await world.person("Max", adult_from=date(2199, 1, 1))
    await world.join(young, pair.group)
    id = await report(pair.mentee, {"userId": young.id})
    (await resolve(mo, id, "MARK_UNDERAGE")).ok()
    again = await report(pair.mentee, {"userId": young.id})
    assert (await resolve(mo, again, "MARK_UNDERAGE")).refusals == [
        ("ILLEGAL_STATE", ("reportId",))
    ]
