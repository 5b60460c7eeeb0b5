"""Who may not be paired with whom, and what an admin is told of it."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

from domain.matching.languages import in_common
from domain.matching.words import ForbiddenPairRule as Rule
from domain.refusals import (
    Blocked,
    ConflictOfInterest,
    IllegalState,
    MenteePaired,
    MentorFull,
    NotApproved,
    NotFound,
    PinnedAsWell,
    SamePerson,
    WrongRole,
)
from domain.refusing import Refusal
from models.ids import global_id
from models.matching import PairRow
from models.programs import ProgramRole

Two = tuple[UUID | None, UUID | None]
"""The enrollments of a mentor and a mentee; None stands for an id that names none."""


def rules_against(pair: PairRow, viewer: UUID, *, admin_is_alone: bool) -> list[Rule]:
    """Every rule that forbids the pair; none means that a proposal may contain it.

    One who is of the pair learns as little of a block as from pairing: a conflict of interest.
    """
    if is_conflict(pair, viewer, admin_is_alone=admin_is_alone):
        return [Rule.CONFLICT_OF_INTEREST]
    applies = {
        Rule.SAME_PERSON: pair.mentor_user == pair.mentee_user,
        Rule.BLOCKED: pair.blocked,
        Rule.PAIRED_BEFORE: pair.met,
        Rule.NO_COMMON_LANGUAGE: not in_common(pair.mentee_languages, pair.mentor_languages),
        Rule.NOT_APPROVED: not pair.approved,
        Rule.NO_OPEN_PLACE: pair.places < 1,
        Rule.ALREADY_PAIRED: pair.mentee_is_paired,
    }
    return [rule for rule, forbids in applies.items() if forbids]


def refusals_of_pins(
    pins: Sequence[PairRow | None], viewer: UUID, *, admin_is_alone: bool
) -> Iterator[Refusal]:
    """What stands in the way of pairs that are to be kept in any case, each a place taken.

    An admin may pair by hand who was paired before and who have no language in common: those pass.
    """
    mentors, mentees = Counter[UUID](), Counter[UUID]()
    for i, pair in enumerate(pins):
        place = ("pinned", str(i))
        if pair is None:
            yield NotFound(*place)
            continue
        refusal = first_refusal(
            *place,
            mentor=pair.mentor,
            mentee=pair.mentee,
            wrong_roles=not pair.right_roles,
            same_person=pair.mentor_user == pair.mentee_user,
            conflict=is_conflict(pair, viewer, admin_is_alone=admin_is_alone),
            blocked=pair.blocked,
            unapproved=not pair.approved,
            mentor_full=pair.places <= mentors[pair.mentor],
            mentee_paired=pair.mentee_is_paired or mentees[pair.mentee] > 0,
        )
        if refusal is not None:
            yield refusal
        mentors[pair.mentor] += 1
        mentees[pair.mentee] += 1


def refusals_of_exclusions(
    excluded: Sequence[Two], pinned: Sequence[Two], roles: Mapping[UUID | None, ProgramRole]
) -> Iterator[Refusal]:
    """What is wrong with pairs that are not to be proposed; `roles` are those of the program.

    A pair that could not be proposed anyway, or stands there twice, is no less excluded: so a list
    that somebody keeps stays good while people are paired and withdraw.
    """
    kept = set(pinned)
    for i, (mentor, mentee) in enumerate(excluded):
        place = ("excluded", str(i))
        if mentor not in roles or mentee not in roles:
            yield NotFound(*place)
        elif (roles[mentor], roles[mentee]) != (ProgramRole.MENTOR, ProgramRole.MENTEE):
            yield WrongRole(*place)
        elif (mentor, mentee) in kept:
            yield PinnedAsWell(*place)


def first_refusal(
    *place: str,
    mentor: UUID,
    mentee: UUID,
    wrong_roles: bool,
    same_person: bool,
    conflict: bool,
    blocked: bool,
    unapproved: bool,
    barred: bool = False,
    mentor_full: bool,
    mentee_paired: bool,
) -> Refusal | None:
    """What an admin is told of all that stands in the way of a pair: the first of these.

    Where it is one of the two, the refusal is about that enrollment; the code alone, AT_CAPACITY,
    does not say which. Of a block it says nothing of the kind, nor of who is `barred`.
    `barred`: one of the two may not take part, though approved.
    """
    stands = {
        WrongRole: wrong_roles,
        SamePerson: same_person,
        ConflictOfInterest: conflict,
        Blocked: blocked,
        NotApproved: unapproved,
        IllegalState: barred,
        MentorFull: mentor_full,
        MenteePaired: mentee_paired,
    }
    at_fault = {MentorFull: mentor, MenteePaired: mentee}
    for refusal, is_so in stands.items():
        if is_so:
            return refusal(*place).about(enrollment_id(at_fault.get(refusal)))
    return None


def enrollment_id(id: UUID | None) -> str | None:
    """The id of an enrollment as admins know it."""
    return None if id is None else global_id("enrollment", id)


def is_conflict(pair: PairRow, viewer: UUID, *, admin_is_alone: bool) -> bool:
    """Whether the viewer is of the pair and another admin has to decide, or a block stands."""
    return viewer in (pair.mentor_user, pair.mentee_user) and (not admin_is_alone or pair.blocked)
