"""What it would cost the others to pair two people, worked out anew with the two paired."""

from dataclasses import dataclass, replace

from domain.matching.pool import Pool
from domain.matching.proposing import Question, propose


@dataclass(frozen=True, slots=True)
class Cost:
    """How many mentees fewer are placed than in the best assignment, and how much less it scores.

    Where fewer are placed, the score lost may well be negative; it is in millionths.
    """

    placed: int
    score: int


def cost_of(pool: Pool, mentor: str, mentee: str, covers: bool) -> Cost:
    """What the best assignment that includes this pair loses against the best one."""
    question = Question(covers=covers)
    best = propose(pool, question)
    kept = propose(pool, replace(question, pinned=((mentor, mentee),)))
    return Cost(len(best.pairs) - len(kept.pairs), best.total - kept.total)
