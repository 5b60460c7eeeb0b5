"""Reminders that another process records reach the people they are for."""

import asyncio

import pytest

from tests.acceptance.clients import Client, Pair, paired
from tests.servers import ServerProcess, run

pytestmark = pytest.mark.usefixtures("clients_hang_up")

STREAM = """
subscription { checkInReminders { id kind remindedAt checkIn { week date } } }"""
COMING = """
query($after: DateTime) { viewer { upcomingReminders(from: $after, first: 2) { at kind } } }"""
ACKNOWLEDGE = """
mutation($id: ID!) { acknowledgeReminder(reminderId: $id) {
  reminder { acknowledgedAt } errors { code } } }"""


async def tick(server: ServerProcess, now: str) -> str:
    """`compagnon tick`, in a process of its own, as if it were then."""
    done = await asyncio.to_thread(run, "tick", "--now", now, **server.settings)
    assert done.returncode == 0, done.stderr
    return done.stdout


async def foretold(person: Client, after: str | None = None) -> dict[str, str]:
    """The next reminder that will come, the one at `after` left out."""
    answer = await person.ask(COMING, after=after)
    coming: list[dict[str, str]] = answer.data["viewer"]["upcomingReminders"]
    return next(one for one in coming if one["at"] != after)


async def test_a_tick_elsewhere_reaches_who_is_connected_and_who_comes_later(
    server: ServerProcess,
) -> None:
    # given a pair of whom one listens
    pair: Pair = await paired(server.url)
    at = (await foretold(pair.mentor))["at"]
    async with pair.mentor.socket() as socket:
        await socket.subscribe(STREAM)

        # when another process does what the day of the check-in brings
        assert "check-ins opened: 1" in await tick(server, at)

        # then it is told within moments, and at the moment that was foretold
        told = await socket.event()
        assert (told["kind"], told["remindedAt"], told["checkIn"]["week"]) == ("OPENED", at, 1)

    # and the other one, who was not there, gets theirs on subscribing
    async with pair.mentee.socket() as socket:
        await socket.subscribe(STREAM)
        later = await socket.event()
        assert (later["kind"], later["checkIn"]) == ("OPENED", told["checkIn"])

    # and what is acknowledged does not come again: the last call is the next thing told
    await pair.mentee.do(ACKNOWLEDGE, id=later["id"])
    last_call = await foretold(pair.mentee, after=at)
    assert last_call["kind"] == "LAST_CALL"
    async with pair.mentee.socket() as socket:
        await socket.subscribe(STREAM)
        assert "reminders sent: 2" in await tick(server, last_call["at"])
        assert (await socket.event())["kind"] == "LAST_CALL"
