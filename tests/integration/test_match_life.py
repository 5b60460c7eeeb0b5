"""Proposed, active, paused, over: who may lead a match where, and where nobody can."""

from datetime import timedelta
from itertools import product
from typing import Any
from uuid import UUID

import pytest

from domain.clock import clock
from models.database import execute, fetch
from models.ids import parse_global_id
from models.matches import MatchStatus
from server.ticking import tick
from tests.integration.world import Answer, Pair, Person, World

FIELDS = "{ match { status endReason startedAt endedAt } errors { code field } }"
EVENTS = {
    "accept": f"mutation($id: ID!) {{ respondToMatch(matchId: $id, accept: true) {FIELDS} }}",
    "decline": f"mutation($id: ID!) {{ respondToMatch(matchId: $id, accept: false) {FIELDS} }}",
    "pause": f"mutation($id: ID!) {{ pauseMatch(matchId: $id) {FIELDS} }}",
    "resume": f"mutation($id: ID!) {{ resumeMatch(matchId: $id) {FIELDS} }}",
    "complete": f"mutation($id: ID!) {{ completeMatch(matchId: $id) {FIELDS} }}",
    "end": f"mutation($id: ID!) {{ endMatch(matchId: $id) {FIELDS} }}",
}
WEEKDAY = """mutation($id: ID!, $day: Weekday!) {
  setCheckInWeekday(matchId: $id, weekday: $day) {
    match { checkInWeekday } errors { code field } } }"""

ALLOWED = {
    ("PROPOSED", "accept"), ("PROPOSED", "decline"), ("PROPOSED", "end"),
    ("ACTIVE", "pause"), ("ACTIVE", "complete"), ("ACTIVE", "end"),
    ("PAUSED", "resume"), ("PAUSED", "complete"), ("PAUSED", "end"),
    ("FROZEN", "end"),
}  # fmt: skip
LED_TO = {"pause": "PAUSED", "resume": "ACTIVE", "complete": "COMPLETED", "end": "ENDED"}
"""Where an event leads that either of the two or an admin may bring about."""
OVER = {"COMPLETED", "ENDED", "DECLINED", "EXPIRED"}

TWO_WEEKS = timedelta(days=14)


async def does(person: Person, event: str, match: str) -> Answer:
    return await person.ask(EVENTS[event], id=match)


async def pair_in(world: World, state: str) -> Pair:
    """A pair whose match is in this state."""
    pair = await world.pair(consent=state in ("PROPOSED", "DECLINED", "EXPIRED"))
    if state == "FROZEN":  # no mutation freezes by itself
        await execute("UPDATE matches SET status = 'FROZEN' WHERE id = $1", key_of(pair.match))
    elif state == "EXPIRED":
        clock.advance(TWO_WEEKS)
        await tick()
    elif state in ("PAUSED", "COMPLETED", "ENDED", "DECLINED"):
        event = {"PAUSED": "pause", "COMPLETED": "complete", "ENDED": "end", "DECLINED": "decline"}
        (await does(pair.mentor, event[state], pair.match)).ok()
    assert await stored(pair) == state
    return pair


async def stored(pair: Pair) -> str:
    rows = await fetch("SELECT status FROM matches WHERE id = $1", key_of(pair.match))
    return str(rows[0]["status"])


async def places(pair: Pair) -> list[int]:
    """How many are taken of each of the two."""
    rows = await fetch(
        """SELECT e.places_taken FROM matches m JOIN enrollments e
               ON e.id IN (m.mentor_enrollment_id, m.mentee_enrollment_id) WHERE m.id = $1""",
        key_of(pair.match),
    )
    return [row["places_taken"] for row in rows]


def key_of(match: str) -> UUID:
    parsed = parse_global_id(match)
    assert parsed is not None
    return parsed[1]


@pytest.mark.parametrize("state", list(MatchStatus))
async def test_what_is_not_listed_is_refused_to_everybody(world: World, state: str) -> None:
    # given a match in this state
    pair = await pair_in(world, state)
    before = [tuple(row) for row in await fetch("SELECT * FROM matches")]
    audited = await fetch("SELECT count(*) FROM audit_entries")
    # when anybody does what cannot be done there
    for event in EVENTS:
        if (state, event) not in ALLOWED:
            for person in (pair.mentor, pair.mentee):
                answer = await does(person, event, pair.match)
                assert answer.refusals == [("ILLEGAL_STATE", ("matchId",))], event
                assert answer.payload["match"] is None
            answer = await does(pair.admin, event, pair.match)
            code = "NOT_FOUND" if event in ("accept", "decline") else "ILLEGAL_STATE"
            assert answer.refusals == [(code, ("matchId",))], event
    # then nothing has changed
    assert [tuple(row) for row in await fetch("SELECT * FROM matches")] == before
    assert await fetch("SELECT count(*) FROM audit_entries") == audited


async def test_either_of_the_two_and_an_admin_lead_it_on(
    world: World, subtests: pytest.Subtests
) -> None:
    for (state, event), who in product(sorted(ALLOWED), ("mentor", "mentee", "admin")):
        if event in LED_TO:
            with subtests.test(state=state, event=event, who=who):
                await demand_leading_on(world, state, event, who)


async def demand_leading_on(world: World, state: str, event: str, who: str) -> None:
    # given a match in this state, and the hour
    pair = await pair_in(world, state)
    clock.advance(timedelta(hours=1))
    # when one of the three does it
    match = (await does(getattr(pair, who), event, pair.match)).ok()["match"]
    # then it is where that leads; it has an end if it is over, and a start if it ever began
    assert match["status"] == await stored(pair) == LED_TO[event]
    now = clock.now().isoformat()
    assert match["endedAt"] == (now if LED_TO[event] in OVER else None)
    assert (match["startedAt"] is not None) == (state != "PROPOSED")
    # and all places are free if it is over, else held
    assert await places(pair) == ([0, 0] if LED_TO[event] in OVER else [1, 1])
    # and the log says who did it, but not which of the two has parted from the other
    log = await fetch("SELECT actor_id FROM audit_entries ORDER BY id DESC LIMIT 1")
    is_parting = event == "end" and who != "admin"
    assert log[0]["actor_id"] == (None if is_parting else getattr(pair, who).key)


async def test_to_strangers_it_is_not_there(world: World) -> None:
    # given a pair, a stranger, a member of the group, and the admin of another group
    pair = await world.pair()
    stranger, member, other = await world.people("Sam", "Mel", "Oda")
    await world.join(member, pair.group)
    await world.group(other)
    for event in EVENTS:
        for person in (stranger, member, other):
            answer = await does(person, event, pair.match)
            assert answer.refusals == [("NOT_FOUND", ("matchId",))]
        # as it is with what is no match at all
        for id in ("", "match_1", "match_" + "0" * 32, pair.program):
            answer = await does(pair.mentor, event, id)
            assert answer.refusals == [("NOT_FOUND", ("matchId",))]
    assert await stored(pair) == "ACTIVE"


async def test_a_proposal_starts_when_both_have_accepted(world: World) -> None:
    pair = await world.pair(consent=True)
    # when one accepts, even twice, it stays a proposal
    for _ in range(2):
        match = (await does(pair.mentor, "accept", pair.match)).ok()["match"]
        assert (match["status"], match["startedAt"]) == ("PROPOSED", None)
    # and when the other accepts a day later, it starts
    clock.advance(timedelta(days=1))
    match = (await does(pair.mentee, "accept", pair.match)).ok()["match"]
    assert (match["status"], match["startedAt"]) == ("ACTIVE", clock.now().isoformat())
    assert match["endedAt"] is None


@pytest.mark.parametrize(("first", "then"), [("mentor", "mentee"), ("mentee", "mentor")])
async def test_one_who_declines_ends_the_proposal(world: World, first: str, then: str) -> None:
    pair = await world.pair(consent=True)
    # when one has accepted and the other declines
    (await does(getattr(pair, first), "accept", pair.match)).ok()
    match = (await does(getattr(pair, then), "decline", pair.match)).ok()["match"]
    # then it is over, without a reason to tell, and the places are free
    assert (match["status"], match["endReason"]) == ("DECLINED", None)
    assert match["startedAt"] is None and match["endedAt"] is not None
    assert await places(pair) == [0, 0]


async def test_who_has_accepted_may_think_again(world: World) -> None:
    pair = await world.pair(consent=True)
    (await does(pair.mentee, "accept", pair.match)).ok()
    match = (await does(pair.mentee, "decline", pair.match)).ok()["match"]
    assert match["status"] == "DECLINED"


@pytest.mark.parametrize("event", ["accept", "decline"])
async def test_a_proposal_is_answered_within_14_days(world: World, event: str) -> None:
    # given a proposal
    clock.advance(timedelta())
    pair = await world.pair(consent=True)
    (await does(pair.mentor, "accept", pair.match)).ok()
    # then a moment before 14 days are over it can be answered, and expires with nobody
    clock.advance(TWO_WEEKS - timedelta(microseconds=1))
    assert (await tick())["proposals expired"] == 0
    last_moment = clock.now()
    # but not when they are over, whether the clock's work is done yet or not
    clock.advance(timedelta(microseconds=1))
    answer = await does(pair.mentee, event, pair.match)
    assert answer.refusals == [("ILLEGAL_STATE", ("matchId",))]
    clock.set(last_moment)
    (await does(pair.mentee, event, pair.match)).ok()


async def test_proposals_nobody_answers_expire(world: World) -> None:
    # given an old proposal, half accepted, and a young one
    clock.advance(timedelta())
    old = await world.pair(consent=True)
    (await does(old.mentor, "accept", old.match)).ok()
    clock.advance(timedelta(days=1))
    young = await world.pair(consent=True)
    # when the old one's 14 days are over
    clock.advance(TWO_WEEKS - timedelta(days=1))
    # then it expires, once
    assert (await tick())["proposals expired"] == 1
    assert (await tick())["proposals expired"] == 0
    assert (await stored(old), await stored(young)) == ("EXPIRED", "PROPOSED")
    assert (await places(old), await places(young)) == ([0, 0], [1, 1])
    # and the log names nobody
    log = await fetch("SELECT actor_id FROM audit_entries WHERE action = 'match.expired'")
    assert [row["actor_id"] for row in log] == [None]


async def test_a_started_match_never_expires(world: World) -> None:
    pair = await world.pair(consent=True)
    for person in (pair.mentor, pair.mentee):
        (await does(person, "accept", pair.match)).ok()
    clock.advance(timedelta(days=1000))
    assert (await tick())["proposals expired"] == 0
    assert await stored(pair) == "ACTIVE"


@pytest.mark.parametrize("state", list(MatchStatus))
async def test_the_two_move_their_weekday_while_it_goes_on(world: World, state: str) -> None:
    pair = await pair_in(world, state)
    answers: list[Any] = [
        await person.ask(WEEKDAY, id=pair.match, day=day)
        for person, day in ((pair.mentor, "FRIDAY"), (pair.mentee, "SUNDAY"))
    ]
    if state in ("ACTIVE", "PAUSED"):
        days = [answer.ok()["match"]["checkInWeekday"] for answer in answers]
        assert days == ["FRIDAY", "SUNDAY"]
    else:
        assert [a.refusals for a in answers] == [[("ILLEGAL_STATE", ("matchId",))]] * 2
    # and nobody else does
    answer = await pair.admin.ask(WEEKDAY, id=pair.match, day="TUESDAY")
    assert answer.refusals == [("NOT_FOUND", ("matchId",))]
