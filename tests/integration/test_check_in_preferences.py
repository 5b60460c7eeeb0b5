"""When people are reminded, and when not: their hour, their zone, and their silence."""

from typing import Any

import pytest

from domain.clock import clock
from models.database import fetch
from server.ticking import tick
from tests.integration.passing_time import moment, reminded, until
from tests.integration.world import Pair, Person, World

SET = """
mutation($input: CheckInPreferencesInput!) { setCheckInPreferences(input: $input) {
  viewer { checkInPreferences { localTime timeZone mutedUntil } } errors { code field } } }"""
MOVE = """
mutation($zone: String!) { updateProfile(input: {timeZone: $zone}) { errors { code } } }"""
UPCOMING = """
query($from: DateTime, $first: Int) { viewer { upcomingReminders(from: $from, first: $first) {
  kind at localTime match { id } } } }"""
PAUSE = "mutation($id: ID!) { pauseMatch(matchId: $id) { errors { code } } }"
RESUME = "mutation($id: ID!) { resumeMatch(matchId: $id) { errors { code } } }"


@pytest.fixture
async def pair(world: World) -> Pair:
    """Paired on a Tuesday in Paris; their first check-in will be Monday, 7 September."""
    clock.set(moment("2026-09-01 12:00"))
    return await world.pair()


async def prefers(person: Person, **said: Any) -> Any:
    return (await person.ask(SET, input=said)).ok()["viewer"]["checkInPreferences"]


async def coming(person: Person, **asked: Any) -> list[tuple[str, str, str]]:
    """Kind, moment by UTC and wall clock of what is foretold."""
    answer = await person.ask(UPCOMING, **asked)
    return [
        (one["kind"], one["at"][:16].replace("T", " "), one["localTime"])
        for one in answer.ok()["upcomingReminders"]
    ]


async def test_nine_o_clock_unless_somebody_says_otherwise(pair: Pair) -> None:
    nine = {"localTime": "09:00", "timeZone": "Europe/Paris", "mutedUntil": None}
    assert await prefers(pair.mentor) == nine
    assert await prefers(pair.mentor, localTime="21:30") == nine | {"localTime": "21:30"}
    assert await prefers(pair.mentor, localTime="00:00") == nine | {"localTime": "00:00"}

    # Left out: as it was. Null: no longer.
    muted = "2026-10-01T00:00:00+00:00"
    until_october = nine | {"localTime": "00:00", "mutedUntil": muted}
    assert await prefers(pair.mentor, mutedUntil=muted) == until_october
    assert await prefers(pair.mentor, localTime="00:00") == until_october
    assert await prefers(pair.mentor, localTime=None, mutedUntil=None) == nine | {
        "localTime": "00:00"
    }


@pytest.mark.parametrize(
    "time", ["", "9:00", "24:00", "12:60", "09:00:00", "noon", "\u0660\u0669:00", "09:0\n"]
)
async def test_what_is_no_time_is_refused(pair: Pair, time: str) -> None:
    answer = await pair.mentor.ask(SET, input={"localTime": time})

    assert answer.refusals == [("INVALID", ("localTime",))]


@pytest.mark.parametrize("end", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z"])
async def test_a_mute_to_an_end_of_time_is_refused(pair: Pair, end: str) -> None:
    answer = await pair.mentor.ask(SET, input={"mutedUntil": end})

    assert answer.refusals == [("INVALID", ("mutedUntil",))]
    assert (await prefers(pair.mentor, mutedUntil="9998-12-31T00:00:00Z"))["mutedUntil"]


async def test_reminders_move_with_the_hour_and_the_zone(pair: Pair) -> None:
    # given a check-in that is open, of which nobody has been told yet
    await until("2026-09-06 10:00")
    await prefers(pair.mentor, localTime="21:30")
    (await pair.mentee.ask(MOVE, zone="America/Los_Angeles")).ok()
    assert (await coming(pair.mentor, first=1)) == [("OPENED", "2026-09-07 19:30", "21:30")]
    assert (await coming(pair.mentee, first=1)) == [("OPENED", "2026-09-07 16:00", "09:00")]

    # when they change their minds before it comes, then it comes when they last said
    (await pair.mentee.ask(MOVE, zone="Asia/Tokyo")).ok()
    await until("2026-09-12 12:00")
    assert await reminded(pair.mentee) == [
        ("OPENED", 1, "2026-09-07 00:00"),
        ("LAST_CALL", 1, "2026-09-11 00:00"),
    ]
    assert await reminded(pair.mentor) == [
        ("OPENED", 1, "2026-09-07 19:30"),
        ("LAST_CALL", 1, "2026-09-11 19:30"),
    ]


async def test_somebody_who_moves_after_a_reminder_is_not_given_it_again(pair: Pair) -> None:
    await until("2026-09-07 07:00")
    (await pair.mentor.ask(MOVE, zone="Pacific/Pago_Pago")).ok()

    await until("2026-09-12 12:00")
    assert await reminded(pair.mentor) == [
        ("OPENED", 1, "2026-09-07 07:00"),
        ("LAST_CALL", 1, "2026-09-11 20:00"),
    ]


async def test_nothing_is_recorded_for_a_time_before_the_mute_ends(pair: Pair) -> None:
    await prefers(pair.mentor, mutedUntil="2026-09-11T07:00:00Z")
    assert (await coming(pair.mentor))[0] == ("LAST_CALL", "2026-09-11 07:00", "09:00")

    await until("2026-09-12 12:00")
    assert await reminded(pair.mentor) == [("LAST_CALL", 1, "2026-09-11 07:00")]
    assert len(await reminded(pair.mentee)) == 2


async def test_what_is_more_than_a_day_late_is_not_sent(pair: Pair) -> None:
    # given processes that come back exactly a day late, and a minute later than that
    await until("2026-09-06 10:00")
    await prefers(pair.mentee, localTime="08:59")

    clock.set(moment("2026-09-08 07:00"))
    await tick()

    assert await reminded(pair.mentor) == [("OPENED", 1, "2026-09-07 07:00")]
    assert await reminded(pair.mentee) == []
    # and the last call comes all the same
    await until("2026-09-11 12:00")
    assert await reminded(pair.mentee) == [("LAST_CALL", 1, "2026-09-11 06:59")]


async def test_a_pause_is_quiet_and_nothing_is_caught_up_with(pair: Pair) -> None:
    # given a match that is paused when its people should be told, and resumed an hour later
    await until("2026-09-07 06:30")
    (await pair.mentor.ask(PAUSE, id=pair.match)).ok()
    assert await coming(pair.mentor) == []
    clock.set(moment("2026-09-07 07:30"))
    (await pair.mentor.ask(RESUME, id=pair.match)).ok()

    # then the moment has passed, whether somebody looked or not, and the last call comes
    await until("2026-09-11 12:00")
    assert await reminded(pair.mentor) == [("LAST_CALL", 1, "2026-09-11 07:00")]
    assert await reminded(pair.mentee) == [("LAST_CALL", 1, "2026-09-11 07:00")]


async def test_the_dry_run_says_what_will_be_sent_from_any_date(pair: Pair) -> None:
    # from now on, with the hour that a clock change leaves as it is
    assert await coming(pair.mentor, first=3) == [
        ("OPENED", "2026-09-07 07:00", "09:00"),
        ("LAST_CALL", "2026-09-11 07:00", "09:00"),
        ("OPENED", "2026-09-14 07:00", "09:00"),
    ]
    assert len(await coming(pair.mentor)) == 10
    assert len(await coming(pair.mentor, first=1000)) == 100
    # later on, in winter, and across the gap in March, when clocks show an hour more
    assert await coming(pair.mentor, **{"from": "2026-12-25T00:00:00Z", "first": 1}) == [
        ("LAST_CALL", "2026-12-25 08:00", "09:00")
    ]
    await prefers(pair.mentor, localTime="02:30")
    (
        await pair.mentor.ask(
            """mutation($id: ID!) { setCheckInWeekday(matchId: $id, weekday: SUNDAY) {
             errors { code } } }""",
            id=pair.match,
        )
    ).ok()
    assert await coming(pair.mentor, **{"from": "2027-03-28T00:00:00Z", "first": 1}) == [
        ("OPENED", "2027-03-28 01:30", "03:30")
    ]
    # to the end of the calendar, and from before there was anything
    assert await coming(pair.mentor, **{"from": "9999-12-31T00:00:00Z"}) == []
    assert len(await coming(pair.mentor, **{"from": "0001-01-02T00:00:00Z"})) == 10
    assert (await pair.mentor.ask(UPCOMING, first=-1)).codes == ["GRAPHQL_VALIDATION_FAILED"]
    assert await coming(pair.admin) == []


async def test_the_dry_run_goes_over_all_of_ones_pairs_soonest_first(world: World) -> None:
    clock.set(moment("2026-09-01 12:00"))
    pair = await world.pair()
    other = await world.person("Una")
    await world.enroll(other, pair.program, "MENTEE")
    second = await world.match(pair.admin, pair.program, pair.mentor, other)
    day = """mutation($id: ID!) { setCheckInWeekday(matchId: $id, weekday: WEDNESDAY) {
               errors { code } } }"""
    (await pair.mentor.ask(day, id=second)).ok()

    answer = (await pair.mentor.ask(UPCOMING, first=4)).ok()["upcomingReminders"]

    assert [(one["match"]["id"], one["at"][:10]) for one in answer] == [
        (pair.match, "2026-09-07"),
        (second, "2026-09-09"),
        (pair.match, "2026-09-11"),
        (second, "2026-09-13"),
    ]


async def test_an_account_that_is_suspended_is_reminded_of_nothing(pair: Pair) -> None:
    await fetch("UPDATE users SET suspended_at = now() WHERE id = $1", pair.mentee.key)

    await until("2026-09-12 12:00")

    assert len(await reminded(pair.mentor)) == 2
    assert await fetch("SELECT 1 FROM check_in_reminders WHERE user_id = $1", pair.mentee.key) == []
