"""Many pairs at once, put into the database as they are when they have just started."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from models.database import execute
from models.encryption import new_data_key
from models.ids import new_id
from models.programs import Weekday


@dataclass(slots=True)
class Member:
    """Somebody of a pair: in which zone they live, and at which minute of their day they ask to be
    reminded."""

    zone: str
    minute: int = 540
    id: UUID = field(default_factory=new_id)


@dataclass(slots=True)
class Couple:
    mentor: Member
    mentee: Member
    weekday: Weekday
    started_at: datetime
    id: UUID = field(default_factory=new_id)

    @property
    def members(self) -> tuple[Member, Member]:
        return self.mentor, self.mentee


async def lay_out(couples: Sequence[Couple]) -> None:
    """Writes the pairs, all in one program."""
    group, program, began = new_id(), new_id(), min(c.started_at for c in couples)
    await execute(
        """INSERT INTO groups (id, name, description, category, created_at)
           VALUES ($1, 'Parents', '', 'PARENTING', $2)""",
        *(group, began),
    )
    await execute(
        """INSERT INTO programs (id, group_id, template_key, theme, title, description, status,
               topics, duration_weeks, default_capacity, requires_consent, check_in_weekday,
               questions, created_at)
           VALUES ($1, $2, 'skill-building', 'SKILL_BUILDING', 'Skills', '', 'OPEN', '{}', 12, 1,
                   false, 'MONDAY', '[]', $3)""",
        *(program, group, began),
    )
    people = [(m, role) for c in couples for m, role in zip(c.members, ROLES, strict=True)]
    await execute(
        """INSERT INTO users (id, display_name, languages, time_zone, locale, age_known,
               is_moderator, created_at, check_in_minute)
           SELECT id, 'Somebody', '{en}', zone, 'EN', true, false, $4, minute
           FROM unnest($1::uuid[], $2::text[], $3::int[]) AS person(id, zone, minute)""",
        [member.id for member, _ in people],
        [member.zone for member, _ in people],
        [member.minute for member, _ in people],
        began,
    )
    await execute(
        """INSERT INTO enrollments (id, program_id, user_id, role, status, topics, languages,
               time_zone, capacity, places_taken, pool_since, data_key, enrolled_at)
           SELECT person, $4, person, role, 'APPROVED', '{}', '{en}', 'UTC', 1, 0,
                  CASE role WHEN 'MENTEE' THEN $5::timestamptz END, key, $5
           FROM unnest($1::uuid[], $2::text[], $3::bytea[]) AS enrolled(person, role, key)""",
        [member.id for member, _ in people],
        [role for _, role in people],
        [new_data_key(member.id) for member, _ in people],
        *(program, began),
    )
    await execute(
        """INSERT INTO matches (id, program_id, mentor_id, mentee_id, mentor_enrollment_id,
               mentee_enrollment_id, mentor_role, mentee_role, status, version, check_in_weekday,
               created_at, started_at, last_seq, last_number, data_key)
           SELECT id, $7, mentor, mentee, mentor, mentee, 'MENTOR', 'MENTEE', 'ACTIVE', 1, weekday,
                  started, started, 0, 0, key
           FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::timestamptz[],
                       $6::bytea[]) AS pair(id, mentor, mentee, weekday, started, key)""",
        [couple.id for couple in couples],
        [couple.mentor.id for couple in couples],
        [couple.mentee.id for couple in couples],
        [couple.weekday for couple in couples],
        [couple.started_at for couple in couples],
        [new_data_key(couple.id) for couple in couples],
        program,
    )
    await execute(
        """INSERT INTO pair_members (id, match_id, user_id, role, read_number)
           SELECT gen_random_uuid(), id, mentor_id, 'MENTOR', 0 FROM matches
           UNION ALL SELECT gen_random_uuid(), id, mentee_id, 'MENTEE', 0 FROM matches"""
    )


ROLES = ("MENTOR", "MENTEE")
