"""Suggestions, the proposal and its proof, explanations, advice: what helps an admin to pair."""

from collections.abc import AsyncGenerator, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, Decimal
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
    UnplacedReason,
)
from domain.pairing import Pair
from domain.suggestions import Answer, AssignmentWish, Reading
from models.enrollments import EnrollmentRow, visible_to
from models.ids import id_of
from models.programs import ProgramRow
from resolvers.context import Info, viewer_of
from resolvers.matches import PairInput
from resolvers.pages import LARGEST_PAGE
from resolvers.turns import InTurns

_WHOLE = 1_000_000
_ADVICE = 12
_AT_ONCE = 300
"""How many people, or pairs of them, are read at once: what a program of thousands needs in all is
too much to hold."""
_TEXTS = _AT_ONCE // 10


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
            ReasonRow(MatchReasonKind(kind), points / _WHOLE, detail)
            for kind, points, detail in orjson.loads(self.told)
        ]


@dataclass(slots=True)
class UnplacedRow:
    enrollment: EnrollmentRow
    reason: UnplacedReason


@dataclass(slots=True)
class PriceRow:
    enrollment_id: str
    price: float


@dataclass(slots=True)
class CertificateRow:
    answer: Answer
    reading: Reading

    @property
    def value(self) -> float:
        return float(self.answer["value"] / _WHOLE)

    @property
    def bound(self) -> float:
        return float(self.answer["bound"] / _WHOLE)

    @property
    def placement_weight(self) -> float:
        return float(self.answer["weight"] / _WHOLE)

    @property
    def mentee_prices(self) -> InTurns[PriceRow]:
        return _prices(self.answer["mentees"], self.answer["menteePrices"])

    @property
    def seat_prices(self) -> InTurns[PriceRow]:
        return _prices(self.answer["mentors"], self.answer["seatPrices"])


@dataclass(slots=True)
class ProposalRow:
    answer: Answer
    certificate: CertificateRow
    placed: int
    total_score: float


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
    return await _suggested(info, found)


async def assignment_proposal(
    root: ProgramRow,
    info: Info,
    objective: AssignmentObjective | None,
    pinned: list[PairInput] | None,
    seed: int | None,
    minimum_score: float | None,
) -> ProposalRow:
    # Whole millionths, rounded up as the decimal number that it was written as.
    least = Decimal(repr(min(max(minimum_score or 0.0, 0.0), 2.0))) * _WHOLE
    wish = AssignmentWish(
        objective or AssignmentObjective.COVERAGE,
        [_pair(pin.mentor_enrollment_id, pin.mentee_enrollment_id) for pin in pinned or ()],
        seed or 0,
        int(least.to_integral_value(ROUND_CEILING)),
    )
    answer, reading = await suggestions.propose(viewer_of(info), root, wish)
    placed, total = answer["placed"], answer["total"] / _WHOLE
    return ProposalRow(answer, CertificateRow(answer, reading), placed, total)


async def pairs(root: ProposalRow, info: Info) -> Any:
    return InTurns(_paired(root, info))


async def unplaced(root: ProposalRow, info: Info) -> Any:
    return InTurns(_left_out(root, info))


async def problem(root: CertificateRow) -> Any:
    """As JSON made elsewhere: of a large program it is long, and nobody here reads it."""
    return orjson.Fragment(await root.reading.ask("problem"))


async def explain_pair(
    root: ProgramRow,
    info: Info,
    mentor_enrollment_id: ID,
    mentee_enrollment_id: ID,
    objective: AssignmentObjective | None = AssignmentObjective.COVERAGE,
) -> ExplanationRow:
    pair = _pair(mentor_enrollment_id, mentee_enrollment_id)
    wanted = objective or AssignmentObjective.COVERAGE
    explained = await suggestions.explain(viewer_of(info), root, pair, wanted)
    row, answer = ExplanationRow(explained.forbidden_by), explained.answer
    if answer is not None and pair.mentor and pair.mentee:
        told = (pair.mentor.hex, pair.mentee.hex, answer["score"], answer["reasons"])
        row.suggestion = next(iter(await _suggested(info, [told])), None)
        if answer["cost"] is not None:
            placed, score = answer["cost"]
            row.cost_in_placed, row.cost_in_score = placed, score / _WHOLE
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
            one["score"] / _WHOLE,
        )
        for one in found
    ]


def _pair(mentor: str, mentee: str) -> Pair:
    return Pair(id_of("enrollment", mentor), id_of("enrollment", mentee))


async def _is_of(info: Info, program: ProgramRow, enrollment: UUID) -> bool:
    read = visible_to(viewer_of(info).id).where("e.id = {0}", enrollment)
    row = await read.first()
    return row is not None and row.program_id == program.id


async def _paired(root: ProposalRow, info: Info) -> AsyncGenerator[SuggestionRow, None]:
    texts = root.answer["pairs"]
    for at in range(0, len(texts), _TEXTS):
        found = [pair for text in texts[at : at + _TEXTS] for pair in orjson.loads(text)]
        for row in await _suggested(info, found):
            yield row


async def _left_out(root: ProposalRow, info: Info) -> AsyncGenerator[UnplacedRow, None]:
    ids, reasons = root.answer["unplaced"], root.answer["unplacedFor"]
    for at in range(0, len(ids), _AT_ONCE):
        rows = await _enrollments(info, ids[at : at + _AT_ONCE])
        for id, reason in zip(ids[at : at + _AT_ONCE], reasons[at : at + _AT_ONCE], strict=True):
            if id in rows:
                yield UnplacedRow(rows[id], UnplacedReason(reason))


async def _suggested(info: Info, found: Sequence[Any]) -> list[SuggestionRow]:
    rows = await _enrollments(info, (id for pair in found for id in pair[:2]))
    return [
        SuggestionRow(rows[mentor], rows[mentee], score / _WHOLE, reasons)
        for mentor, mentee, score, reasons in found
        if mentor in rows and mentee in rows
    ]


async def _enrollments(info: Info, ids: Iterable[str]) -> dict[str, EnrollmentRow]:
    wanted = list(dict.fromkeys(ids))
    read = visible_to(viewer_of(info).id).where("e.id = ANY ({0}::uuid[])", wanted)
    return {row.id.hex: row async for row in read.in_parts()} if wanted else {}


def _prices(ids: list[str], prices: list[int]) -> InTurns[PriceRow]:
    return InTurns(
        PriceRow(f"enrollment_{id}", price / _WHOLE) for id, price in zip(ids, prices, strict=True)
    )
