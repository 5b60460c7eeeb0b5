"""A database from before is as good after the upgrade, whoever starts on it first."""

import asyncio
import hashlib
from datetime import timedelta
from uuid import UUID, uuid4

import asyncpg
import pytest
from tortoise import Tortoise
from tortoise.connection import get_connection
from tortoise.context import TortoiseContext
from tortoise.migrations.executor import MigrationExecutor, MigrationTarget

from domain import identity_hashes
from domain.clock import clock
from domain.identities import Vouched, admit
from domain.identity_hashes import key_all_hashes
from models import database, migrating
from models.connecting import config
from models.database import execute

pytestmark = pytest.mark.anyio

ISSUER = "https://id.example.org"
SESSIONS = """
    WITH begun AS (
        INSERT INTO sessions (id, user_id, created_at, expires_at)
        SELECT gen_random_uuid(), id, '2030-1-1', '2030-3-1' FROM users
        WHERE deleted_at IS NULL LIMIT 2 RETURNING id)
    INSERT INTO refresh_tokens (id, session_id, token_hash, created_at)
    SELECT gen_random_uuid(), (SELECT min(id::text)::uuid FROM begun), sha256(day::text::bytea),
           day::timestamptz
    FROM unnest('{2030-1-1, 2030-1-9}'::text[]) AS of(day)"""


@pytest.fixture
async def from_before(empty_database: str, database: str) -> str:
    """The URL of a database that lacks all that came after rate counts; `database` brings keys."""
    await migrate_to("0010_rate_counts", empty_database)
    return empty_database


async def migrate_to(name: str, url: str) -> None:
    async with TortoiseContext():
        settings = config(url, pool_size=2)
        await Tortoise.init(config=settings)
        executor = MigrationExecutor(get_connection("default"), settings["apps"])
        await executor.migrate([MigrationTarget("models", name)])
        await Tortoise.close_connections()


def vouched(subject: str) -> Vouched:
    return Vouched(ISSUER, subject, "sid 1", clock.now() + timedelta(hours=1))


async def test_people_of_a_provider_stay_who_they_are_and_sessions_know_when_they_were_used(
    from_before: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given some whose hash anybody could find out, one of them erased
    people = {str(number): uuid4() for number in range(5)}
    before = await asyncpg.connect(from_before)
    await before.executemany(
        """INSERT INTO users (id, display_name, languages, time_zone, locale, age_known,
                              is_moderator, created_at, deleted_at)
           VALUES ($1, CASE WHEN $2 THEN '' ELSE 'N' END, '{}', 'UTC', 'EN', false, false, now(),
                   CASE WHEN $2 THEN now() END)""",
        [(user, subject == "4") for subject, user in people.items()],
    )
    unkeyed = {hashlib.sha256(f"{ISSUER}\0{subject}".encode()).digest() for subject in people}
    await before.executemany(
        """INSERT INTO identities (id, user_id, issuer, subject_hash, age_told, created_at)
           VALUES (gen_random_uuid(), $2, $3, sha256(convert_to($3, 'utf8') || '\\x00'
                   || convert_to($1, 'utf8')), false, now())""",
        [(subject, user, ISSUER) for subject, user in people.items()],
    )
    kept = await before.fetch("SELECT subject_hash FROM identities")
    assert {row[0] for row in kept} == unkeyed

    # and two sessions, one of which was renewed
    await before.execute(SESSIONS)

    # when it is migrated, then these were last used when they last got tokens
    await migrating.migrate(from_before)
    used = await before.fetch("SELECT last_used_at::date::text FROM sessions ORDER BY 1")
    assert [row[0] for row in used] == ["2030-01-01", "2030-01-09"]

    # when several processes start on it at once, while people come
    monkeypatch.setattr(identity_hashes, "BATCH", 2)
    await use(from_before)
    assert await person_of("0") == people["0"]
    keying = asyncio.gather(*(key_all_hashes() for _ in range(3)))
    came = await asyncio.gather(*(person_of(subject) for subject in people))

    # then each is who they were, and nobody erased comes back
    assert came == [people[str(number)] for number in range(4)] + [None]
    assert sum(await keying) == 5
    assert [await person_of(subject) for subject in people] == came
    # and no hash says who it is to whoever can count
    kept = await before.fetch("SELECT subject_hash, is_keyed FROM identities")
    assert len(kept) == 5 and all(row["is_keyed"] for row in kept)
    assert unkeyed.isdisjoint(row["subject_hash"] for row in kept)
    await before.close()


async def test_who_was_made_known_twice_by_an_old_version_is_who_they_were_and_nothing_fails(
    database: str,
) -> None:
    # given somebody whom an old version did not know again, since it was still there
    person = await person_of("0")
    await execute(
        """INSERT INTO users (id, display_name, languages, time_zone, locale, age_known,
                              is_moderator, created_at)
           VALUES ($1, 'N', '{}', 'UTC', 'EN', false, false, now())""",
        again := uuid4(),
    )
    for subject in ("0", "1"):
        await execute(
            """INSERT INTO identities (id, user_id, issuer, subject_hash, age_told, created_at)
               VALUES (gen_random_uuid(), $1, $2, $3, false, now())""",
            *(again, ISSUER, hashlib.sha256(f"{ISSUER}\0{subject}".encode()).digest()),
        )
    # when a process starts, then it puts what it can under the key
    assert await key_all_hashes() == 1
    # and they are who they were first
    assert await person_of("0") == person
    assert await person_of("1") == again


async def use(url: str) -> None:
    """This process goes on with another database, which the end of the test leaves."""
    await database.disconnect()
    await database.connect(url, pool_size=8)


async def person_of(subject: str) -> UUID | None:
    session = await admit(vouched(subject))
    if session is None:
        return None
    row = await database.fetch_one("SELECT user_id FROM sessions WHERE id = $1", session)
    return None if row is None else row[0]
