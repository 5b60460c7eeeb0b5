"""A database of some size, its messages really sealed."""

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

STEPS = 10
READERS = 40
"""The first mentors read their inboxes; a later one listens; the mentees of the last ones write."""
LISTENER, FIRST_WRITER = 45, 50
WRITERS, LISTENERS = 250, 500


@dataclass(frozen=True, slots=True)
class Size:
    """How much there is of everything. Who has no pair waits for the admin of a group."""

    people: int
    groups: int
    mentors: int
    pairs: int
    messages: int
    """Of each pair."""

    @property
    def each(self) -> int:
        """The pairs of each mentor."""
        return self.pairs // self.mentors


SMALL = Size(people=2_000, groups=20, mentors=100, pairs=500, messages=100)
LARGE = Size(people=20_000, groups=200, mentors=1_600, pairs=8_000, messages=125)
WORDS = (
    *("so", "the little one", "slept", "for hours", "and", "finally,", "I breathe."),
    "Merci à vous",
)

_FILL = """
INSERT INTO users (id, email, display_name, bio, languages, time_zone, locale, age_known,
                   is_moderator, created_at)
SELECT uuidv7(), 'person' || n || '@example.org', 'Person ' || n, 'A few words about me.',
       '{en,fr}', 'Europe/Paris', 'EN', true, false, now()
FROM generate_series(0, PEOPLE - 1) n;
CREATE TEMP TABLE people AS
SELECT split_part(substr(email, 7), '@', 1)::int AS n, id FROM users;
INSERT INTO groups (id, name, description, category, created_at)
SELECT uuidv7(), 'Group ' || n, 'Parents of the quarter', 'PARENTING', now()
FROM generate_series(0, GROUPS - 1) n;
CREATE TEMP TABLE places AS SELECT substr(name, 7)::int AS n, id FROM groups;
INSERT INTO group_members (id, group_id, user_id, role, joined_at)
SELECT uuidv7(), g.id, u.id, CASE WHEN u.n < GROUPS THEN 'ADMIN' ELSE 'MEMBER' END, now()
FROM people u JOIN places g ON g.n = u.n % GROUPS;
INSERT INTO programs (id, group_id, template_key, theme, title, description, status, topics,
    duration_weeks, default_capacity, requires_consent, check_in_weekday, questions, created_at)
SELECT uuidv7(), id, 'encouragement-and-support', 'ENCOURAGEMENT_AND_SUPPORT', 'Program ' || n,
       'Ten weeks together', 'OPEN', '{listening,sleep}', STEPS, EACH, false, 'MONDAY',
       '[]', now() FROM places;
INSERT INTO program_steps (id, program_id, position, week, title, prompt)
SELECT uuidv7(), p.id, n, n, 'Step ' || n, 'Talk about what this week brought.'
FROM programs p, generate_series(1, STEPS) n;
INSERT INTO sessions (id, user_id, created_at, expires_at)
SELECT uuidv7(), id, now(), now() + interval '1 day' FROM people;
"""
_ENROLL = """
INSERT INTO enrollments (id, program_id, user_id, role, status, topics, languages, time_zone,
                         capacity, places_taken, pool_since, data_key, goal, enrolled_at)
SELECT e.id, p.id, u.id, $3::text, $7::text, '{listening}', '{en}', 'Europe/Paris',
       $4::int, 0, CASE WHEN $3::text = 'MENTEE' AND $7::text = 'APPROVED' THEN now() END,
       e.data_key, e.goal, now()
FROM unnest($1::uuid[], $2::bytea[], $6::bytea[]) WITH ORDINALITY AS e(id, data_key, goal, n)
JOIN people u ON u.n = e.n - 1 + $5::int JOIN places g ON g.n = u.n % GROUPS
JOIN programs p ON p.group_id = g.id
"""
_PAIR = """
INSERT INTO matches (id, program_id, mentor_id, mentee_id, mentor_enrollment_id,
    mentee_enrollment_id, mentor_role, mentee_role, status, version, check_in_weekday,
    created_at, started_at, last_seq, last_number, data_key)
SELECT x.id, mentor.program_id, mentor.user_id, mentee.user_id, mentor.id, mentee.id, 'MENTOR',
       'MENTEE', 'ACTIVE', 1, 'MONDAY', now(), now(), MESSAGES + 1, MESSAGES, x.data_key
FROM unnest($1::uuid[], $2::bytea[], $3::uuid[], $4::uuid[]) AS x(id, data_key, mentor, mentee)
JOIN enrollments mentor ON mentor.id = x.mentor JOIN enrollments mentee ON mentee.id = x.mentee
"""
_MEMBERS = """
INSERT INTO pair_members (id, match_id, user_id, role, read_number)
SELECT uuidv7(), id, mentor_id, 'MENTOR', MESSAGES - 10 FROM matches UNION ALL
SELECT uuidv7(), id, mentee_id, 'MENTEE', MESSAGES - 10 FROM matches;
INSERT INTO message_changes (id, match_id, seq, kind, reader_id, up_to_number, at)
SELECT uuidv7(), id, last_seq, 'READ', mentee_id, MESSAGES, now() FROM matches;
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
class Admin:
    token: str
    program: str


@dataclass(frozen=True, slots=True)
class Population:
    """Who takes part in the measurements."""

    readers: list[Person]
    writers: list[Person]
    listeners: list[tuple[Person, Person]]
    """The two of each of many pairs; those of the first are neither readers nor writers."""
    admins: list[Admin]


async def populate(url: str, size: Size = SMALL) -> Population:
    """Fills a migrated, empty database."""
    use_secrets()
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(_sized(_FILL, size))
        enroll = Enrolling(connection, size)
        mentors = await enroll(size.mentors, "MENTOR", "APPROVED")
        mentees = await enroll(size.pairs, "MENTEE", "APPROVED")
        await enroll(size.people - enroll.first, "MENTEE", "PENDING")
        keys = _keys(size.pairs)
        mentor_of = [_mentor(pair, size) for pair in range(size.pairs)]
        of_pair = [mentors[mentor] for mentor in mentor_of]
        columns = zip(*keys, strict=True)
        await connection.execute(_sized(_PAIR, size), *columns, of_pair, mentees, timeout=300)
        await connection.execute(_sized(_MEMBERS, size), timeout=300)
        pairs = await connection.fetch(
            """SELECT m.id, m.data_key, m.mentor_id, m.mentee_id, a.id, b.id
               FROM unnest($1::uuid[]) WITH ORDINALITY AS x(id, n) JOIN matches m ON m.id = x.id
               JOIN sessions a ON a.user_id = m.mentor_id
               JOIN sessions b ON b.user_id = m.mentee_id ORDER BY x.n""",
            [id for id, _ in keys],
        )
        # Rows that are made for each other need not be compared a million times.
        await connection.execute("SET session_replication_role = replica")
        written = _messages([tuple(pair)[:4] for pair in pairs], size.messages)
        await connection.copy_records_to_table("messages", records=written, columns=_COLUMNS)
        await connection.execute("RESET session_replication_role")
        await connection.execute("VACUUM ANALYZE", timeout=300)
        admins = await connection.fetch(
            """SELECT s.id, s.user_id, p.id FROM group_members a
               JOIN programs p ON p.group_id = a.group_id JOIN sessions s ON s.user_id = a.user_id
               WHERE a.role = 'ADMIN' ORDER BY p.id LIMIT 40"""
        )
    finally:
        await connection.close()
    mentor_side = [_person(row[4], row[2], row[0]) for row in pairs]
    mentee_side = [_person(row[5], row[3], row[0]) for row in pairs]
    heard = [mentor_of.index(LISTENER), *range(size.pairs - 1, size.pairs - LISTENERS, -1)]
    return Population(
        [mentor_side[mentor_of.index(mentor)] for mentor in range(READERS)],
        [mentee_side[i] for i, mentor in enumerate(mentor_of) if mentor >= FIRST_WRITER][:WRITERS],
        [(mentor_side[pair], mentee_side[pair]) for pair in heard if pair >= 0],
        [_admin(*row) for row in admins],
    )


class Enrolling:
    """Enrolls one stretch of people after the other, each in the program of their group."""

    def __init__(self, connection: asyncpg.Connection, size: Size) -> None:
        self._connection, self._size = connection, size
        self.first = size.groups
        """The next who is not enrolled; before the mentors stand the admins of the groups."""

    async def __call__(self, count: int, role: str, status: str) -> list[UUID]:
        keys = _keys(count)
        goals = [Sealed(data_key, id).seal("To sleep again.", b"goal") for id, data_key in keys]
        capacity = self._size.each if role == "MENTOR" else 1
        columns = (*zip(*keys, strict=True), role, capacity, self.first, goals, status)
        await self._connection.execute(_sized(_ENROLL, self._size), *columns, timeout=300)
        self.first += count
        return [id for id, _ in keys]


def _sized(sql: str, size: Size) -> str:
    numbers = {
        "PEOPLE": size.people,
        "GROUPS": size.groups,
        "EACH": size.each,
        "MESSAGES": size.messages,
        "STEPS": STEPS,
    }
    for name, number in numbers.items():
        sql = sql.replace(name, str(number))
    return sql


def _mentor(pair: int, size: Size) -> int:
    """Of the same group as the mentee, each with as many pairs as the others."""
    return pair % size.groups + size.groups * (pair // size.groups // size.each)


def _keys(count: int) -> list[tuple[UUID, bytes]]:
    ids = [new_id() for _ in range(count)]
    return [(id, new_data_key(id)) for id in ids]


def _messages(
    pairs: list[tuple[UUID, bytes, UUID, UUID]], each: int
) -> Iterator[tuple[object, ...]]:
    chance = random.Random(7)  # the same texts in every run
    began = datetime(2025, 1, 6, 9, tzinfo=UTC)
    texts = [" ".join(chance.choices(WORDS, k=chance.randint(3, 40))) for _ in range(1_000)]
    for match, data_key, *people in pairs:
        sealed = Sealed(data_key, match)
        for number in range(1, each + 1):
            id, text = new_id(), chance.choice(texts)
            yield (
                *(id, match, number, number, people[number % 2], str(number)),
                *(sealed.seal(text, id.bytes), sealed.fingerprint(text)),
                began + timedelta(hours=number, microseconds=number),
            )


def _person(session: UUID, user: UUID, match: UUID) -> Person:
    token, _ = tokens.sign(session, user)
    return Person(token, global_id("match", match))


def _admin(session: UUID, user: UUID, program: UUID) -> Admin:
    token, _ = tokens.sign(session, user)
    return Admin(token, global_id("program", program))
