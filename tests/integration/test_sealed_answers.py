"""Sealed means sealed: until both have answered, nothing tells the partner's answer, nor that there
is one. All that can be asked gives the same bytes before and after."""

from collections.abc import Mapping
from typing import Any

import pytest

from domain.clock import clock
from server.ticking import tick
from tests.integration.followers import Follower, running_hub
from tests.integration.passing_time import answer_check_in, check_ins, moment, reminded
from tests.integration.world import Pair, Person, World

CHECK_IN = """id week date opensAt dueAt status
    mine { mood met note answeredAt } partners { mood met note answeredAt }"""
ASKED = {
    "the match": f"""query($match: ID!) {{ match(id: $match) {{
        status endReason startedAt endedAt checkInWeekday stepsDone stepsTotal
        checkInsDone checkInsMissed unreadCount health
        respondBy endsForSilenceAt viewerAcceptedAt
        openCheckIn {{ {CHECK_IN} }} currentStep {{ state }}
        steps {{ state }} messages {{ nodes {{ id }} }}
        checkIns {{ nodes {{ {CHECK_IN} }} edges {{ cursor }}
                    pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }} }} }} }}""",
    "the nodes": f"""query($ids: [ID!]!) {{ nodes(ids: $ids) {{ id
        ... on CheckIn {{ {CHECK_IN} match {{ health checkInsDone }} }}
        ... on CheckInReminder {{ kind acknowledgedAt checkIn {{ {CHECK_IN} }} }} }} }}""",
    "the viewer": f"""{{ viewer {{
        checkInPreferences {{ localTime timeZone mutedUntil }}
        checkInReminders {{ nodes {{ id kind remindedAt checkIn {{ {CHECK_IN} }} }} }}
        upcomingReminders {{ kind at localTime match {{ id checkInsDone }} }}
        matches {{ nodes {{ id health openCheckIn {{ {CHECK_IN} }}
          checkIns {{ nodes {{ {CHECK_IN} }} }} }} }} }} }}""",
    "the program": """query($program: ID!) { program(id: $program) {
        stats { checkInsByWeek { week due completed missed } stepsCompletedRatio
                matchesByStatus { status count } }
        auditLog { nodes { action details subject } }
        matches { nodes { health checkInsDone checkInsMissed checkIns { nodes { id } } } } } }""",
    "wrong input": """mutation($checkIn: ID!) {
        answerCheckIn(input: {checkInId: $checkIn, mood: 9, met: true}) {
          checkIn { id } errors { code message field } } }""",
}
STREAM = f"subscription {{ checkInReminders {{ id kind checkIn {{ {CHECK_IN} }} }} }}"


@pytest.fixture
async def pair(world: World) -> Pair:
    """Their first check-in is open, and both have been told."""
    clock.set(moment("2026-09-01 12:00"))
    pair = await world.pair()
    clock.set(moment("2026-09-06 10:00"))
    await tick()
    clock.set(moment("2026-09-07 07:00"))
    await tick()
    return pair


async def all_told(person: Person, variables: Mapping[str, Any]) -> dict[str, Any]:
    """Everything that somebody is answered, errors included."""
    told: dict[str, Any] = {}
    for name, document in ASKED.items():
        needed = {key: value for key, value in variables.items() if f"${key}:" in document}
        answer = await person.ask(document, **needed)
        told[name] = (answer.data, answer.errors)
    async with running_hub() as hub, Follower(hub, person, STREAM) as follower:
        told["the stream"] = (await follower.rest(), follower.codes)
    return told


async def test_nothing_changes_for_anybody_else_when_one_of_the_two_answers(
    world: World, pair: Pair
) -> None:
    # given all that the partner, an admin, a stranger and nobody can ask
    (check_in,) = await check_ins(pair.mentor, pair.match)
    reminder = (await pair.mentor.ask("{ viewer { checkInReminders { nodes { id } } } }")).ok()[
        "checkInReminders"
    ]["nodes"][0]["id"]
    variables = {
        "match": pair.match,
        "program": pair.program,
        "checkIn": check_in["id"],
        "ids": [check_in["id"], reminder, pair.match],
    }
    stranger = await world.person("Eve")
    others = [pair.mentee, pair.admin, stranger]
    before = [await all_told(person, variables) for person in others]

    # when the mentor answers, and answers again
    for mood in (1, 5):
        assert await answer_check_in(pair.mentor, pair.match, mood=mood, note="A secret") == []

    # then not a byte of it is another
    assert [await all_told(person, variables) for person in others] == before

    # and while it stays so, the mentor learns nothing either, but her own answer
    (hers,) = await check_ins(pair.mentor, pair.match)
    assert (hers["mine"]["note"], hers["partners"]) == ("A secret", None)


async def test_the_other_one_is_called_a_last_time_whether_the_first_has_answered_or_not(
    pair: Pair,
) -> None:
    assert await answer_check_in(pair.mentor, pair.match) == []

    clock.set(moment("2026-09-11 07:00"))
    await tick()

    # her answer spares her the last call, and tells him nothing
    assert [kind for kind, _, _ in await reminded(pair.mentor)] == ["OPENED"]
    assert [kind for kind, _, _ in await reminded(pair.mentee)] == ["OPENED", "LAST_CALL"]


async def test_a_silent_person_who_answers_looks_silent_to_admins_until_it_is_decided(
    pair: Pair,
) -> None:
    # given somebody who missed the first check-in
    assert await answer_check_in(pair.mentor, pair.match) == []
    clock.set(moment("2026-09-13 10:00"))
    await tick()
    health = "query($id: ID!) { match(id: $id) { health } }"
    assert (await pair.admin.ask(health, id=pair.match)).ok()["health"] == "QUIET"

    # when he answers the second, then nobody can tell from his pair's health
    assert await answer_check_in(pair.mentee, pair.match) == []
    assert (await pair.admin.ask(health, id=pair.match)).ok()["health"] == "QUIET"
    assert await answer_check_in(pair.mentor, pair.match) == []
    assert (await pair.admin.ask(health, id=pair.match)).ok()["health"] == "ON_TRACK"
