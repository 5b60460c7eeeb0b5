"""Time that passes in a test: the clock moves on in steps, and each step does what it brings."""

from datetime import UTC, datetime, timedelta
from typing import Any

from domain.clock import clock
from server.ticking import tick
from tests.integration.world import Pair, Person, World

STEP = timedelta(hours=12)


def moment(text: str) -> datetime:
    """A moment in UTC, written as clocks show it there: 2026-09-07 07:00."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


async def until(text: str, *, step: timedelta = STEP) -> None:
    """Lets time pass until then, with a tick in every step and one at the end."""
    end = moment(text)
    while clock.now() < end:
        clock.set(min(end, clock.now() + step))
        await tick()


async def paired_with_a_check_in(world: World) -> Pair:
    """Paired on a Tuesday, with a check-in every Monday: the first one is open."""
    clock.set(moment("2026-09-01 12:00"))
    pair = await world.pair()
    clock.set(moment("2026-09-07 12:00"))
    await tick()
    return pair


async def check_ins(person: Person, match: str) -> list[dict[str, Any]]:
    """The check-ins of a pair, as one of the two sees them."""
    answer = await person.ask(
        """query($id: ID!) { match(id: $id) { checkIns(first: 100) { nodes {
             id week date opensAt dueAt status
             mine { mood met note answeredAt } partners { mood met note answeredAt } } } } }""",
        id=match,
    )
    nodes: list[dict[str, Any]] = answer.ok()["checkIns"]["nodes"]
    return nodes


async def answer_check_in(person: Person, match: str, **said: Any) -> list[tuple[str, Any]]:
    """Answers the last check-in of the match; what was refused."""
    last = (await check_ins(person, match))[-1]
    answer = await person.ask(
        """mutation($input: AnswerCheckInInput!) {
             answerCheckIn(input: $input) { checkIn { status } errors { code field } } }""",
        input={"checkInId": last["id"], "mood": 4, "met": True} | said,
    )
    return answer.refusals


async def reminded(person: Person) -> list[tuple[str, int, str]]:
    """What somebody was reminded of: kind, week, and when by UTC, to the minute."""
    answer = await person.ask(
        """{ viewer { checkInReminders(first: 100) { nodes {
             kind remindedAt checkIn { week } } } } }"""
    )
    return [
        (node["kind"], node["checkIn"]["week"], node["remindedAt"][:16].replace("T", " "))
        for node in answer.ok()["checkInReminders"]["nodes"]
    ]


async def fallen_silent(pair: Pair, *silent: Person) -> None:
    """These say nothing for three weeks: the match is paused, on 27 September at 10:00."""
    for week in (1, 2, 3):
        await until(f"2026-09-{7 * week + 1:02} 06:00")
        for person in (pair.mentor, pair.mentee):
            if person not in silent:
                assert await answer_check_in(person, pair.match) == []
    await until("2026-09-27 10:00")
