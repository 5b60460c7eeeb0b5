"""What helps an admin to pair: suggestions, a proposal that proves itself, explanations, advice."""

import strawberry
from strawberry import ID

import resolvers.proposals
from resolvers.matching import AdviceRow, ExplanationRow, ReasonRow, SuggestionRow
from resolvers.proposals import CertificateRow, PriceRow, ProposalRow, UnplacedRow
from resolvers.rows import (
    AssignmentObjective,
    ForbiddenPairRule,
    MatchReasonKind,
    RecruitingTrait,
    UnplacedReason,
)
from schema.enrollments import Enrollment
from schema.fields import field
from schema.matches import PairInput
from schema.nodes import shown
from schema.scalars import JSON

ADMINS = "the program's admins"


@shown(row=ReasonRow, visible_to=ADMINS)
class MatchReason:
    kind: MatchReasonKind
    weight: float = strawberry.field(
        description="What it adds to the score; those of all reasons add up to it."
    )
    detail: str


@shown(row=SuggestionRow, visible_to=ADMINS)
class MatchSuggestion:
    mentor: Enrollment
    mentee: Enrollment
    score: float = strawberry.field(
        description="0 to 1, in whole millionths: docs/matching.md says how it is made."
    )
    reasons: list[MatchReason] = strawberry.field(description="The weightiest first.")


@shown(row=UnplacedRow, visible_to=ADMINS)
class UnplacedMentee:
    enrollment: Enrollment
    reason: UnplacedReason


@shown(row=PriceRow, visible_to=ADMINS)
class EnrollmentPrice:
    enrollment_id: ID
    price: float


@shown(
    row=CertificateRow,
    visible_to=ADMINS,
    description="Dual prices that prove the proposal optimal, over what is not pinned. value = "
    "placementWeight x placed + totalScore (placementWeight 0 for SCORE). Prices are >= 0; for "
    "every allowed pair menteePrice + seatPrice >= placementWeight + score; bound = sum of "
    "menteePrices + sum of open places x seatPrice (one price per mentor, for each place). No "
    "assignment can exceed bound, and value equals it. All numbers are whole millionths: read as "
    "decimals, the equations hold exactly.",
)
class AssignmentCertificate:
    value: float
    bound: float
    placement_weight: float
    mentee_prices: list[EnrollmentPrice]
    seat_prices: list[EnrollmentPrice]
    problem: JSON = field(
        resolvers.proposals.problem,
        description="What was to be decided, for whoever checks the rest (`compagnon "
        "verify-assignment`): {objective, mentees, mentors, openPlaces, pinned: [[mentor, mentee, "
        "score]], allowedMentors, scores}. The last two have a list for each mentee: positions in "
        "`mentors`, and the scores in millionths.",
    )


@shown(
    row=ProposalRow,
    visible_to=ADMINS,
    description="A dry run over everyone waiting; nothing is written. COVERAGE: as many mentees "
    "placed as possible, then the greatest total score. SCORE: the greatest total score alone. "
    "Pinned pairs are kept, excluded ones never appear. Forbidden pairs (same person, blocked "
    "either way, paired before, no language in common) never appear; by hand an admin may pair the "
    "last two kinds all the same. "
    "Same data, pins, exclusions and seed: same answer, whatever the row order.",
)
class AssignmentProposal:
    pairs: list[MatchSuggestion] = field(
        resolvers.proposals.pairs, description="The pinned ones first, then the best first."
    )
    placed: int = strawberry.field(description="How many pairs there are, pinned ones too.")
    total_score: float
    unplaced: list[UnplacedMentee] = field(resolvers.proposals.unplaced)
    certificate: AssignmentCertificate


@strawberry.input
class AssignmentInput:
    objective: AssignmentObjective | None = AssignmentObjective.COVERAGE
    pinned: list[PairInput] | None = strawberry.field(default_factory=list)
    excluded: list[PairInput] | None = strawberry.field(
        default_factory=list, description="Pairs that must not be proposed."
    )
    seed: int | None = 0
    minimum_score: float | None = 0


@shown(
    row=ExplanationRow,
    visible_to=ADMINS,
    description="Why these two are paired, or not: the rules that forbid it, or what pairing them "
    "would cost the others.",
)
class PairExplanation:
    allowed: bool = strawberry.field(
        description="Whether a proposal may pair them. By hand an admin may pair those who are "
        "only PAIRED_BEFORE or have NO_COMMON_LANGUAGE as well."
    )
    forbidden_by: list[ForbiddenPairRule]
    suggestion: MatchSuggestion | None
    cost_in_placed: int | None = strawberry.field(
        description="What the best assignment that includes this pair loses against the best one."
    )
    cost_in_score: float | None


@shown(
    row=AdviceRow,
    visible_to=ADMINS,
    description="One more mentor to look for, and what the best assignment would gain by them: "
    "worked out anew for each, not estimated.",
)
class RecruitingAdvice:
    trait: RecruitingTrait
    value: str = strawberry.field(description="The language, topic or time zone asked for.")
    topics: list[str] = strawberry.field(description="What this mentor is taken to offer.")
    languages: list[str]
    time_zone: str
    places: int = strawberry.field(description="The program's default capacity.")
    more_placed: int
    more_score: float
