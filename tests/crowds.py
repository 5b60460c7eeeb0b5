"""Programs of thousands, put into the database at once: approved mentors and mentees who wait."""

import random
from dataclasses import dataclass
from uuid import UUID

from domain.clock import clock
from models.database import execute
from models.encryption import new_data_key
from models.ids import global_id, new_id

TOPICS = ("sleep", "grief", "crafts", "first job", "soap making", "budget", "school", "health")
ZONES = ("Europe/Paris", "America/New_York", "Asia/Kolkata", "Africa/Lagos", "America/Lima")


@dataclass(frozen=True, slots=True)
class Crowd:
    """Enrollments, as clients see their ids, in the order in which they were made."""

    mentors: list[str]
    mentees: list[str]


async def crowd(
    program: UUID, *, mentors: int, mentees: int, capacity: int, languages: int = 2, seed: int = 1
) -> Crowd:
    """So many people, each of whom speaks one of so many languages."""
    guiding = await _enrolled(program, "MENTOR", mentors, capacity, languages, seed)
    waiting = await _enrolled(program, "MENTEE", mentees, 1, languages, seed + 1)
    return Crowd(guiding, waiting)


async def _enrolled(
    program: UUID, role: str, count: int, capacity: int, languages: int, seed: int
) -> list[str]:
    dice = random.Random(seed)
    users, enrollments = [[new_id() for _ in range(count)] for _ in range(2)]
    spoken = [_language(dice.randrange(languages)) for _ in users]
    now = clock.now()
    await execute(
        """INSERT INTO users (id, email, display_name, languages, time_zone, locale, age_known,
                              is_moderator, created_at)
           SELECT id, id || '@example.org', 'Somebody', '{en}', 'Europe/Paris', 'EN', true, false,
                  $2 FROM unnest($1::uuid[]) AS u(id)""",
        *(users, now),
    )
    await execute(
        """INSERT INTO group_members (id, group_id, user_id, role, joined_at)
           SELECT gen_random_uuid(), p.group_id, u.id, 'MEMBER', $3
           FROM unnest($1::uuid[]) AS u(id), programs p WHERE p.id = $2""",
        *(users, program, now),
    )
    await execute(
        """INSERT INTO enrollments (id, program_id, user_id, role, status, topics, languages,
               time_zone, capacity, places_taken, pool_since, data_key, enrolled_at)
           SELECT e.id, $1, e.user_id, $2::text, 'APPROVED', string_to_array(e.topics, ','),
                  ARRAY[e.language], e.zone, $3, 0,
                  CASE WHEN $2::text = 'MENTEE' THEN $4::timestamptz - e.days * interval '1 day'
                  END, e.data_key, $4
           FROM unnest($5::uuid[], $6::uuid[], $7::text[], $8::text[], $9::text[], $10::int[],
                       $11::bytea[])
               AS e(id, user_id, topics, language, zone, days, data_key)""",
        *(program, role, capacity, now, enrollments, users),
        [",".join(dice.sample(TOPICS, dice.randint(1, 4))) for _ in users],
        spoken,
        [dice.choice(ZONES) for _ in users],
        [dice.randint(0, 60) for _ in users],
        [new_data_key(id) for id in enrollments],
    )
    return [global_id("enrollment", id) for id in enrollments]


def _language(number: int) -> str:
    """A tag of its own for each of 520 languages: those that nobody has given a meaning."""
    return f"q{chr(97 + number // 26)}{chr(97 + number % 26)}"
