"""What came of a program, in counts that can be shown to whoever paid for it."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from domain.clock import clock
from domain.configuration import configure
from models.database import execute, fetch
from server.ticking import tick
from tests.integration.cases import report, resolve
from tests.integration.passing_time import answer_check_in, moment, until
from tests.integration.world import Pair, Person, World

RESULTS = """query($id: ID!) { program(id: $id) { results {
  menteesPaired mentorsPaired matchesStarted matchesCompleted endReasons { reason count }
  medianWeeksTogether checkInsAnsweredRatio byMonth { month started completed ended } } } }"""
STATS = "query($id: ID!) { program(id: $id) { stats { checkInsByWeek { due completed } } } }"
OF_GROUP = """query($id: ID!) { group(id: $id) { programs { nodes {
  title results { matchesStarted byMonth { month } } } } } }"""
ON_MATCH = "mutation($id: ID!) {{ {0}Match(matchId: $id) {{ errors {{ code }} }} }}"
DECLINE = "mutation($id: ID!) { respondToMatch(matchId: $id, accept: false) { errors { code } } }"
ERASE = "mutation { deleteMyAccount(input: {}) { errors { code } } }"
BLOCK = "mutation($id: ID!) { blockUser(userId: $id) { errors { code } } }"


async def results(admin: Person, program: str) -> dict[str, Any]:
    found: dict[str, Any] = (await admin.ask(RESULTS, id=program)).ok()["results"]
    return found


async def lead(person: Person, event: str, match: str) -> None:
    (await person.ask(ON_MATCH.format(event), id=match)).ok()


async def paired(world: World, program: str, ada: Person, mona: Person, name: str) -> Any:
    """A mentee of this name, paired with Mona, and the match."""
    mentee = await world.person(name)
    await world.enroll(mentee, program, "MENTEE")
    return mentee, await world.match(ada, program, mona, mentee)


async def begun(world: World) -> tuple[Person, Person, str]:
    """An admin, a mentor with room for many, and a program, on the last evening of August."""
    clock.set(moment("2026-08-31 23:30"))
    ada, mona = await world.people("Ada", "Mona")
    program = await world.open_program(ada, await world.group(ada))
    await world.enroll(mona, program, "MENTOR", capacity=20)
    return ada, mona, program


async def test_a_program_of_which_nothing_came_yet_counts_nought(world: World) -> None:
    # given a proposal that was declined, and one that an admin took back
    ada, mona = await world.people("Ada", "Mona")
    program = await world.open_program(ada, await world.group(ada), requiresConsent=True)
    await world.enroll(mona, program, "MENTOR", capacity=2)
    theo, declined = await paired(world, program, ada, mona, "Theo")
    _, taken_back = await paired(world, program, ada, mona, "Tess")
    (await theo.ask(DECLINE, id=declined)).ok()
    await lead(ada, "end", taken_back)
    # then neither is a result
    assert await results(ada, program) == {
        **dict.fromkeys(("menteesPaired", "mentorsPaired", "matchesStarted"), 0),
        **dict.fromkeys(("medianWeeksTogether", "checkInsAnsweredRatio")),
        "matchesCompleted": 0,
        "endReasons": [],
        "byMonth": [],
    }


async def test_pairs_are_counted_by_what_became_of_them_and_when_by_utc(world: World) -> None:
    # given one pair that started in August, by UTC, and others in September
    ada, mona, program = await begun(world)
    theo, first = await paired(world, program, ada, mona, "Theo")
    clock.set(moment("2026-09-01 00:30"))
    uma, _ = await paired(world, program, ada, mona, "Uma")
    vic, _ = await paired(world, program, ada, mona, "Vic")
    _, by_admin = await paired(world, program, ada, mona, "Wes")
    await paired(world, program, ada, mona, "Xan")
    # of which some ended, each in its own way, and Theo is paired again
    await lead(ada, "end", by_admin)
    clock.set(moment("2026-11-30 23:59"))
    await lead(theo, "complete", first)
    (await vic.ask(BLOCK, id=mona.id)).ok()
    clock.set(moment("2026-12-01 00:00"))
    (await uma.ask(ERASE)).ok()
    await world.match(ada, program, mona, theo)

    # then people are counted once, those erased as well, and an ending is what admins are told
    found = await results(ada, program)
    assert (found["menteesPaired"], found["mentorsPaired"]) == (5, 1)
    assert (found["matchesStarted"], found["matchesCompleted"]) == (6, 1)
    assert found["endReasons"] == [
        {"reason": "BY_ADMIN", "count": 1},
        {"reason": "ENDED_BY_PARTNER", "count": 2},
    ]
    assert found["byMonth"] == [
        {"month": "2026-08-01", "started": 1, "completed": 0, "ended": 0},
        {"month": "2026-09-01", "started": 4, "completed": 0, "ended": 1},
        {"month": "2026-11-01", "started": 0, "completed": 1, "ended": 1},
        {"month": "2026-12-01", "started": 1, "completed": 0, "ended": 1},
    ]


async def test_an_admin_who_is_of_a_pair_reads_the_same_as_the_others(world: World) -> None:
    # given the mentor of a pair, an admin too, who has ended it
    pair = await world.pair()
    promote = """mutation($input: SetGroupRoleInput!) {
        setGroupRole(input: $input) { errors { code } } }"""
    role = {"groupId": pair.group, "userId": pair.mentor.id, "role": "ADMIN"}
    (await pair.admin.ask(promote, input=role)).ok()
    await lead(pair.mentor, "end", pair.match)
    # then what both would send to a sponsor is the same
    found = await results(pair.mentor, pair.program)
    assert found["endReasons"] == [{"reason": "ENDED_BY_PARTNER", "count": 1}]
    assert await results(pair.admin, pair.program) == found


@pytest.mark.parametrize(
    ("weeks", "median"),
    [((2, 3, 9, 30), None), ((2, 3, 30, 9, 4), 4.0), ((1, 2, 3, 4, 9, 30), 3.5)],
)
async def test_how_long_pairs_were_together_is_told_of_five_or_more(
    world: World, weeks: Sequence[int], median: float | None
) -> None:
    # given pairs that were completed after so many weeks, and one that was ended at once
    ada, mona, program = await begun(world)
    for n in weeks:
        _, match = await paired(world, program, ada, mona, f"Mentee {n}")
        await lead(mona, "complete", match)
        await execute(
            """UPDATE matches SET ended_at = started_at + make_interval(weeks => $1)
               WHERE status = 'COMPLETED' AND ended_at = started_at""",
            n,
        )
    _, ended = await paired(world, program, ada, mona, "Else")
    await lead(mona, "end", ended)
    assert (await results(ada, program))["medianWeeksTogether"] == median


async def test_the_share_of_check_ins_that_were_answered_is_that_of_the_weeks_together(
    world: World,
) -> None:
    # given a pair that answers the first check-in, one of whom answers the second, while the third
    # is open
    clock.set(moment("2026-09-01 12:00"))
    pair: Pair = await world.pair()
    assert (await results(pair.admin, pair.program))["checkInsAnsweredRatio"] is None
    await until("2026-09-07 12:00")
    for person in (pair.mentor, pair.mentee):
        assert await answer_check_in(person, pair.match) == []
    assert (await results(pair.admin, pair.program))["checkInsAnsweredRatio"] == 1
    await until("2026-09-14 12:00")
    assert await answer_check_in(pair.mentor, pair.match) == []
    # while it is open it counts for nothing, answered or not
    assert (await results(pair.admin, pair.program))["checkInsAnsweredRatio"] == 1
    await until("2026-09-21 12:00")
    assert (await results(pair.admin, pair.program))["checkInsAnsweredRatio"] == 0.5

    # when the pair parts, then what that cuts off counts for nothing
    await lead(pair.mentee, "end", pair.match)
    clock.advance(timedelta(days=8))
    await tick()
    assert (await results(pair.admin, pair.program))["checkInsAnsweredRatio"] == 0.5
    weeks = (await pair.admin.ask(STATS, id=pair.program)).ok()["stats"]["checkInsByWeek"]
    assert sum(week["completed"] for week in weeks) / sum(week["due"] for week in weeks) == 0.5


async def test_what_is_forgotten_of_people_and_pairs_leaves_the_results_as_they_are(
    world: World,
) -> None:
    # given a pair that answered, missed, and was ended by a moderator while it was frozen
    clock.set(moment("2026-09-01 12:00"))
    pair, mo = await world.pair(), await world.person("Mo", is_moderator=True)
    await until("2026-09-07 12:00")
    for person in (pair.mentor, pair.mentee):
        assert await answer_check_in(person, pair.match) == []
    await until("2026-09-21 12:00")
    case = await report(pair.mentee, {"matchId": pair.match})
    for action in ("FREEZE_MATCH", "END_MATCH"):
        (await resolve(mo, case, action)).ok()
    found = await results(pair.admin, pair.program)
    assert found["endReasons"] == [{"reason": "ENDED_BY_PARTNER", "count": 1}]
    assert (found["menteesPaired"], found["checkInsAnsweredRatio"]) == (1, 0.5)
    # when what the two wrote is over, and both erase their accounts
    configure(keep_conversations_months=1)
    await until("2026-11-02 12:00", step=timedelta(days=14))
    assert await fetch("SELECT 1 FROM check_in_answers") == []
    for person in (pair.mentor, pair.mentee):
        (await person.ask(ERASE)).ok()
    # then what came of it is the same
    assert await results(pair.admin, pair.program) == found


async def test_those_of_many_programs_are_read_together(
    world: World, statements: list[str]
) -> None:
    # given a group of one program, and one of three
    taken = []
    for number in (1, 3):
        ada, mona, _ = await begun(world)
        group = await world.group(ada)
        for title in range(number):
            program = await world.open_program(ada, group, title=f"P{title}")
            await world.enroll(mona, program, "MENTOR", capacity=3)
            for n in range(title):
                await paired(world, program, ada, mona, f"Mentee {n}")
        statements.clear()
        listed = (await ada.ask(OF_GROUP, id=group)).ok()["programs"]["nodes"]
        taken.append(len(statements))
        # then each has their own
        assert [node["results"]["matchesStarted"] for node in listed] == list(range(number))
    # and it takes as many statements
    assert taken[0] == taken[1]


async def test_results_are_for_admins(world: World) -> None:
    pair = await world.pair()
    for person in (pair.mentor, pair.mentee, await world.person("Eve")):
        answer = await person.ask(RESULTS, id=pair.program)
        assert (answer.payload, answer.codes) == ({"results": None}, ["FORBIDDEN"])
