"""The proposal and its proof: pairs for all who wait, as good as can be, and how to tell."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import Any

import orjson

from domain import suggestions
from domain.matching.wire import IN_A_LINE
from domain.matching.words import AssignmentObjective, UnplacedReason
from domain.suggestions import Answer, AssignmentWish, Reading
from models.enrollments import EnrollmentRow
from models.programs import ProgramRow
from resolvers.context import Info, viewer_of
from resolvers.matches import PairInput
from resolvers.matching import WHOLE, SuggestionRow, enrollments_of, pair_of, suggested
from resolvers.turns import InTurns

_AT_ONCE = 300
"""How many people, or pairs of them, are read at once: what a program of thousands needs in all is
too much to hold."""
_TEXTS = _AT_ONCE // IN_A_LINE


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
        return float(self.answer["value"] / WHOLE)

    @property
    def bound(self) -> float:
        return float(self.answer["bound"] / WHOLE)

    @property
    def placement_weight(self) -> float:
        return float(self.answer["weight"] / WHOLE)

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


async def assignment_proposal(
    root: ProgramRow,
    info: Info,
    objective: AssignmentObjective | None,
    pinned: list[PairInput] | None,
    excluded: list[PairInput] | None,
    seed: int | None,
    minimum_score: float | None,
) -> ProposalRow:
    # Whole millionths, rounded up as the decimal number that it was written as.
    least = Decimal(repr(min(max(minimum_score or 0.0, 0.0), 2.0))) * WHOLE
    wish = AssignmentWish(
        objective or AssignmentObjective.COVERAGE,
        [pair_of(pin.mentor_enrollment_id, pin.mentee_enrollment_id) for pin in pinned or ()],
        [pair_of(one.mentor_enrollment_id, one.mentee_enrollment_id) for one in excluded or ()],
        seed or 0,
        int(least.to_integral_value(ROUND_CEILING)),
    )
    answer, reading = await suggestions.propose(viewer_of(info), root, wish)
    placed, total = answer["placed"], answer["total"] / WHOLE
    return ProposalRow(answer, CertificateRow(answer, reading), placed, total)


async def pairs(root: ProposalRow, info: Info) -> Any:
    return InTurns(_paired(root, info))


async def unplaced(root: ProposalRow, info: Info) -> Any:
    return InTurns(_left_out(root, info))


async def problem(root: CertificateRow) -> Any:
    """As JSON made elsewhere: of a large program it is long, and nobody here reads it."""
    return orjson.Fragment(await root.reading.ask("problem"))


async def _paired(root: ProposalRow, info: Info) -> AsyncGenerator[SuggestionRow, None]:
    texts = root.answer["pairs"]
    for at in range(0, len(texts), _TEXTS):
        found = [pair for text in texts[at : at + _TEXTS] for pair in orjson.loads(text)]
        for row in await suggested(info, found):
            yield row


async def _left_out(root: ProposalRow, info: Info) -> AsyncGenerator[UnplacedRow, None]:
    ids, reasons = root.answer["unplaced"], root.answer["unplacedFor"]
    for at in range(0, len(ids), _AT_ONCE):
        rows = await enrollments_of(info, ids[at : at + _AT_ONCE])
        for id, reason in zip(ids[at : at + _AT_ONCE], reasons[at : at + _AT_ONCE], strict=True):
            if id in rows:
                yield UnplacedRow(rows[id], UnplacedReason(reason))


def _prices(ids: list[str], prices: list[int]) -> InTurns[PriceRow]:
    return InTurns(
        PriceRow(f"enrollment_{id}", price / WHOLE) for id, price in zip(ids, prices, strict=True)
    )
