"""Places are counted and held by the database: nobody is given one that is not there."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.broken_rules import broken_by, connected, held_up, laid_out
from tests.violations import (
    ADA_AND_NINA,
    ADAS,
    MAYA_AND_MINA,
    MAYAS,
    MINAS,
    NINAS,
    YARA,
    YARAS,
    ZOE,
    ZOES,
    again,
)

pytestmark = pytest.mark.anyio


def mayas(mentee: str, enrollment: str) -> str:
    """Pairs Maya with somebody who waits."""
    return again(
        "matches",
        f"one.id = {MAYA_AND_MINA}",
        mentee_id=mentee,
        mentee_enrollment_id=enrollment,
    )


MAYA_AND_ZOE, MAYA_AND_YARA = mayas(ZOE, ZOES), mayas(YARA, YARAS)
ROOM_FOR_TWO = f"UPDATE enrollments SET capacity = 2 WHERE id = {MAYAS}"
FULL = "enrollments_open_place"


@pytest.fixture
async def world(database: Any) -> AsyncIterator[Any]:
    async with laid_out() as connection:
        yield connection


async def taken(connection: Any, enrollment: str) -> int:
    places: int = await connection.fetchval(
        f"SELECT places_taken FROM enrollments WHERE id = {enrollment}"
    )
    return places


async def test_a_mentor_without_open_place_gets_no_mentee_even_by_raw_sql(world: Any) -> None:
    assert await taken(world, MAYAS) == 1
    assert await broken_by(world, MAYA_AND_ZOE) == FULL

    # with one place more there is room for one more, and no further
    await world.execute(ROOM_FOR_TWO)
    await world.execute(MAYA_AND_ZOE)
    assert (await taken(world, MAYAS), await taken(world, ZOES)) == (2, 1)
    assert await broken_by(world, MAYA_AND_YARA) == FULL

    # and taking the place away again ends no match
    await world.execute(f"UPDATE enrollments SET capacity = 1 WHERE id = {MAYAS}")
    assert await taken(world, MAYAS) == 2


@pytest.mark.parametrize(
    ("change", "places"),
    [
        ("UPDATE matches SET status = 'PAUSED'", 1),
        ("UPDATE matches SET status = 'FROZEN'", 1),
        ("UPDATE matches SET status = 'COMPLETED', ended_at = now()", 0),
        ("UPDATE matches SET status = 'ENDED', ended_at = now(), end_cause = 'BY_ADMIN'", 0),
    ],
)
async def test_a_place_is_held_until_the_match_is_over(
    world: Any, change: str, places: int
) -> None:
    await world.execute(change)

    for enrollment in (ADAS, MAYAS, MINAS, NINAS):
        assert await taken(world, enrollment) == places
    assert await broken_by(world, MAYA_AND_ZOE) == (FULL if places else None)


async def test_a_match_that_is_deleted_gives_its_place_back(world: Any) -> None:
    await world.execute(
        f"""DELETE FROM messages WHERE match_id = {ADA_AND_NINA};
            DELETE FROM check_ins WHERE match_id = {ADA_AND_NINA};
            DELETE FROM check_in_schedules WHERE match_id = {ADA_AND_NINA};
            DELETE FROM pair_members WHERE match_id = {ADA_AND_NINA};
            DELETE FROM matches WHERE id = {ADA_AND_NINA}"""
    )

    assert (await taken(world, ADAS), await taken(world, NINAS)) == (0, 0)


async def test_of_two_who_give_away_the_last_place_at_once_one_is_refused(world: Any) -> None:
    # given a mentor with one open place, and a transaction that has given it away
    await world.execute(ROOM_FOR_TWO)
    first = world.transaction()
    await first.start()
    await world.execute(MAYA_AND_ZOE)

    # when another one, which cannot know of it, gives it away too
    async with connected() as other, connected() as watching:
        second = asyncio.create_task(broken_by(other, MAYA_AND_YARA))
        await held_up(second, other, watching)
        await first.commit()

        # then it waits for the first one, and is refused
        assert await second == FULL
    assert await taken(world, MAYAS) == 2
