"""`python bench/reminders.py`: a hundred thousand check-ins due at once, beside one bare statement.

Each week of the calendar is one round. In turn it is ours that opens the check-ins and records the
reminders, in batches and with the wake-ups, or one set-based statement that does the same inserts
and updates for all of them at once, with nothing around it. The ratio is of the times of one run.
"""

import asyncio
import base64
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg

sys.path[0] = str(Path(__file__).resolve().parent.parent)

import realtime  # noqa: E402
from bench import processes  # noqa: E402
from domain.calendar import LATE, first_today  # noqa: E402
from domain.check_in_reminders import SEND, send_reminders  # noqa: E402
from domain.check_in_rounds import close_check_ins, open_check_ins  # noqa: E402
from domain.clock import clock  # noqa: E402
from models import migrating  # noqa: E402
from models.database import connect, disconnect  # noqa: E402
from models.encryption import Keyring, use_keyring  # noqa: E402
from realtime.hub import Hub  # noqa: E402

MATCHES = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
ROUNDS = 3
STARTED = datetime(2026, 8, 25, 12, tzinfo=UTC)
FIRST_OPENS = datetime(2026, 8, 30, 10, tzinfo=UTC)
ALL_TOLD = timedelta(hours=29)
"""After a check-in has opened it has been nine in the morning everywhere here for hours."""

LAY_OUT = f"""
INSERT INTO groups (id, name, description, category, created_at)
    VALUES (uuidv7(), 'All', '', 'PARENTING', now());
INSERT INTO programs (id, group_id, template_key, theme, title, description, status, topics,
    duration_weeks, default_capacity, requires_consent, check_in_weekday, questions, created_at)
    SELECT uuidv7(), id, 'skill-building', 'SKILL_BUILDING', 'All', '', 'OPEN', '{{}}', 12, 1,
           false, 'MONDAY', '[]', now() FROM groups;
CREATE TEMP TABLE pairs AS
    SELECT uuidv7() AS id, uuidv7() AS mentor, uuidv7() AS mentee
    FROM generate_series(1, {MATCHES});
INSERT INTO users (id, display_name, languages, time_zone, locale, age_known, is_moderator,
                   created_at)
    SELECT person, 'Somebody', '{{en}}',
           (ARRAY['Europe/Paris', 'Europe/London', 'Africa/Lagos', 'Europe/Athens',
                  'America/Sao_Paulo', 'Asia/Kolkata'])[1 + abs(hashtext(person::text)) % 6],
           'EN', true, false, now()
    FROM (SELECT mentor AS person FROM pairs UNION ALL SELECT mentee FROM pairs) AS people;
INSERT INTO enrollments (id, program_id, user_id, role, status, topics, languages, time_zone,
                         capacity, places_taken, pool_since, data_key, enrolled_at)
    SELECT person, p.id, person, role, 'APPROVED', '{{}}', '{{en}}', 'UTC', 1, 0,
           CASE role WHEN 'MENTEE' THEN now() END, decode(repeat('00', 60), 'hex'), now()
    FROM programs p, (SELECT mentor AS person, 'MENTOR' AS role FROM pairs
                      UNION ALL SELECT mentee, 'MENTEE' FROM pairs) AS people;
INSERT INTO matches (id, program_id, mentor_id, mentee_id, mentor_enrollment_id,
                     mentee_enrollment_id, mentor_role, mentee_role, status, version,
                     check_in_weekday, created_at, started_at, last_seq, last_number, data_key)
    SELECT pairs.id, p.id, mentor, mentee, mentor, mentee, 'MENTOR', 'MENTEE', 'ACTIVE', 1,
           'MONDAY', '{STARTED.isoformat()}', '{STARTED.isoformat()}', 0, 0,
           decode(repeat('00', 60), 'hex')
    FROM pairs, programs p;
INSERT INTO pair_members (id, match_id, user_id, role, read_number)
    SELECT uuidv7(), id, mentor, 'MENTOR', 0 FROM pairs
    UNION ALL SELECT uuidv7(), id, mentee, 'MENTEE', 0 FROM pairs;
VACUUM ANALYZE;
"""

BARE_OPEN = """
    WITH due AS (
        SELECT s.match_id, s.next_week AS week, s.next_date AS date, m.mentor_id, m.mentee_id
        FROM check_in_schedules s JOIN matches m ON m.id = s.match_id
        WHERE s.next_date <= $1 AND m.status = 'ACTIVE' FOR UPDATE OF s SKIP LOCKED),
    advanced AS (
        UPDATE check_in_schedules s SET next_date = due.date + 7, next_week = due.week + 1
        FROM due WHERE s.match_id = due.match_id),
    opened AS (
        INSERT INTO check_ins (id, match_id, week, date, status)
        SELECT uuidv7(), match_id, week, date, 'OPEN' FROM due RETURNING id, match_id)
    INSERT INTO due_reminders (id, check_in_id, user_id, kind, at, last_call_at)
    SELECT uuidv7(), opened.id, u.id, 'OPENED',
           (due.date + u.check_in_minute * interval '1 minute') AT TIME ZONE u.time_zone,
           (due.date + 4 + u.check_in_minute * interval '1 minute') AT TIME ZONE u.time_zone
    FROM opened JOIN due USING (match_id)
    CROSS JOIN LATERAL unnest(ARRAY[due.mentor_id, due.mentee_id]) AS person(id)
    JOIN users u ON u.id = person.id"""


async def main() -> None:
    use_keyring(Keyring([base64.b64decode("dGhpcnR5LXR3byBieXRlcyBmb3IgYWxsIHRoZSB0ZXM=")]))
    with (
        tempfile.TemporaryDirectory(prefix="compagnon-bench-") as folder,
        processes.postgres(Path(folder) / "data") as postgres,
    ):
        await migrating.migrate(postgres.url)
        bare = await asyncpg.connect(postgres.url)
        for statement in LAY_OUT.split(";\n"):
            if statement.strip():
                await bare.execute(statement)
        await connect(postgres.url, pool_size=4)
        async with Hub(postgres.url) as hub, Hub(postgres.url) as other:
            realtime.install(hub)
            await measure(bare, other)
            realtime.install(None)
        await disconnect()
        await bare.close()


async def measure(bare: asyncpg.Connection, other: Hub) -> None:
    seconds: dict[str, list[float]] = {}
    opens = FIRST_OPENS
    for number in range(2 * ROUNDS + 1):
        is_ours = number % 2 == 0
        who = "ours" if is_ours else "bare"
        for table in ("pair_members", "matches"):
            await bare.execute(f"UPDATE {table} SET missed_in_a_row = 0")
        clock.set(opens)
        closed = await timed(seconds, "close: ours", close_check_ins()) if number else 0
        opening = open_check_ins() if is_ours else bare.execute(BARE_OPEN, first_today(clock.now()))
        await timed(seconds, f"open: {who}", opening)
        clock.set(opens + ALL_TOLD)
        heard = other._heard
        sending = (
            send_reminders()
            if is_ours
            else bare.execute(SEND, clock.now(), 10 * MATCHES, clock.now() - LATE)
        )
        await timed(seconds, f"record{' and wake' if is_ours else ''}: {who}", sending)
        if is_ours:
            await asyncio.sleep(1.0)  # so that the other process has heard it all
            print(f"round {number}: {other._heard - heard} messages, {closed} closed before")
        opens += timedelta(days=7)
    rows = await bare.fetchrow(
        "SELECT (SELECT count(*) FROM check_ins), (SELECT count(*) FROM check_in_reminders)"
    )
    print(f"{MATCHES} matches: {rows[0]} check-ins and {rows[1]} reminders in all")
    for name, times in seconds.items():
        spread = " ".join(f"{one:.2f}" for one in times)
        print(f"{name:24} median {statistics.median(times):6.2f} s   ({spread})")
    # the first round is left out: caches are cold, and nothing had to be closed before it
    opened = statistics.median(seconds["open: ours"][1:]) / statistics.median(seconds["open: bare"])
    told = statistics.median(seconds["record and wake: ours"][1:]) / statistics.median(
        seconds["record: bare"]
    )
    print(f"ratio of opening to the bare statement              {opened:.2f}")
    print(f"ratio of recording and waking to the bare statement {told:.2f}")


async def timed(seconds: dict[str, list[float]], name: str, work: Awaitable[object]) -> object:
    began = time.perf_counter()
    done = await work
    seconds.setdefault(name, []).append(time.perf_counter() - began)
    return done


if __name__ == "__main__":
    asyncio.run(main())
