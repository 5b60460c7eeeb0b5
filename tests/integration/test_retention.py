"""What has been kept for long enough is forgotten, and nothing before."""

from datetime import UTC, datetime, timedelta

import pytest

from domain import retention
from domain.clock import clock
from domain.configuration import configure
from domain.retention import forget_old_data, months_before
from models.database import execute, fetch
from tests.acceptance.samples import ANSWER, QUESTION, SEND
from tests.integration.cases import report, resolve, send
from tests.integration.world import Pair, World

pytestmark = pytest.mark.anyio

DAY = timedelta(days=1)
END = "mutation($id: ID!) { endMatch(matchId: $id) { errors { code } } }"


async def talk(pair: Pair, number: int) -> None:
    for i in range(number):
        said = {"matchId": pair.match, "body": f"word {i}", "clientKey": str(i)}
        (await pair.mentor.ask(SEND, input=said)).ok()


async def texts_left() -> int:
    count: int = (await fetch("SELECT count(*) FROM messages WHERE body IS NOT NULL"))[0][0]
    return count


async def test_a_conversation_is_forgotten_so_long_after_its_end_and_no_other(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given a pair whose match has ended, and one that goes on, where a year is enough
    monkeypatch.setattr(retention, "MESSAGES", 2)
    configure(keep_conversations_months=12)
    over, live = await world.pair(), await world.pair()
    for pair in (over, live):
        await talk(pair, 5)
    keys = dict(await fetch("SELECT id, data_key FROM matches"))
    (await over.mentor.ask(END, id=over.match)).ok()

    # when a year less a day has passed, nothing is forgotten
    clock.advance(364 * DAY)
    await forget_old_data()
    assert await texts_left() == 10

    # and when it is over, the texts are gone, their key with them; the other pair has lost nothing
    clock.advance(2 * DAY)
    await forget_old_data()
    assert await texts_left() == 5
    rows = await fetch("SELECT id, data_key, forgotten_at IS NOT NULL AS gone FROM matches")
    assert sorted(row["gone"] for row in rows) == [False, True]
    assert all((keys[row["id"]] != row["data_key"]) is row["gone"] for row in rows)
    answer = await over.mentee.ask(
        "query($id: ID!) { match(id: $id) { messages { nodes { body deletedAt } } } }",
        id=over.match,
    )
    nodes = answer.ok()["messages"]["nodes"]
    assert [n["body"] for n in nodes] == [None] * 5 and all(n["deletedAt"] for n in nodes)
    assert await forget_old_data() == 0


async def test_unless_somebody_says_so_conversations_are_kept_for_ever(world: World) -> None:
    pair = await world.pair()
    await talk(pair, 1)
    (await pair.mentor.ask(END, id=pair.match)).ok()

    clock.advance(3650 * DAY)
    await forget_old_data()

    assert await texts_left() == 1


async def test_an_application_that_came_to_nothing_is_forgotten_after_three_months(
    world: World,
) -> None:
    # given one that was declined, one withdrawn a month later, and one that stands
    ada, *people = await world.people("Ada", "Ben", "Cleo", "Dan")
    program = await world.open_program(ada, await world.group(ada), questions=[QUESTION])
    said = {"goal": "to rest", "answers": [ANSWER]}
    for person in people:
        await world.enroll(person, program, "MENTEE", approved=False, **said)
    ben, cleo, dan = (world.enrollment(person, program, "MENTEE") for person in people)
    decline = "mutation($id: ID!) { declineEnrollments(enrollmentIds: [$id]) { errors { code } } }"
    withdraw = "mutation($id: ID!) { withdrawEnrollment(enrollmentId: $id) { errors { code } } }"
    (await ada.ask(decline, id=ben)).ok()
    clock.advance(30 * DAY)
    (await people[1].ask(withdraw, id=cleo)).ok()

    async def goals() -> dict[str, str | None]:
        answer = await ada.ask(
            "query($id: ID!) { program(id: $id) { enrollments { nodes { id goal } } } }", id=program
        )
        return {node["id"]: node["goal"] for node in answer.ok()["enrollments"]["nodes"]}

    # then each goes in its own time, and what stands is not touched
    clock.advance(63 * DAY)
    await forget_old_data()
    assert await goals() == {ben: None, cleo: "to rest", dan: "to rest"}
    clock.advance(30 * DAY)
    await forget_old_data()
    assert await goals() == {ben: None, cleo: None, dan: "to rest"}
    rows = await fetch("SELECT answers FROM enrollments ORDER BY id")
    assert [row["answers"] is None for row in rows] == [True, True, False]


async def test_the_log_is_kept_for_three_years(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "ROWS", 3)
    await world.pair()
    before = (await fetch("SELECT count(*) FROM audit_entries"))[0][0]
    await execute(
        "UPDATE audit_entries SET at = at + interval '5 days' WHERE action = 'group.created'"
    )

    # three years are 1095 days, or 1096
    clock.advance(1094 * DAY)
    await forget_old_data()
    assert (await fetch("SELECT count(*) FROM audit_entries"))[0][0] == before
    clock.advance(3 * DAY)
    assert await forget_old_data() == before - 1
    rows = await fetch("SELECT action FROM audit_entries")
    assert [row["action"] for row in rows] == ["group.created"]


async def test_who_has_looked_at_the_evidence_of_an_open_case_is_kept_until_it_is_closed(
    world: World,
) -> None:
    configure(keep_audit_months=4)
    pair, mo = await world.pair(), await world.person("Mo", is_moderator=True)
    message = await send(pair.mentor, pair.match, "hello")
    case = await report(pair.mentee, {"messageId": message})
    look = "query($id: ID!) { moderation { report(id: $id) { evidence { body } } } }"
    (await mo.ask(look, id=case)).ok()

    clock.advance(200 * DAY)
    await forget_old_data()
    rows = await fetch("SELECT DISTINCT action FROM audit_entries ORDER BY action")
    assert [row["action"] for row in rows] == ["report.created", "report.evidence_viewed"]

    (await resolve(mo, case, "DISMISS")).ok()
    await forget_old_data()
    rows = await fetch("SELECT DISTINCT action FROM audit_entries")
    assert [row["action"] for row in rows] == ["report.resolved"]


@pytest.mark.parametrize(
    ("now", "months", "then"),
    [
        ((2026, 11, 25), 36, (2023, 11, 25)),
        ((2024, 2, 29), 12, (2023, 2, 28)),
        ((2026, 3, 31), 1, (2026, 2, 28)),
        ((2026, 1, 15), 1, (2025, 12, 15)),
        ((2026, 5, 31), 3, (2026, 2, 28)),
    ],
)
def test_months_are_those_of_the_calendar(
    now: tuple[int, int, int], months: int, then: tuple[int, int, int]
) -> None:
    at = datetime(*now, 12, 30, tzinfo=UTC)
    assert months_before(at, months) == datetime(*then, 12, 30, tzinfo=UTC)
