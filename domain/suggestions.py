"""Whom an admin might pair: suggestions, a proposal for everybody, why not somebody else.

Nothing is written. What is slow is worked out in a process of its own, from what one statement
reads. The pairs of an admin's own enrollments are left to another admin, if there is one: whom they
may not be paired with could tell them who has blocked them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import orjson

from domain.age import last_today
from domain.clock import clock
from domain.configuration import configuration
from domain.denials import BadPair, NothingThere, RateLimited, TooLargeToMatch
from domain.forbidden_pairs import Two, refusals_of_exclusions, refusals_of_pins, rules_against
from domain.groups import has_other_admin
from domain.matching.failures import BeyondLimitsError, CrowdedError, PinGoneError
from domain.matching.words import AssignmentObjective, ForbiddenPairRule
from domain.matching.workshop import workshop
from domain.pairing import Pair
from domain.refusals import Conflict, NotFound
from domain.viewer import Viewer
from models import matching
from models.programs import ProgramRow, ProgramStatus

_SILENT = {ForbiddenPairRule.SAME_PERSON, ForbiddenPairRule.BLOCKED}
"""Whoever falls under these is not even told how well they would fit."""
_NOBODY = orjson.dumps({"mentors": [], "mentees": [], "blocked": [], "met": []}).decode()
Answer = dict[str, Any]
"""What a job answers; its numbers are millionths, its ids 32 hex digits."""


@dataclass(frozen=True, slots=True)
class AssignmentWish:
    """What an admin wants of a proposal; `minimum` is in millionths."""

    objective: AssignmentObjective
    pinned: Sequence[Pair]
    excluded: Sequence[Pair]
    seed: int
    minimum: int


@dataclass(frozen=True, slots=True)
class Explanation:
    """The rules that forbid a pair; without any, how they fit and (placed, score) it costs."""

    forbidden_by: list[ForbiddenPairRule]
    answer: Answer | None


@dataclass(slots=True)
class Reading:
    """What is read to answer, and who asks: enough to ask for more about the same moment."""

    viewer: Viewer
    program: ProgramRow
    said: Answer = field(default_factory=dict)
    _pool: Answer | None = None

    async def ask(self, job: str, **said: Any) -> bytes:
        """What the workshop answers to this job; denied when it takes too long, or many wait."""

        async def read() -> bytes:
            if self._pool is None:
                self._pool = await _read(self.viewer, self.program)
            return orjson.dumps(self._pool | self.said | said | {"job": job})

        limit = configuration().matching_limit.total_seconds()
        try:
            return await workshop.do(read, by=self.viewer.id, seconds=limit)
        except BeyondLimitsError:
            raise TooLargeToMatch from None
        except CrowdedError:
            raise RateLimited from None


async def suggest(
    viewer: Viewer, program: ProgramRow, enrollment: UUID | None, most: int
) -> list[Answer]:
    """The best pairs by themselves, best first: for one enrollment, or in the whole program."""
    reading = Reading(viewer, program)
    only = enrollment.hex if enrollment else None
    found: list[Answer] = orjson.loads(await reading.ask("suggestions", only=only, most=most))
    return found


async def propose(
    viewer: Viewer, program: ProgramRow, wish: AssignmentWish
) -> tuple[Answer, Reading]:
    """The best assignment of everybody who waits, and what it was worked out from.

    Its pairs are JSON still, some in each text: [mentor, mentee, score, reasons].
    """
    pinned, excluded = _ids(wish.pinned), _ids(wish.excluded)
    if pinned:
        await _demand_pins(viewer, program, pinned)
    if excluded:
        await _demand_exclusions(program, excluded, pinned)
    said = {
        "covers": wish.objective is AssignmentObjective.COVERAGE,
        "seed": wish.seed,
        "minimum": wish.minimum,
        "pinned": _digits(pinned),
        "excluded": _digits(excluded),
    }
    reading = Reading(viewer, program, said)
    try:
        head, *pairs = (await reading.ask("proposal")).split(b"\n")
    except PinGoneError:
        raise BadPair(Conflict("pinned")) from None
    return orjson.loads(head) | {"pairs": pairs}, reading


async def explain(
    viewer: Viewer, program: ProgramRow, pair: Pair, objective: AssignmentObjective
) -> Explanation:
    """Which rules forbid a pair, or what it costs the others to make it."""
    (row,) = await matching.pairs(program.id, [(pair.mentor, pair.mentee)], _adult_by())
    if row is None or any(row.wrong_roles):
        raise NothingThere
    alone = not await has_other_admin(program.group_id, viewer.id)
    rules = rules_against(row, viewer.id, admin_is_alone=alone)
    if _SILENT & set(rules) or ForbiddenPairRule.CONFLICT_OF_INTEREST in rules:
        return Explanation(rules, None)
    reading = Reading(viewer, program)
    said = {
        "mentor": orjson.Fragment(row.mentor_facts),
        "mentee": orjson.Fragment(row.mentee_facts),
        "covers": objective is AssignmentObjective.COVERAGE,
        "costs": not rules,
    }
    try:
        return Explanation(rules, orjson.loads(await reading.ask("pair", **said)))
    except PinGoneError:
        raise NothingThere from None


async def advise(viewer: Viewer, program: ProgramRow, most: int) -> list[Answer]:
    """Whom to look for: the mentors to come who would place most of the mentees left out."""
    reading = Reading(viewer, program)
    said = {"places": program.default_capacity, "most": most}
    found: list[Answer] = orjson.loads(await reading.ask("advice", **said))
    return found


def _ids(pairs: Sequence[Pair]) -> list[Two]:
    return [(pair.mentor, pair.mentee) for pair in pairs]


def _digits(pairs: Sequence[Two]) -> list[tuple[str, str]]:
    return [(mentor.hex, mentee.hex) for mentor, mentee in pairs if mentor and mentee]


async def _demand_pins(viewer: Viewer, program: ProgramRow, pins: Sequence[Two]) -> None:
    rows = await matching.pairs(program.id, pins, _adult_by())
    alone = not await has_other_admin(program.group_id, viewer.id)
    for refusal in refusals_of_pins(rows, viewer.id, admin_is_alone=alone):
        raise NothingThere if isinstance(refusal, NotFound) else BadPair(refusal)


async def _demand_exclusions(
    program: ProgramRow, excluded: Sequence[Two], pinned: Sequence[Two]
) -> None:
    roles = await matching.roles(program.id, {id for pair in excluded for id in pair if id})
    for refusal in refusals_of_exclusions(excluded, pinned, roles):
        raise NothingThere if isinstance(refusal, NotFound) else BadPair(refusal)


async def _read(viewer: Viewer, program: ProgramRow) -> Answer:
    alone = not await has_other_admin(program.group_id, viewer.id)
    pairs_are_made = program.status in (ProgramStatus.OPEN, ProgramStatus.CLOSED)
    pool = await matching.pool(program.id, _adult_by()) if pairs_are_made else _NOBODY
    return {
        "pool": orjson.Fragment(pool),
        "year": clock.now().year,
        "without": None if alone else viewer.id.hex,
        "locale": viewer.locale,
    }


def _adult_by() -> Any:
    return last_today(clock.now())
