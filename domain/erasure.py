"""An account is erased: what is left of it is an id."""

from uuid import UUID

from domain.audit import record
from domain.clock import clock
from domain.parting import end_all_of_person
from domain.passwords import is_password
from domain.recusals import OF_BLOCKS
from domain.refusals import SessionOver, WrongPassword
from domain.succession import leave_all_groups
from domain.viewer import Viewer
from models.data_keys import put
from models.database import execute, fetch, fetch_one
from models.encryption import new_data_key
from models.ids import global_id
from models.transactions import after_commit, finished, transactional
from realtime import topics, wake

BATCH = 1000
"""Messages that become tombstones in one transaction."""

LEFT_BEHIND = (
    """UPDATE enrollments SET goal = NULL, answers = NULL, topics = '{}', languages = '{}',
           time_zone = 'UTC' WHERE user_id = $1""",
    "UPDATE pair_members SET typing_until = NULL WHERE user_id = $1 AND typing_until IS NOT NULL",
    """DELETE FROM check_in_answers WHERE user_id = $1 AND check_in_id IN (
           SELECT c.id FROM check_ins c JOIN pair_members p ON p.match_id = c.match_id
           WHERE p.user_id = $1)""",
    "DELETE FROM due_reminders WHERE user_id = $1",
    "DELETE FROM check_in_reminders WHERE user_id = $1",
    OF_BLOCKS.format("$1 IN (b.blocker_id, b.blocked_id) AND kept.out <> $1"),
    "DELETE FROM blocks WHERE $1 IN (blocker_id, blocked_id)",
    "DELETE FROM notices WHERE user_id = $1",
    "DELETE FROM reports WHERE reporter_id = $1 AND status <> 'OPEN'",
    """DELETE FROM report_evidence e USING reports r
       WHERE e.sender_id = $1 AND r.id = e.report_id AND r.status <> 'OPEN'""",
    "DELETE FROM sessions WHERE user_id = $1",
)
"""What else a person has left where, one statement each; `$1` is the person. Cases that are open
stay as they are: domain/retention.py does the rest once they are closed."""


@finished
async def delete_account(viewer: Viewer, password: str | None) -> None:
    """Erases one's account; BAD_CREDENTIALS unless the password is right, where there is one.

    It is one transaction, but for a long history: then the messages go first, so many at a time,
    that neither partners nor groups wait for it. Once begun it goes through, even if the password
    is changed meanwhile. Asked again after a crash, it goes on from there.
    """
    stored, has_begun = await _demand_password(viewer, password), False
    while await _count(viewer.id) > BATCH:
        await (_delete_messages(viewer.id) if has_begun else _begin(viewer.id, stored))
        has_begun = True
    await _erase(viewer.id, stored, has_begun=has_begun)


async def _demand_password(viewer: Viewer, password: str | None) -> str | None:
    row = await fetch_one("SELECT password_hash FROM users WHERE id = $1", viewer.id)
    stored: str | None = row and row["password_hash"]
    if stored is not None and not await is_password(stored, password or ""):
        raise WrongPassword("password")
    return stored


@transactional
async def _begin(person: UUID, stored: str | None) -> None:
    """The first of many messages: not any more, if the password has just been changed."""
    if await _lock_person(person, "FOR NO KEY UPDATE") != stored:
        raise WrongPassword("password")
    await _delete_messages(person)


async def _lock_person(person: UUID, lock: str) -> str | None:
    """What is stored of the password by now; BAD_CREDENTIALS of an account that is erased."""
    row = await fetch_one(
        f"SELECT password_hash FROM users WHERE id = $1 AND deleted_at IS NULL {lock}", person
    )
    if row is None:
        raise SessionOver
    present: str | None = row["password_hash"]
    return present


@transactional
async def _erase(person: UUID, stored: str | None, *, has_begun: bool) -> None:
    """The order of locks is everybody's: the person, groups, enrollments by id, matches by id."""
    if await _lock_person(person, "FOR UPDATE") != stored and not has_begun:
        raise WrongPassword("password")
    sessions = await fetch("SELECT id FROM sessions WHERE user_id = $1", person)
    await leave_all_groups(person)
    await _lock_pairs(person)
    await end_all_of_person(person)
    while await _delete_messages(person) == BATCH:
        pass
    for statement in LEFT_BEHIND:
        await execute(statement, person)
    await execute(
        """UPDATE users SET email = NULL, password_hash = NULL, display_name = '', bio = NULL,
               languages = '{}', time_zone = 'UTC', locale = 'EN', age_known = false,
               adult_from = NULL, is_moderator = false, suspended_at = NULL,
               check_in_minute = DEFAULT, muted_until = NULL, deleted_at = $2
           WHERE id = $1""",
        *(person, clock.now()),
    )
    await _forget_keys(person)
    await record("user.erased", actor=person, subject=global_id("user", person))
    woken = [topics.session(row["id"]) for row in sessions]
    after_commit(lambda: wake(*woken, topics.person(person)))


async def _lock_pairs(person: UUID) -> None:
    await execute(
        """SELECT id FROM enrollments WHERE user_id = $1 OR id IN (
               SELECT unnest(ARRAY[mentor_enrollment_id, mentee_enrollment_id]) FROM matches
               WHERE mentor_id = $1 OR mentee_id = $1)
           ORDER BY id FOR NO KEY UPDATE""",
        person,
    )
    await execute(
        """SELECT id FROM matches WHERE mentor_id = $1 OR mentee_id = $1
           ORDER BY id FOR NO KEY UPDATE""",
        person,
    )


async def _count(person: UUID) -> int:
    """How many messages of this person still have a text, counted no further than needed."""
    rows = await fetch(
        """SELECT 1 FROM messages WHERE sender_id = $1 AND deleted_at IS NULL
               AND match_id = ANY (ARRAY(SELECT match_id FROM pair_members WHERE user_id = $1))
           LIMIT $2""",
        *(person, BATCH + 1),
    )
    return len(rows)


@transactional
async def _delete_messages(person: UUID) -> int:
    """Makes tombstones of the next messages, as if the person deleted one after another: the
    partners hear of each. Returns how many."""
    pairs = await fetch(
        """SELECT id, mentor_id, mentee_id FROM matches WHERE mentor_id = $1 OR mentee_id = $1
           ORDER BY id FOR NO KEY UPDATE""",
        person,
    )
    gone = await fetch(
        """WITH next AS (
               SELECT id FROM messages
               WHERE match_id = ANY ($3::uuid[]) AND sender_id = $1 AND deleted_at IS NULL
               ORDER BY match_id, seq LIMIT $4),
           gone AS (
               UPDATE messages SET body = NULL, fingerprint = NULL, deleted_at = $2
               WHERE id = ANY (ARRAY(SELECT id FROM next))
               RETURNING id, match_id, number),
           counted AS (SELECT match_id, count(*) AS number FROM gone GROUP BY match_id),
           moved AS (
               UPDATE matches SET last_seq = last_seq + counted.number FROM counted
               WHERE matches.id = counted.match_id
               RETURNING matches.id, last_seq - counted.number AS before)
           INSERT INTO message_changes (id, match_id, seq, kind, message_id, at)
           SELECT uuidv7(), gone.match_id, moved.before
                      + row_number() OVER (PARTITION BY gone.match_id ORDER BY gone.number),
                  'DELETED', gone.id, $2
           FROM gone JOIN moved ON moved.id = gone.match_id
           RETURNING match_id""",
        *(person, clock.now(), [pair["id"] for pair in pairs], BATCH),
    )
    changed = {row["match_id"] for row in gone}
    woken = [
        topic
        for pair in pairs
        if pair["id"] in changed
        for topic in topics.conversation(pair["id"], pair["mentor_id"], pair["mentee_id"])
    ]
    after_commit(lambda: wake(*woken))
    return len(gone)


async def _forget_keys(person: UUID) -> None:
    """Of the person's enrollments, and of pairs of whom nobody is left: under the new data keys
    nothing was ever sealed, and what the old ones have sealed stays shut wherever a copy lies."""
    enrollments = await fetch("SELECT id FROM enrollments WHERE user_id = $1", person)
    matches = await fetch(
        """SELECT m.id FROM matches m JOIN users partner
               ON partner.id <> $1 AND partner.id IN (m.mentor_id, m.mentee_id)
           WHERE $1 IN (m.mentor_id, m.mentee_id) AND partner.deleted_at IS NOT NULL""",
        person,
    )
    for table, rows in (("enrollments", enrollments), ("matches", matches)):
        await put(table, [(row["id"], new_data_key(row["id"])) for row in rows])
