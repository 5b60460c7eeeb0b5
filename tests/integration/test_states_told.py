"""Whoever is refused because of a state is told which one it is, whatever they wanted to do."""

from datetime import timedelta
from typing import Any

import pytest

from domain.clock import clock
from server.ticking import tick
from tests.integration.passing_time import check_ins, paired_with_a_check_in
from tests.integration.world import Pair, Person, World

BY_MATCH = (
    """mutation($match: ID!) {{ {field}(matchId: $match{more}) {{ errors {{ message }} }} }}"""
)
SEND = """mutation($match: ID!) {
  sendMessage(input: {matchId: $match, body: "Thanks", clientKey: "1"}) { errors { message } } }"""


async def told(person: Person, document: str, **said: Any) -> list[str]:
    """The last word of each refusal: a state, if one is named."""
    answer = await person.ask(document, **said)
    return [error["message"].split(": ")[-1] for error in answer.payload["errors"]]


def by_match(field: str, more: str = "") -> str:
    return BY_MATCH.format(field=field, more=more)


async def first_step(pair: Pair) -> str:
    steps = (
        await pair.admin.ask(
            "query($id: ID!) { program(id: $id) { steps { id } } }", id=pair.program
        )
    ).payload["steps"]
    return f', stepId: "{steps[0]["id"]}"'


@pytest.mark.parametrize(
    ("event", "state"), [("completeMatch", "COMPLETED"), ("endMatch", "ENDED")]
)
async def test_a_pair_that_is_over_is_told_so_by_all_it_can_no_longer_do(
    world: World, event: str, state: str
) -> None:
    # given a pair with a message, that is over
    pair = await world.pair()
    sent = await pair.mentee.ask(
        """mutation($match: ID!) {
             sendMessage(input: {matchId: $match, body: "Hello", clientKey: "0"}) {
               message { id } errors { code } } }""",
        match=pair.match,
    )
    message = sent.ok()["message"]["id"]
    (await pair.mentee.ask(by_match(event), match=pair.match)).ok()
    step = await first_step(pair)
    # when somebody goes on as before
    for document in (
        SEND,
        by_match("completeStep", step),
        by_match("reopenStep", step),
        by_match("setTyping", ", isTyping: true"),
        by_match("setCheckInWeekday", ", weekday: FRIDAY"),
    ):
        # then they read why not
        assert await told(pair.mentee, document, match=pair.match) == [f"{state}."], document
    edit = """mutation($id: ID!) {
      editMessage(input: {messageId: $id, body: "Hi"}) { errors { message } } }"""
    assert await told(pair.mentee, edit, id=message) == [f"{state}."]


async def test_who_answers_a_check_in_that_is_over_is_told_that_it_was_missed(world: World) -> None:
    # given a check-in that nobody answered in time
    pair = await paired_with_a_check_in(world)
    missed = (await check_ins(pair.mentee, pair.match))[-1]["id"]
    clock.advance(timedelta(days=7))
    await tick()
    answer = """mutation($id: ID!) {
      answerCheckIn(input: {checkInId: $id, mood: 4, met: true}) { errors { message } } }"""
    # then an answer is refused with the check-in's own state
    assert await told(pair.mentee, answer, id=missed) == ["MISSED."]


async def test_an_admin_is_told_which_state_keeps_an_enrollment_from_being_approved(
    world: World,
) -> None:
    # given one who was declined, and one who is still to be decided
    admin, declined, pending = await world.people("Ada", "Dora", "Pia")
    program = await world.open_program(admin, await world.group(admin))
    no = await world.enroll(declined, program, "MENTEE", approved=False)
    maybe = await world.enroll(pending, program, "MENTEE", approved=False)
    decline = """mutation($ids: [ID!]!) {
      declineEnrollments(enrollmentIds: $ids) { errors { code } } }"""
    (await admin.ask(decline, ids=[no])).ok()
    approve = """mutation($ids: [ID!]!) {
      approveEnrollments(enrollmentIds: $ids) { errors { message } } }"""
    # then what is refused is told with its state
    assert await told(admin, approve, ids=[maybe, no]) == ["DECLINED."]
    rewrite = """mutation($id: ID!) {
      updateEnrollment(input: {enrollmentId: $id, goal: "Rest"}) { errors { message } } }"""
    assert await told(declined, rewrite, id=no) == ["DECLINED."]
    # and once the program is archived, with that of the program
    for change in ("closeProgram", "archiveProgram"):
        await world.change(admin, change, program)
    assert await told(admin, approve, ids=[maybe]) == ["ARCHIVED."]
    assert await told(pending, rewrite, id=maybe) == ["ARCHIVED."]
    rename = """mutation($id: ID!) {
      updateProgram(input: {programId: $id, title: "Again"}) { errors { message } } }"""
    assert await told(admin, rename, id=program) == ["ARCHIVED."]


async def test_who_pairs_in_a_draft_is_told_that_it_is_one(world: World) -> None:
    # given a program that was never opened
    admin = await world.person("Ada")
    draft = await world.program(admin, await world.group(admin))
    # then nobody is paired there, and the admin reads why
    pair = """mutation($id: ID!) { createMatches(input: {programId: $id, pairs: [
      {mentorEnrollmentId: "none", menteeEnrollmentId: "none"}]}) { errors { message } } }"""
    assert await told(admin, pair, id=draft) == ["DRAFT."]
