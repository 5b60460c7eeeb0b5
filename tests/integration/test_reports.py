"""report: what is told to the moderators, what is shown to them, and what nobody else learns."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from domain.clock import clock
from models.database import execute, fetch
from tests.integration.case_files import OWN, QUEUE, moderator, queue, report
from tests.integration.cases import send
from tests.integration.world import Pair, World


@pytest.fixture
async def pair(world: World) -> Pair:
    return await world.pair()


async def test_each_kind_of_thing_can_be_reported_and_leads_to_whom_it_is_about(
    world: World, pair: Pair
) -> None:
    message = await send(pair.mentor, pair.match, "Pay me.")
    for subject, reported, shown in (
        ({"messageId": message}, pair.mentor.id, ["Pay me."]),
        ({"matchId": pair.match}, pair.mentor.id, []),
        ({"userId": pair.admin.id}, pair.admin.id, []),
        ({"programId": pair.program}, None, []),
    ):
        made = (await report(pair.mentee, subject)).ok()["report"]
        assert made["reportedUser"] == (reported and {"id": reported})
        assert made["program"] == ({"id": pair.program} if "programId" in subject else None)
        assert made["reporter"] == {"id": pair.mentee.id}
        assert [one["body"] for one in made["evidence"]] == shown
        assert (made["status"], made["resolvedAt"]) == ("OPEN", None)
        assert (made["reason"], made["details"]) == ("HARASSMENT", "Please look at this.")
    cases = await queue(await moderator(world))
    assert [case["program"] for case in cases] == [None, None, None, {"id": pair.program}]


async def test_exactly_one_subject_is_named(pair: Pair) -> None:
    both = {"matchId": pair.match, "userId": pair.mentor.id}
    for subject in ({}, both, {"matchId": None}):
        assert (await report(pair.mentee, subject)).codes == ["GRAPHQL_VALIDATION_FAILED"]


async def test_what_is_not_ones_own_and_what_is_not_there_are_the_same(
    world: World, pair: Pair
) -> None:
    elsewhere = await world.pair()
    foreign = await send(elsewhere.mentor, elsewhere.match, "Not for you.")
    draft = await world.program(elsewhere.admin, elsewhere.group)
    for name, ids in {
        "messageId": (foreign, "message_" + "0" * 32, pair.match, "\0"),
        "matchId": (elsewhere.match, "match_" + "0" * 32, "nonsense"),
        "userId": (elsewhere.mentee.id, "user_" + "0" * 32, ""),
        "programId": (draft, "program_" + "0" * 32, pair.group),
    }.items():
        for id in ids:
            refused = await report(pair.mentee, {name: id})
            assert refused.refusals == [("NOT_FOUND", ("subject", name))]
    # an admin and a moderator who are not of the pair are outsiders, too
    for outsider in (pair.admin, await moderator(world)):
        refused = await report(outsider, {"matchId": pair.match})
        assert refused.refusals == [("NOT_FOUND", ("subject", "matchId"))]


async def test_nobody_reports_themselves_and_something_is_said(pair: Pair) -> None:
    own = await send(pair.mentee, pair.match, "Hello")
    for name, id in (("userId", pair.mentee.id), ("messageId", own)):
        assert (await report(pair.mentee, {name: id})).refusals == [("INVALID", ("subject", name))]
    for details in ("", "  ", "x" * 5001, "\0"):
        refused = await report(pair.mentee, {"matchId": pair.match}, details=details)
        assert refused.refusals == [("INVALID", ("details",))]
    many = await report(pair.mentee, {"matchId": pair.match}, *[own] * 101)
    assert many.refusals == [("INVALID", ("evidenceMessageIds",))]
    assert await fetch("SELECT 1 FROM reports") == []


async def test_reporter_and_moderators_see_a_report_and_nobody_else_at_all(
    world: World, pair: Pair
) -> None:
    id = (await report(pair.mentee, {"matchId": pair.match})).ok()["report"]["id"]
    node = "query($id: ID!) { node(id: $id) { ... on Report { details evidence { body } } } }"
    mo = await moderator(world)
    for person in (pair.mentee, mo):
        assert (await person.ask(node, id=id)).ok()["details"] == "Please look at this."
    for person in (pair.mentor, pair.admin, await world.person("Sam")):
        assert (await person.ask(node, id=id)).ok() is None
        assert (await person.ask(OWN)).ok()["reports"]["nodes"] == []
        answer = await person.ask("{ moderation { reports { nodes { id } } } }")
        assert (answer.data, answer.codes) == ({"moderation": None}, ["FORBIDDEN"])
    assert (await world.nobody.ask(QUEUE)).codes == ["UNAUTHENTICATED"]
    # the reporter does not read how it was judged, only that it was
    answer = await pair.mentee.ask(
        "{ viewer { reports { nodes { status resolution { note } } } } }"
    )
    assert answer.payload == {"reports": {"nodes": [{"status": "OPEN", "resolution": None}]}}
    assert answer.codes == ["FORBIDDEN"]


async def test_nothing_of_it_shows_in_what_a_programs_admins_see(pair: Pair) -> None:
    everything = """query($id: ID!) { program(id: $id) {
      auditLog(first: 100) { nodes { action actor { id } subject } }
      stats { pending } enrollments { totalCount nodes { status openPlaces } }
      matches { totalCount nodes { status endReason } } } }"""
    before = (await pair.admin.ask(everything, id=pair.program)).data
    (await report(pair.mentee, {"matchId": pair.match})).ok()
    (await report(pair.mentee, {"programId": pair.program})).ok()
    assert (await pair.admin.ask(everything, id=pair.program)).data == before


async def test_so_many_reports_a_day_and_no_more_however_they_come(
    world: World, pair: Pair
) -> None:
    clock.set(datetime(2031, 3, 1, tzinfo=UTC))
    # when one sends twenty at once
    answers = await asyncio.gather(
        *(report(pair.mentee, {"matchId": pair.match}) for _ in range(20))
    )
    # then ten of them are taken, and the others told to wait, at top level
    assert sorted(tuple(a.codes) for a in answers) == [()] * 10 + [("RATE_LIMITED",)] * 10
    assert len(await fetch("SELECT 1 FROM reports")) == 10
    # others are not kept from it, and a day later neither is the reporter
    (await report(pair.mentor, {"matchId": pair.match})).ok()
    clock.advance(timedelta(hours=23))
    refused = await report(pair.mentee, {"matchId": pair.match})
    assert [e["extensions"] for e in refused.errors] == [
        {"code": "RATE_LIMITED", "retryAfter": 3600}
    ]
    clock.advance(timedelta(hours=1, seconds=1))
    (await report(pair.mentee, {"matchId": pair.match})).ok()


async def test_a_program_that_was_reported_is_shown_to_adults_alone(pair: Pair) -> None:
    # given somebody who has reported a program
    (await report(pair.mentee, {"programId": pair.program})).ok()
    assert (await pair.mentee.ask(OWN)).ok()["reports"]["nodes"][0]["program"]

    # when their age is doubted, then of programs nothing is shown to them here either
    await execute("UPDATE users SET age_known = false WHERE id = $1", pair.mentee.key)
    assert (await pair.mentee.ask(OWN)).ok()["reports"]["nodes"][0]["program"] is None


async def test_minors_and_people_of_unknown_age_may_report_the_suspended_may_not(
    world: World, pair: Pair
) -> None:
    for young in (await world.minor("Max"), await world.of_unknown_age("Alex")):
        await world.join(young, pair.group)
        (await report(young, {"userId": pair.mentor.id})).ok()
    await execute("UPDATE users SET age_known = false WHERE id = $1", pair.mentee.key)
    (await report(pair.mentee, {"matchId": pair.match})).ok()
    await execute("UPDATE users SET suspended_at = now() WHERE id = $1", pair.mentee.key)
    assert (await report(pair.mentee, {"matchId": pair.match})).codes == ["SUSPENDED"]
