"""Check-ins: when they come, who answers them, and what the two see of each other's answer."""

import asyncio
from contextvars import Context
from typing import Any

import pytest

from domain.check_in_rounds import close_check_ins
from domain.clock import clock
from models.database import fetch
from models.transactions import transactional
from server.ticking import tick
from tests.integration.passing_time import (
    answer_check_in,
    check_ins,
    moment,
    paired_with_a_check_in,
    until,
)
from tests.integration.races import overtaken
from tests.integration.world import Pair, Person, World

PAUSE = "mutation($id: ID!) { pauseMatch(matchId: $id) { errors { code } } }"
RESUME = "mutation($id: ID!) { resumeMatch(matchId: $id) { errors { code } } }"
END = "mutation($id: ID!) { endMatch(matchId: $id) { errors { code } } }"
COUNTS = "query($id: ID!) { match(id: $id) { checkInsDone checkInsMissed } }"
WEEKDAY = """
mutation($id: ID!, $day: Weekday!) { setCheckInWeekday(matchId: $id, weekday: $day) {
  match { checkInWeekday } errors { code field } } }"""
STATS = """
query($id: ID!) { program(id: $id) { stats {
  checkInsByWeek { week due completed missed } } } }"""


@pytest.fixture
async def pair(world: World) -> Pair:
    return await paired_with_a_check_in(world)


async def counts(pair: Pair) -> tuple[int, int]:
    match = (await pair.mentee.ask(COUNTS, id=pair.match)).ok()
    return match["checkInsDone"], match["checkInsMissed"]


async def last(person: Person, match: str) -> dict[str, Any]:
    return (await check_ins(person, match))[-1]


async def test_both_answer_and_see_what_the_other_one_said(pair: Pair) -> None:
    # given one who answers
    assert await answer_check_in(pair.mentor, pair.match, mood=5, note="  We made soap. ") == []

    # then she sees her answer, and neither sees the other's
    hers = await last(pair.mentor, pair.match)
    assert hers["mine"] == {
        "mood": 5,
        "met": True,
        "note": "We made soap.",
        "answeredAt": "2026-09-07T12:00:00+00:00",
    }
    assert hers["partners"] is None
    his = await last(pair.mentee, pair.match)
    assert (his["status"], his["mine"], his["partners"]) == ("OPEN", None, None)

    # when the other one answers, too, then it is completed, and both see both
    assert await answer_check_in(pair.mentee, pair.match, mood=2, met=False) == []
    his = await last(pair.mentee, pair.match)
    assert (his["status"], his["partners"]) == ("COMPLETED", hers["mine"])
    assert (his["mine"]["mood"], his["mine"]["met"], his["mine"]["note"]) == (2, False, None)
    assert (await last(pair.mentor, pair.match))["partners"] == his["mine"]
    assert await counts(pair) == (1, 0)


async def test_an_answer_is_replaced_until_both_are_in(pair: Pair) -> None:
    assert await answer_check_in(pair.mentor, pair.match, mood=1, note="Bad") == []
    assert await answer_check_in(pair.mentor, pair.match, mood=3) == []
    assert (await last(pair.mentor, pair.match))["mine"]["note"] is None

    assert await answer_check_in(pair.mentee, pair.match) == []
    for person in (pair.mentor, pair.mentee):
        assert await answer_check_in(person, pair.match, mood=1) == [
            ("ILLEGAL_STATE", ("checkInId",))
        ]
    assert (await last(pair.mentee, pair.match))["partners"]["mood"] == 3


async def test_what_is_over_is_unsealed_and_takes_no_answer(pair: Pair) -> None:
    assert await answer_check_in(pair.mentor, pair.match, note="Nobody there?") == []
    clock.set(moment("2026-09-13 10:00"))

    # Over by the clock, but nothing has closed it yet: what is stored decides.
    assert (await last(pair.mentee, pair.match))["partners"] is None
    await tick()

    over = (await check_ins(pair.mentee, pair.match))[0]
    assert (over["status"], over["partners"]["note"]) == ("MISSED", "Nobody there?")
    answer = await pair.mentee.ask(
        """mutation($id: ID!) { answerCheckIn(input: {checkInId: $id, mood: 3, met: true}) {
             checkIn { id } errors { code field } } }""",
        id=over["id"],
    )
    assert answer.refusals == [("ILLEGAL_STATE", ("checkInId",))]
    assert answer.payload["checkIn"] is None
    assert await counts(pair) == (0, 1)


@pytest.mark.parametrize(
    ("said", "refused"),
    [
        ({"mood": 0}, [("INVALID", ("mood",))]),
        ({"mood": 6}, [("INVALID", ("mood",))]),
        ({"note": "x" * 2001}, [("INVALID", ("note",))]),
        ({"mood": 9, "note": "\0"}, [("INVALID", ("mood",)), ("INVALID", ("note",))]),
        ({"note": " \n "}, []),
        ({"note": "é" * 2000}, []),
    ],
)
async def test_what_an_answer_may_hold(
    pair: Pair, said: dict[str, Any], refused: list[tuple[str, Any]]
) -> None:
    assert await answer_check_in(pair.mentor, pair.match, **said) == refused


async def test_to_all_but_the_two_a_check_in_is_not_there(world: World, pair: Pair) -> None:
    id = (await last(pair.mentor, pair.match))["id"]
    stranger = await world.person("Eve")
    answer = """
        mutation($id: ID!) { answerCheckIn(input: {checkInId: $id, mood: 3, met: true}) {
          errors { code field message } } }"""
    nowhere = (await stranger.ask(answer, id="checkin_" + "0" * 32)).payload
    assert [error["code"] for error in nowhere["errors"]] == ["NOT_FOUND"]

    for other in (pair.admin, stranger):
        assert (await other.ask(answer, id=id)).payload == nowhere
        assert (await other.ask("query($id: ID!) { node(id: $id) { id } }", id=id)).ok() is None
        pages = await other.ask(
            "query($id: ID!) { match(id: $id) { checkIns { nodes { id } } } }", id=pair.match
        )
        assert pages.codes == (["FORBIDDEN"] if other is pair.admin else [])
    assert (await pair.mentee.ask("query($id: ID!) { node(id: $id) { id } }", id=id)).ok()


async def test_a_paused_pair_still_answers_and_one_that_is_over_does_not(pair: Pair) -> None:
    (await pair.mentor.ask(PAUSE, id=pair.match)).ok()
    assert await answer_check_in(pair.mentor, pair.match) == []

    (await pair.mentor.ask(END, id=pair.match)).ok()
    assert await answer_check_in(pair.mentee, pair.match) == [("ILLEGAL_STATE", ("checkInId",))]


async def test_admins_see_counts_by_week_and_nothing_else(pair: Pair) -> None:
    await answer_check_in(pair.mentor, pair.match)
    await answer_check_in(pair.mentee, pair.match)
    await until("2026-09-21 12:00")

    weeks = (await pair.admin.ask(STATS, id=pair.program)).ok()["stats"]["checkInsByWeek"]
    assert weeks == [
        {"week": 1, "due": 1, "completed": 1, "missed": 0},
        {"week": 2, "due": 1, "completed": 0, "missed": 1},
    ]
    assert (await pair.mentor.ask(STATS, id=pair.program)).codes == ["FORBIDDEN"]


async def test_two_who_answer_at_once_complete_it_once(pair: Pair) -> None:
    refused = await asyncio.gather(
        *(answer_check_in(person, pair.match) for person in (pair.mentor, pair.mentee) * 5)
    )

    assert {code for one in refused for code, _ in one} <= {"ILLEGAL_STATE"}
    assert await counts(pair) == (1, 0)


async def test_an_answer_that_comes_as_it_is_closed_is_refused(pair: Pair) -> None:
    clock.set(moment("2026-09-13 10:00"))

    refused = await overtaken(close_check_ins(), answer_check_in(pair.mentor, pair.match))

    assert refused == [("ILLEGAL_STATE", ("checkInId",))]
    assert await fetch("SELECT 1 FROM check_in_answers") == []
    assert await counts(pair) == (0, 1)


async def test_closing_passes_over_what_somebody_is_answering_and_finds_it_next_time(
    pair: Pair,
) -> None:
    clock.set(moment("2026-09-13 10:00"))
    closed: list[int] = []

    @transactional
    async def answer() -> None:
        assert await answer_check_in(pair.mentor, pair.match) == []
        # as another process: it does not wait for what is held here
        closed.append(await asyncio.create_task(close_check_ins(), context=Context()))

    await answer()
    closed.append(await close_check_ins())

    assert closed == [0, 1]
    assert (await check_ins(pair.mentee, pair.match))[0]["partners"]["mood"] == 4
