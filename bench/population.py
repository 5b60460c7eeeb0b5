"""A database of some size, its messages really sealed."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg

from bench.filling import ENROLL, FILL, MEMBERS, PAIR, Size, sized
from bench.settings import use_secrets
from domain import tokens
from models.encryption import Sealed, new_data_key
from models.ids import global_id, new_id

READERS = 40
"""The first mentors read their inboxes; a later one listens; the mentees of the last ones write."""
LISTENER, FIRST_WRITER = 45, 50
WRITERS, LISTENERS = 250, 500


SMALL = Size(people=2_000, groups=20, mentors=100, pairs=500, messages=100)
LARGE = Size(people=20_000, groups=200, mentors=1_600, pairs=8_000, messages=125)
WORDS = (
    *("so", "the little one", "slept", "for hours", "and", "finally,", "I breathe."),
    "Merci à vous",
)

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
        await connection.execute(sized(FILL, size))
        enroll = Enrolling(connection, size)
        mentors = await enroll(size.mentors, "MENTOR", "APPROVED")
        mentees = await enroll(size.pairs, "MENTEE", "APPROVED")
        await enroll(size.people - enroll.first, "MENTEE", "PENDING")
        keys = _keys(size.pairs)
        mentor_of = [_mentor(pair, size) for pair in range(size.pairs)]
        of_pair = [mentors[mentor] for mentor in mentor_of]
        columns = zip(*keys, strict=True)
        await connection.execute(sized(PAIR, size), *columns, of_pair, mentees, timeout=300)
        await connection.execute(sized(MEMBERS, size), timeout=300)
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
        await self._connection.execute(sized(ENROLL, self._size), *columns, timeout=300)
        self.first += count
        return [id for id, _ in keys]


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
