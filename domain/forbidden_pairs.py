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
Each = Sequence[bool]
"""Whether something is so of the mentor's enrollment, and of the mentee's."""


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
        Rule.NOT_APPROVED: any(pair.unapproved) or pair.barred,
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
            wrong_roles=pair.wrong_roles,
            same_person=pair.mentor_user == pair.mentee_user,
            conflict=is_conflict(pair, viewer, admin_is_alone=admin_is_alone),
            blocked=pair.blocked,
            unapproved=pair.unapproved,
            barred=pair.barred,
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
        elif any(wrong := of_wrong_roles(roles[mentor], roles[mentee])):
            yield WrongRole(*place).about(_the_one(mentor, mentee, wrong))
        elif (mentor, mentee) in kept:
            yield PinnedAsWell(*place)


def of_wrong_roles(mentor: ProgramRole, mentee: ProgramRole) -> Each:
    """Whether those that are to be a mentor and a mentee enrolled as something else."""
    return mentor is not ProgramRole.MENTOR, mentee is not ProgramRole.MENTEE


def first_refusal(
    *place: str,
    mentor: UUID,
    mentee: UUID,
    wrong_roles: Each,
    same_person: bool,
    conflict: bool,
    blocked: bool,
    unapproved: Each,
    barred: bool,
    mentor_full: bool,
    mentee_paired: bool,
) -> Refusal | None:
    """What an admin is told of all that stands in the way of a pair: the first of these.

    Where it is one of the two alone, the refusal is about that enrollment. Of a block it says
    nothing of the kind, nor of who is `barred`: may not take part, though approved.
    """
    stands = {
        WrongRole: any(wrong_roles),
        SamePerson: same_person,
        ConflictOfInterest: conflict,
        Blocked: blocked,
        NotApproved: any(unapproved),
        IllegalState: barred,
        MentorFull: mentor_full,
        MenteePaired: mentee_paired,
    }
    at_fault = {
        WrongRole: wrong_roles,
        NotApproved: unapproved,
        MentorFull: (True, False),
        MenteePaired: (False, True),
    }
    for refusal, is_so in stands.items():
        if is_so:
            about = _the_one(mentor, mentee, at_fault.get(refusal, (True, True)))
            return refusal(*place).about(about)
    return None


def _the_one(mentor: UUID | None, mentee: UUID | None, at_fault: Each) -> str | None:
    """The id of the enrollment that is to be chosen anew, where that is one of the two alone."""
    of_mentor, of_mentee = at_fault
    one = mentor if of_mentor else mentee
    return None if one is None or of_mentor == of_mentee else global_id("enrollment", one)


def is_conflict(pair: PairRow, viewer: UUID, *, admin_is_alone: bool) -> bool:
    """Whether the viewer is of the pair and another admin has to decide, or a block stands."""
    return viewer in (pair.mentor_user, pair.mentee_user) and (not admin_is_alone or pair.blocked)
