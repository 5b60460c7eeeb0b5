"""The demo: a database full of believable people, alive whenever it is started."""

import asyncio
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import asyncpg
import pytest
from structlog.testing import capture_logs

from domain.clock import clock
from domain.transitions import MATCH
from models.database import execute, fetch
from models.enrollments import EnrollmentStatus
from models.groups import GroupRole
from models.matches import MatchStatus
from models.programs import ProgramStatus
from server.demo import seed, who_can_sign_in
from tests.integration.demo_people import token_of
from tests.integration.world import World, ask_with
from tests.waiting import come_to

TABLES = (
    *("users", "groups", "group_members", "programs", "program_steps", "enrollments", "matches"),
    *("pair_members", "messages", "message_changes", "step_completions", "audit_entries"),
)
MOMENTS = (
    *(("users", "created_at"), ("groups", "created_at"), ("group_members", "joined_at")),
    *(("programs", "created_at"), ("enrollments", "enrolled_at"), ("enrollments", "pool_since")),
    *(("matches", "created_at"), ("matches", "started_at"), ("matches", "ended_at")),
    *(("messages", "sent_at"), ("messages", "edited_at"), ("messages", "deleted_at")),
    *(("message_changes", "at"), ("step_completions", "completed_at"), ("audit_entries", "at")),
)
MOTHERS = """
query { viewer { matches(status: [ACTIVE]) { nodes {
  unreadCount startedAt stepsDone partner { displayName }
  steps { state step { week } }
  messages(first: 100) { nodes { number body editedAt deletedAt replyTo { number } } } } } } }"""
MAYA = "maya@example.org"


@pytest.fixture
async def demo(world: World) -> World:
    """The demo as `compagnon seed` leaves it."""
    await seed()
    return world


async def counts() -> list[int]:
    return [(await fetch(f"SELECT count(*) FROM {table}"))[0][0] for table in TABLES]


async def values(column: str, table: str) -> list[Any]:
    return [row[0] for row in await fetch(f"SELECT {column} FROM {table}")]


async def test_an_empty_database_gets_something_in_every_state_there_can_be(demo: World) -> None:
    assert len(await values("id", "users")) in range(30, 41)
    assert set(await values("status", "programs")) == set(ProgramStatus)
    assert set(await values("status", "enrollments")) == set(EnrollmentStatus)
    reachable = {MatchStatus.PROPOSED, *MATCH.values()}
    assert set(await values("status", "matches")) == reachable
    assert len(await values("id", "reports")) == 1


async def test_a_database_with_people_is_left_as_it_is_and_that_is_said(demo: World) -> None:
    before = await counts()

    with capture_logs() as said:
        await seed()

    assert await counts() == before
    assert [entry["event"] for entry in said] == [
        "this database has people already; no demo was added"
    ]


async def test_of_two_who_seed_at_once_one_does_it(world: World) -> None:
    await asyncio.gather(seed(), seed())

    emails = await values("email", "users")
    assert len(emails) == len(set(emails)) > 30


async def test_who_seeds_waits_for_another_longer_than_for_a_lock(
    world: World, database: str, statements: list[str]
) -> None:
    # given somebody else who seeds, and takes longer than anybody waits for a lock
    other = await asyncpg.connect(database)
    await execute("SET lock_timeout = 20")
    async with other.transaction():
        await other.execute("LOCK TABLE users IN SHARE ROW EXCLUSIVE MODE")
        # when one is told that it is not to be had
        seeding = asyncio.create_task(seed())
        asked = "LOCK TABLE users IN SHARE ROW EXCLUSIVE MODE"
        await come_to(lambda: seeding.done() or statements.count(asked) > 1)
    await other.close()

    # then they are not refused, but do it once the other one has ended without it
    await seeding
    assert len(await values("id", "users")) > 30


@pytest.mark.parametrize(
    "now", ["2026-03-29T00:00:30", "2027-01-01T12:00:00", "2028-02-29T23:59:30"]
)
async def test_it_lies_in_the_past_in_order_and_up_to_an_hour_ago_whenever_it_starts(
    world: World, now: str
) -> None:
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC)
    clock.set(moment)
    await seed()

    for table, column in MOMENTS:
        told = [at for at in await values(column, table) if at is not None]
        assert max(told) <= moment, (table, column)
    assert max(await values("sent_at", "messages")) > moment - timedelta(hours=1)
    for sql in (
        "SELECT match_id, sent_at FROM messages ORDER BY match_id, number",
        "SELECT program_id, at FROM audit_entries ORDER BY program_id, id",
    ):
        assert all(a[1] <= b[1] for a, b in pairwise(await fetch(sql)) if a[0] == b[0])


async def test_afterwards_the_clock_runs(demo: World) -> None:
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)


async def test_the_two_mothers_are_in_their_fourth_week_in_the_middle_of_a_conversation(
    demo: World,
) -> None:
    answer = await ask_with(await token_of(MAYA), MOTHERS)

    (match,) = answer.ok()["matches"]["nodes"]
    week = (datetime.now(UTC) - datetime.fromisoformat(match["startedAt"])).days // 7 + 1
    current = next(one for one in match["steps"] if one["state"] == "CURRENT")
    assert week == current["step"]["week"] == match["stepsDone"] + 1 == 4
    messages = match["messages"]["nodes"]
    assert len(messages) in range(25, 41) and match["unreadCount"] == 3
    assert [one["number"] for one in messages] == list(range(1, len(messages) + 1))
    assert len([one for one in messages if one["replyTo"]]) > 5
    assert len([one for one in messages if one["editedAt"]]) == 1
    deleted = [one for one in messages if one["deletedAt"]]
    assert len(deleted) == 1 and deleted[0]["body"] is None


async def test_one_group_has_two_admins_one_has_one_and_one_offers_no_mentorship(
    demo: World,
) -> None:
    admins = await fetch(
        """SELECT g.category, count(*) FROM groups g JOIN group_members m ON m.group_id = g.id
           WHERE m.role = $1 GROUP BY g.category""",
        GroupRole.ADMIN,
    )
    expected = {"PARENTING": 2, "PROFESSIONAL": 1, "PERSONAL_DEVELOPMENT": 1, "HOBBY": 1}
    assert {row[0]: row[1] for row in admins} == expected


async def test_everybody_offered_can_sign_in_and_one_of_them_is_not_18_yet(demo: World) -> None:
    adults = {}
    for person in who_can_sign_in():
        answer = await ask_with(await token_of(person.email), "{ viewer { isAdult email } }")
        assert answer.ok()["email"] == person.email and person.what
        adults[person.key] = answer.payload["isAdult"]

    assert len(adults) in range(8, 12)
    assert [key for key, adult in adults.items() if not adult] == ["timo"]
