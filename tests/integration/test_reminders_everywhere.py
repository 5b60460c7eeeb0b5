"""Everybody is reminded once, at their hour, wherever they live and whenever they move."""

import os
import random
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias
from uuid import UUID

import pytest

from domain.clock import clock
from domain.upcoming_reminders import upcoming
from domain.users import ProfileChange, update_profile
from domain.viewer import Viewer, of_session
from models.database import execute
from models.ids import new_id
from models.programs import Weekday
from server.ticking import tick
from tests.integration.many_pairs import Couple, Member, lay_out
from tests.integration.reminder_book import Book, recorded
from tests.wall_clocks import ZONES

Coming: TypeAlias = tuple[UUID, str, datetime]
"""Match, kind and when."""

BEGIN = datetime(2026, 2, 1, tzinfo=UTC)
DAYS = 400 if os.environ.get("TESTS_AT_LENGTH") else 45
EVERY = timedelta(hours=22)
"""A tick a day, at another hour each: what is due in between is late, but not too late."""


async def signed_in(member: Member) -> Viewer:
    """The member, with a session of their own."""
    session = new_id()
    await execute(
        """INSERT INTO sessions (id, user_id, created_at, expires_at)
           VALUES ($1, $2, now(), '2200-01-01')""",
        *(session, member.id),
    )
    viewer = await of_session(session)
    assert viewer is not None
    return viewer


@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_a_long_time_in_every_zone_of_the_world(database: Any) -> None:
    # given a person in every zone, paired with somebody anywhere, who start within two weeks
    some = random.Random(5)
    homes = some.sample(ZONES, len(ZONES))
    people = [Member(zone, some.choice((540, 30, 150, some.randrange(1440)))) for zone in homes]
    couples = [
        Couple(
            mentor,
            mentee,
            some.choice(list(Weekday)),
            BEGIN + timedelta(minutes=some.randrange(14 * 1440)),
        )
        for mentor, mentee in zip(people[::2], people[1::2], strict=False)
    ]
    await lay_out(couples)
    end = BEGIN + timedelta(days=DAYS)
    book = Book(couples, end + EVERY)
    foretold: list[tuple[UUID, datetime, datetime, set[Coming]]] = []
    clock.set(BEGIN)

    # when many days pass, and now and then some people ask what will come, and others move
    ticks = 0
    while clock.now() < end:
        clock.advance(EVERY)
        await execute("UPDATE pair_members SET missed_in_a_row = 0 WHERE missed_in_a_row > 0")
        await tick()
        book.tick(clock.now())
        ticks += 1
        if ticks % 30 == 0:
            horizon = min(clock.now() + EVERY * 30, end)
            foretold += [await _foretold(c, horizon) for c in some.sample(couples, 3)]
            for couple in some.sample(couples, 12):
                await _moves(couple.mentee, some.choice(ZONES))

    # then each reminder has come once, at the moment the contract says, and no other
    told = await recorded()
    assert len(told) == len(set(told))
    assert set(told) == book.kept

    # and what was foretold is what came, until they moved
    came: dict[UUID, list[Coming]] = {}
    for match, person, _, kind, at in told:
        if kind != "NUDGE":
            came.setdefault(person, []).append((match, kind, at))
    for person, since, horizon, said in foretold:
        assert said == {one for one in came[person] if since <= one[2] < horizon}


async def _foretold(
    couple: Couple, horizon: datetime
) -> tuple[UUID, datetime, datetime, set[Coming]]:
    """What the mentor, who never moves, is told beforehand."""
    person = couple.mentor
    coming = await upcoming(await signed_in(person), None, 100)
    said = {(one.match.id, str(one.kind), one.at) for one in coming if one.at < horizon}
    assert len(coming) == 100
    assert [one.at for one in coming] == sorted(one.at for one in coming)
    return person.id, clock.now(), horizon, said


async def _moves(member: Member, zone: str) -> None:
    await update_profile(await signed_in(member), ProfileChange(time_zone=zone))
    member.zone = zone
