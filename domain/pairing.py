"""An admin pairs mentors and mentees: all the pairs asked for, or none."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

import asyncpg

from domain.age import is_adult
from domain.audit import record_all
from domain.clock import clock
from domain.forbidden_pairs import first_refusal, of_wrong_roles
from domain.form import Form
from domain.groups import demand_mentorship, has_other_admin
from domain.matches import announce
from domain.programs import lock_as_admin
from domain.refusals import Conflict, NotFound, NotFromHere
from domain.refusing import Refusal, Several
from domain.viewer import Viewer
from models.blocks import blocked_pairs
from models.database import execute, fetch, fetch_one
from models.encryption import new_data_key
from models.enrollments import EnrollmentStatus
from models.groups import GroupCategory
from models.ids import global_id, new_id
from models.matches import MatchRow, visible_to
from models.programs import ProgramRole, ProgramRow, ProgramStatus
from models.transactions import transactional

_PAIRS_AT_MOST = 5000


@dataclass(frozen=True, slots=True)
class Pair:
    """The enrollments of a mentor and a mentee; None stands for an id that names none."""

    mentor: UUID | None
    mentee: UUID | None


@dataclass(slots=True)
class Place:
    """An enrollment, locked, and the places it has left while the pairs are gone through.

    `may_take_part`: the person is, still, of age and not suspended.
    """

    id: UUID
    user: UUID
    role: ProgramRole
    status: EnrollmentStatus
    may_take_part: bool
    left: int


@dataclass(frozen=True, slots=True)
class NewMatch:
    id: UUID
    mentor_enrollment: UUID
    mentee_enrollment: UUID
    mentor_id: UUID
    mentee_id: UUID


@transactional
async def create_matches(viewer: Viewer, program: UUID, pairs: Sequence[Pair]) -> list[MatchRow]:
    """Pairs them all, or says of each pair that cannot be what stands in the way.

    The enrollments are locked in id order before anything is checked: of two admins who give away
    the last place at once, one gets it. Consent programs start PROPOSED, the others ACTIVE.
    """
    row = await lock_as_admin(viewer, program)
    form = Form()
    form.count(pairs, "pairs", least=1, most=_PAIRS_AT_MOST)
    form.check()
    await _lock_people(row, pairs)
    await _demand_pairing(row)
    places = await _lock_places(row, pairs)
    blocked = await blocked_pairs({place.user for place in places.values()})
    alone = not await has_other_admin(row.group_id, viewer.id)
    refusals = list(_refusals(viewer, pairs, places, blocked, admin_is_alone=alone))
    if refusals:
        raise Several(refusals)
    matches = [_new_match(places, pair) for pair in pairs]
    try:
        await _insert(row, matches)
    except asyncpg.CheckViolationError as error:
        if error.constraint_name != "matches_not_blocked":
            raise
        raise Conflict("pairs") from None  # a block that came this very moment
    await record_all(
        "match.proposed" if row.requires_consent else "match.created",
        actor=viewer.id,
        program=program,
        subjects=[(global_id("match", match.id), {}) for match in matches],
    )
    announce(matches)
    ids = [match.id for match in matches]
    seen = await visible_to(viewer.id).where("m.id = ANY ({0}::uuid[])", ids).all()
    order = {id: i for i, id in enumerate(ids)}
    return sorted(seen, key=lambda match: order[match.id])


async def _demand_pairing(program: ProgramRow) -> None:
    if program.status not in (ProgramStatus.OPEN, ProgramStatus.CLOSED):
        raise NotFromHere("programId", state=program.status)
    group = await fetch_one("SELECT category FROM groups WHERE id = $1 FOR SHARE", program.group_id)
    if group is not None:
        demand_mentorship(GroupCategory(group["category"]), "programId")


async def _lock_people(program: ProgramRow, pairs: Sequence[Pair]) -> None:
    """In everybody's order: people, groups, enrollments, matches. Whoever stops one of the people
    holds no enrollment that was made since they began."""
    await execute(
        """SELECT 1 FROM users WHERE id IN (
               SELECT user_id FROM enrollments WHERE program_id = $1 AND id = ANY ($2::uuid[]))
           ORDER BY id FOR SHARE""",
        *(program.id, _enrollments(pairs)),
    )


async def _lock_places(program: ProgramRow, pairs: Sequence[Pair]) -> dict[UUID | None, Place]:
    wanted = _enrollments(pairs)
    await execute(
        """SELECT id FROM enrollments WHERE program_id = $1 AND id = ANY ($2::uuid[])
           ORDER BY id FOR NO KEY UPDATE""",
        *(program.id, wanted),
    )
    # Read once they are locked: who was suspended or blocked meanwhile is seen to be.
    rows = await fetch(
        """SELECT e.id, e.user_id, e.role, e.status, e.capacity - e.places_taken AS left,
                  u.age_known, u.adult_from, u.suspended_at
           FROM enrollments e JOIN users u ON u.id = e.user_id
           WHERE e.program_id = $1 AND e.id = ANY ($2::uuid[])""",
        *(program.id, wanted),
    )
    return {
        row["id"]: Place(
            row["id"],
            row["user_id"],
            ProgramRole(row["role"]),
            EnrollmentStatus(row["status"]),
            row["suspended_at"] is None
            and is_adult(row["age_known"], row["adult_from"], clock.now()),
            row["left"],
        )
        for row in rows
    }


def _enrollments(pairs: Sequence[Pair]) -> list[UUID]:
    return [id for pair in pairs for id in (pair.mentor, pair.mentee) if id]


def _refusals(
    viewer: Viewer,
    pairs: Sequence[Pair],
    places: dict[UUID | None, Place],
    blocked: set[frozenset[UUID]],
    *,
    admin_is_alone: bool,
) -> Iterator[Refusal]:
    """What stands in the way of each pair, the earlier ones having taken their places."""
    for i, pair in enumerate(pairs):
        mentor, mentee = places.get(pair.mentor), places.get(pair.mentee)
        place = ("pairs", str(i))
        if mentor is None or mentee is None:
            yield NotFound(*place)
            continue
        is_blocked = frozenset((mentor.user, mentee.user)) in blocked
        is_own = viewer.id in (mentor.user, mentee.user)
        refusal = first_refusal(
            *place,
            mentor=mentor.id,
            mentee=mentee.id,
            wrong_roles=of_wrong_roles(mentor.role, mentee.role),
            same_person=mentor.user == mentee.user,
            # Whether somebody has blocked them is the last thing one may find out by pairing.
            conflict=is_own and (is_blocked or not admin_is_alone),
            blocked=is_blocked,
            unapproved=[each.status is not EnrollmentStatus.APPROVED for each in (mentor, mentee)],
            barred=not (mentor.may_take_part and mentee.may_take_part),
            mentor_full=mentor.left < 1,
            mentee_paired=mentee.left < 1,
        )
        if refusal is not None:
            yield refusal
        else:
            mentor.left -= 1
            mentee.left -= 1


def _new_match(places: dict[UUID | None, Place], pair: Pair) -> NewMatch:
    mentor, mentee = places[pair.mentor], places[pair.mentee]
    return NewMatch(new_id(), mentor.id, mentee.id, mentor.user, mentee.user)


async def _insert(program: ProgramRow, matches: Sequence[NewMatch]) -> None:
    now = clock.now()
    await execute(
        """INSERT INTO matches (id, program_id, mentor_enrollment_id, mentee_enrollment_id,
               mentor_id, mentee_id, data_key, mentor_role, mentee_role, status, version,
               check_in_weekday, created_at, started_at, last_seq, last_number)
           SELECT id, $7, mentor_enrollment, mentee_enrollment, mentor, mentee, data_key,
               'MENTOR', 'MENTEE', CASE WHEN $9 THEN 'PROPOSED' ELSE 'ACTIVE' END, 1, $8,
               $10::timestamptz,
               CASE WHEN $9 THEN NULL ELSE $10::timestamptz END, 0, 0
           FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::bytea[])
               AS pair(id, mentor_enrollment, mentee_enrollment, mentor, mentee, data_key)""",
        [match.id for match in matches],
        [match.mentor_enrollment for match in matches],
        [match.mentee_enrollment for match in matches],
        [match.mentor_id for match in matches],
        [match.mentee_id for match in matches],
        [new_data_key(match.id) for match in matches],
        program.id,
        program.check_in_weekday,
        program.requires_consent,
        now,
    )
    people = [
        (match.id, person, role)
        for match in matches
        for person, role in ((match.mentor_id, "MENTOR"), (match.mentee_id, "MENTEE"))
    ]
    await execute(
        """INSERT INTO pair_members (id, match_id, user_id, role, read_number)
           SELECT id, match_id, user_id, role, 0
           FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[])
               AS person(id, match_id, user_id, role)""",
        [new_id() for _ in people],
        [match for match, _, _ in people],
        [person for _, person, _ in people],
        [role for _, _, role in people],
    )
