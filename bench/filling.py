"""The statements that fill a database of some size with everything but messages."""

from dataclasses import dataclass

STEPS = 10


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


FILL = """
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
ENROLL = """
INSERT INTO enrollments (id, program_id, user_id, role, status, topics, languages, time_zone,
                         capacity, places_taken, pool_since, data_key, goal, enrolled_at)
SELECT e.id, p.id, u.id, $3::text, $7::text, '{listening}', '{en}', 'Europe/Paris',
       $4::int, 0, CASE WHEN $3::text = 'MENTEE' AND $7::text = 'APPROVED' THEN now() END,
       e.data_key, e.goal, now()
FROM unnest($1::uuid[], $2::bytea[], $6::bytea[]) WITH ORDINALITY AS e(id, data_key, goal, n)
JOIN people u ON u.n = e.n - 1 + $5::int JOIN places g ON g.n = u.n % GROUPS
JOIN programs p ON p.group_id = g.id
"""
PAIR = """
INSERT INTO matches (id, program_id, mentor_id, mentee_id, mentor_enrollment_id,
    mentee_enrollment_id, mentor_role, mentee_role, status, version, check_in_weekday,
    created_at, started_at, last_seq, last_number, data_key)
SELECT x.id, mentor.program_id, mentor.user_id, mentee.user_id, mentor.id, mentee.id, 'MENTOR',
       'MENTEE', 'ACTIVE', 1, 'MONDAY', now(), now(), MESSAGES + 1, MESSAGES, x.data_key
FROM unnest($1::uuid[], $2::bytea[], $3::uuid[], $4::uuid[]) AS x(id, data_key, mentor, mentee)
JOIN enrollments mentor ON mentor.id = x.mentor JOIN enrollments mentee ON mentee.id = x.mentee
"""
MEMBERS = """
INSERT INTO pair_members (id, match_id, user_id, role, read_number)
SELECT uuidv7(), id, mentor_id, 'MENTOR', MESSAGES - 10 FROM matches UNION ALL
SELECT uuidv7(), id, mentee_id, 'MENTEE', MESSAGES - 10 FROM matches;
INSERT INTO message_changes (id, match_id, seq, kind, reader_id, up_to_number, at)
SELECT uuidv7(), id, last_seq, 'READ', mentee_id, MESSAGES, now() FROM matches;
INSERT INTO step_completions (id, match_id, step_id, completed_by_id, completed_at)
SELECT uuidv7(), m.id, s.id, m.mentee_id, now()
FROM matches m JOIN program_steps s ON s.program_id = m.program_id WHERE s.position <= 3;
"""


def sized(sql: str, size: Size) -> str:
    """The statement for as much of everything."""
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
