"""A database of some size: 2,000 people, 500 pairs, 50,000 messages that are really sealed."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg

from bench.settings import use_secrets
from domain import tokens
from models.encryption import Sealed, new_data_key
from models.ids import global_id, new_id

PEOPLE, GROUPS, MENTORS, PAIRS, MESSAGES, STEPS = 2000, 20, 100, 500, 100, 10
EACH = PAIRS // MENTORS
READERS = 40
"""The first mentors read their inboxes; a later one listens; the mentees of the last ones write."""
LISTENER, FIRST_WRITER = 45, 50
WORDS = (
    "so",
    "the little one",
    "slept",
    "for hours",
    "and",
    "finally,",
    "I breathe.",
    "Merci à vous",
)

_FILL = f"""
INSERT INTO users (id, email, display_name, bio, languages, time_zone, locale, age_known,
                   is_moderator, created_at)
SELECT uuidv7(), 'person' || n || '@example.org', 'Person ' || n, 'A few words about me.',
       '{{en,fr}}', 'Europe/Paris', 'EN', true, false, now()
FROM generate_series(0, {PEOPLE - 1}) n;
CREATE TEMP TABLE people AS
SELECT split_part(substr(email, 7), '@', 1)::int AS n, id FROM users;
INSERT INTO groups (id, name, description, category, created_at)
SELECT uuidv7(), 'Group ' || n, 'Parents of the quarter', 'PARENTING', now()
FROM generate_series(0, {GROUPS - 1}) n;
CREATE TEMP TABLE places AS SELECT substr(name, 7)::int AS n, id FROM groups;
INSERT INTO group_members (id, group_id, user_id, role, joined_at)
SELECT uuidv7(), g.id, u.id, CASE WHEN u.n < {GROUPS} THEN 'ADMIN' ELSE 'MEMBER' END, now()
FROM people u JOIN places g ON g.n = u.n % {GROUPS};
INSERT INTO programs (id, group_id, template_key, theme, title, description, status, topics,
    duration_weeks, default_capacity, requires_consent, check_in_weekday, questions, created_at)
SELECT uuidv7(), id, 'encouragement-and-support', 'ENCOURAGEMENT_AND_SUPPORT', 'Program ' || n,
       'Ten weeks together', 'OPEN', '{{listening,sleep}}', {STEPS}, {EACH}, false, 'MONDAY',
       '[]', now() FROM places;
INSERT INTO program_steps (id, program_id, position, week, title, prompt)
SELECT uuidv7(), p.id, n, n, 'Step ' || n, 'Talk about what this week brought.'
FROM programs p, generate_series(1, {STEPS}) n;
INSERT INTO sessions (id, user_id, created_at, expires_at)
SELECT uuidv7(), id, now(), now() + interval '1 day' FROM people;
"""
_ENROLL = f"""
INSERT INTO enrollments (id, program_id, user_id, role, status, topics, languages, time_zone,
                         capacity, places_taken, pool_since, data_key, enrolled_at)
SELECT e.id, p.id, u.id, $3::text, 'APPROVED', '{{listening}}', '{{en}}', 'Europe/Paris',
       $4::int, 0, CASE WHEN $3::text = 'MENTEE' THEN now() END, e.data_key, now()
FROM unnest($1::uuid[], $2::bytea[]) WITH ORDINALITY AS e(id, data_key, n)
JOIN people u ON u.n = e.n - 1 + $5::int JOIN places g ON g.n = u.n % {GROUPS}
JOIN programs p ON p.group_id = g.id
"""
_PAIR = f"""
INSERT INTO matches (id, program_id, mentor_id, mentee_id, mentor_enrollment_id,
    mentee_enrollment_id, mentor_role, mentee_role, status, version, check_in_weekday,
    created_at, started_at, last_seq, last_number, data_key)
SELECT x.id, mentor.program_id, mentor.user_id, mentee.user_id, mentor.id, mentee.id, 'MENTOR',
       'MENTEE', 'ACTIVE', 1, 'MONDAY', now(), now(), {MESSAGES}, {MESSAGES}, x.data_key
FROM unnest($1::uuid[], $2::bytea[], $3::uuid[], $4::uuid[]) AS x(id, data_key, mentor, mentee)
JOIN enrollments mentor ON mentor.id = x.mentor JOIN enrollments mentee ON mentee.id = x.mentee
"""
_MEMBERS = f"""
INSERT INTO pair_members (id, match_id, user_id, role, read_number)
SELECT uuidv7(), id, mentor_id, 'MENTOR', {MESSAGES - 10} FROM matches UNION ALL
SELECT uuidv7(), id, mentee_id, 'MENTEE', {MESSAGES - 10} FROM matches;
INSERT INTO step_completions (id, match_id, step_id, completed_by_id, completed_at)
SELECT uuidv7(), m.id, s.id, m.mentee_id, now()
FROM matches m JOIN program_steps s ON s.program_id = m.program_id WHERE s.position <= 3;
"""
_COLUMNS = (
    "id",
    "match_id",
    "number",
    "seq",
    "sender_id",
    "client_key",
    "body",
    "fingerprint",
    "sent_at",
)


@dataclass(frozen=True, slots=True)
class Person:
    token: str
    match: str
    """One of their matches."""


@dataclass(frozen=True, slots=True)
class Population:
    """Who takes part in the measurements."""

    readers: list[Person]
    writers: list[Person]
    listeners: tuple[Person, Person]


async def populate(url: str) -> Population:
    """Fills a migrated, empty database."""
    use_secrets()
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(_FILL)
        mentors = await _enroll(connection, MENTORS, "MENTOR", EACH, GROUPS)
        mentees = await _enroll(connection, PAIRS, "MENTEE", 1, GROUPS + MENTORS)
        keys = _keys(PAIRS)
        mentor_of = [_mentor(pair) for pair in range(PAIRS)]
        of_pair = [mentors[mentor] for mentor in mentor_of]
        await connection.execute(_PAIR, *zip(*keys, strict=True), of_pair, mentees)
        await connection.execute(_MEMBERS)
        pairs = await connection.fetch(
            """SELECT m.id, m.data_key, m.mentor_id, m.mentee_id, a.id, b.id
               FROM unnest($1::uuid[]) WITH ORDINALITY AS x(id, n) JOIN matches m ON m.id = x.id
               JOIN sessions a ON a.user_id = m.mentor_id
               JOIN sessions b ON b.user_id = m.mentee_id ORDER BY x.n""",
            [id for id, _ in keys],
        )
        await connection.copy_records_to_table(
            "messages", records=_messages([tuple(pair)[:4] for pair in pairs]), columns=_COLUMNS
        )
        await connection.execute("VACUUM ANALYZE")
    finally:
        await connection.close()
    mentor_side = [_person(row[4], row[2], row[0]) for row in pairs]
    mentee_side = [_person(row[5], row[3], row[0]) for row in pairs]
    heard = mentor_of.index(LISTENER)
    return Population(
        [mentor_side[mentor_of.index(mentor)] for mentor in range(READERS)],
        [mentee_side[i] for i, mentor in enumerate(mentor_of) if mentor >= FIRST_WRITER],
        (mentor_side[heard], mentee_side[heard]),
    )


def _mentor(pair: int) -> int:
    """Of the same group as the mentee, each with as many pairs as the others."""
    return pair % GROUPS + GROUPS * (pair // GROUPS // EACH)


def _keys(count: int) -> list[tuple[UUID, bytes]]:
    ids = [new_id() for _ in range(count)]
    return [(id, new_data_key(id)) for id in ids]


async def _enroll(
    connection: asyncpg.Connection, count: int, role: str, capacity: int, first: int
) -> list[UUID]:
    keys = _keys(count)
    await connection.execute(_ENROLL, *zip(*keys, strict=True), role, capacity, first)
    return [id for id, _ in keys]


def _messages(pairs: list[tuple[UUID, bytes, UUID, UUID]]) -> Iterator[tuple[object, ...]]:
    chance = random.Random(7)  # the same texts in every run
    began = datetime(2025, 1, 6, 9, tzinfo=UTC)
    for match, data_key, *people in pairs:
        sealed = Sealed(data_key, match)
        for number in range(1, MESSAGES + 1):
            id, text = new_id(), " ".join(chance.choices(WORDS, k=chance.randint(3, 40)))
            yield (
                *(id, match, number, number, people[number % 2], str(number)),
                *(sealed.seal(text, id.bytes), sealed.fingerprint(text)),
                began + timedelta(hours=number, microseconds=number),
            )


def _person(session: UUID, user: UUID, match: UUID) -> Person:
    token, _ = tokens.sign(session, user)
    return Person(token, global_id("match", match))
