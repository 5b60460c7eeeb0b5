"""Suggestions, explanations, advice: what helps an admin to pair."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import orjson
from strawberry import ID

from domain import suggestions
from domain.denials import BadPage, NothingThere
from domain.matching.words import (
    AssignmentObjective,
    ForbiddenPairRule,
    MatchReasonKind,
    RecruitingTrait,
)
from domain.pairing import Pair
from models.enrollments import EnrollmentRow, visible_to
from models.ids import id_of
from models.programs import ProgramRow
from resolvers.context import Info, viewer_of
from resolvers.pages import LARGEST_PAGE

WHOLE = 1_000_000
"""The points of a score of one."""
_ADVICE = 12


@dataclass(slots=True)
class ReasonRow:
    kind: MatchReasonKind
    weight: float
    detail: str


@dataclass(slots=True)
class SuggestionRow:
    mentor: EnrollmentRow
    mentee: EnrollmentRow
    score: float
    told: str

    @property
    def reasons(self) -> list[ReasonRow]:
        return [
            ReasonRow(MatchReasonKind(kind), points / WHOLE, detail)
            for kind, points, detail in orjson.loads(self.told)
        ]


@dataclass(slots=True)
class ExplanationRow:
    forbidden_by: list[ForbiddenPairRule]
    suggestion: SuggestionRow | None = None
    cost_in_placed: int | None = None
    cost_in_score: float | None = None
    allowed: bool = field(init=False)

    def __post_init__(self) -> None:
        self.allowed = not self.forbidden_by


@dataclass(slots=True)
class AdviceRow:
    trait: RecruitingTrait
    value: str
    topics: list[str]
    languages: list[str]
    time_zone: str
    places: int
    more_placed: int
    more_score: float


async def match_suggestions(
    root: ProgramRow, info: Info, enrollment_id: ID | None = None, first: int | None = 20
) -> list[SuggestionRow]:
    most = 20 if first is None else first
    if most < 0:
        raise BadPage
    only = None if enrollment_id is None else id_of("enrollment", enrollment_id)
    if enrollment_id is not None and (only is None or not await _is_of(info, root, only)):
        raise NothingThere
    found = await suggestions.suggest(viewer_of(info), root, only, min(most, LARGEST_PAGE))
    return await suggested(info, found)


async def explain_pair(
    root: ProgramRow,
    info: Info,
    mentor_enrollment_id: ID,
    mentee_enrollment_id: ID,
    objective: AssignmentObjective | None = AssignmentObjective.COVERAGE,
) -> ExplanationRow:
    pair = pair_of(mentor_enrollment_id, mentee_enrollment_id)
    wanted = objective or AssignmentObjective.COVERAGE
    explained = await suggestions.explain(viewer_of(info), root, pair, wanted)
    row, answer = ExplanationRow(explained.forbidden_by), explained.answer
    if answer is not None and pair.mentor and pair.mentee:
        told = (pair.mentor.hex, pair.mentee.hex, answer["score"], answer["reasons"])
        row.suggestion = next(iter(await suggested(info, [told])), None)
        if answer["cost"] is not None:
            placed, score = answer["cost"]
            row.cost_in_placed, row.cost_in_score = placed, score / WHOLE
    return row


async def recruiting_advice(root: ProgramRow, info: Info, first: int | None = 5) -> list[AdviceRow]:
    most = 5 if first is None else first
    if most < 0:
        raise BadPage
    found = await suggestions.advise(viewer_of(info), root, min(most, _ADVICE))
    return [
        AdviceRow(
            RecruitingTrait(one["trait"]),
            one["value"],
            one["topics"],
            one["languages"],
            one["zone"],
            one["places"],
            one["placed"],
            one["score"] / WHOLE,
        )
        for one in found
    ]


async def suggested(info: Info, found: Sequence[Any]) -> list[SuggestionRow]:
    """What was found, as far as the viewer may still see both."""
    rows = await enrollments_of(info, (id for pair in found for id in pair[:2]))
    return [
        SuggestionRow(rows[mentor], rows[mentee], score / WHOLE, reasons)
        for mentor, mentee, score, reasons in found
        if mentor in rows and mentee in rows
    ]


async def enrollments_of(info: Info, ids: Iterable[str]) -> dict[str, EnrollmentRow]:
    """Those of them that the viewer may see, by the hexadecimal digits of their ids."""
    wanted = list(dict.fromkeys(ids))
    read = visible_to(viewer_of(info).id).where("e.id = ANY ({0}::uuid[])", wanted)
    return {row.id.hex: row async for row in read.in_parts()} if wanted else {}


def pair_of(mentor: str, mentee: str) -> Pair:
    """The pair that two ids of enrollments name, whatever they are ids of."""
    return Pair(id_of("enrollment", mentor), id_of("enrollment", mentee))


async def _is_of(info: Info, program: ProgramRow, enrollment: UUID) -> bool:
    read = visible_to(viewer_of(info).id).where("e.id = {0}", enrollment)
    row = await read.first()
    return row is not None and row.program_id == program.id
