"""What is worked out in a process of its own: JSON in, JSON out. Nothing but it imports numpy."""

from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import Any

import orjson

from domain.matching.advising import advise
from domain.matching.explaining import cost_of
from domain.matching.pool import Facts, Pool, mentee_of, mentor_of, pool_of
from domain.matching.proposing import Question, asked_of, pinned_pairs, posed, propose
from domain.matching.reasons import Part, parts
from domain.matching.suggesting import suggest
from domain.matching.wire import IN_A_LINE

Request = dict[str, Any]


def do(request: bytes) -> bytes:
    """Does one job; `request` names it, and holds the pool as the database gave it."""
    asked = orjson.loads(request)
    told = JOBS[asked["job"]](asked)
    return told if isinstance(told, bytes) else orjson.dumps(told)


def _suggestions(asked: Request) -> Any:
    pool = _pool(asked)
    return _told(pool, suggest(pool, asked["only"], asked["most"]), asked["locale"])


def _proposal(asked: Request) -> bytes:
    """Lines of JSON: what there is one of, then some pairs in each, to be read when needed."""
    pool, question = _pool(asked), _question(asked)
    made = propose(pool, question)
    proof = made.assignment.proof
    head = {
        "placed": len(made.pairs),
        "total": made.total,
        "unplaced": [one.id for one, _ in made.unplaced],
        "unplacedFor": [reason for _, reason in made.unplaced],
        "value": proof.value,
        "bound": proof.bound,
        "weight": made.problem.weight,
        "mentees": [one.id for one in made.pool.mentees],
        "menteePrices": proof.mentees.tolist(),
        "mentors": [one.id for one in made.pool.mentors],
        "seatPrices": proof.places.tolist(),
    }
    told = _told(pool, made.pairs, asked["locale"])
    lines = [told[at : at + IN_A_LINE] for at in range(0, len(told), IN_A_LINE)]
    return b"\n".join(map(orjson.dumps, (head, *lines)))


def _problem(asked: Request) -> Any:
    """The problem that a proposal with the same question solves, in the certificate's terms."""
    question = _question(asked)
    whole = asked_of(_pool(asked), question)
    pool, problem = posed(whole, question)
    starts = problem.starts.tolist()
    columns, scores = problem.mentors.tolist(), problem.scores.tolist()
    rows = list(pairwise(starts))
    return {
        "objective": "COVERAGE" if question.covers else "SCORE",
        "mentees": [_named(one.id) for one in pool.mentees],
        "mentors": [_named(one.id) for one in pool.mentors],
        "openPlaces": problem.places.tolist(),
        "pinned": [
            (_named(mentor.id), _named(mentee.id), score)
            for mentor, mentee, score in pinned_pairs(whole, question.pinned)
        ],
        "allowedMentors": [columns[low:high] for low, high in rows],
        "scores": [scores[low:high] for low, high in rows],
    }


def _pair(asked: Request) -> Any:
    """How two people fit, whatever their state; and what it costs to pair them, if asked for."""
    pool = _pool(asked)
    mentor, mentee = mentor_of(asked["mentor"]), mentee_of(asked["mentee"])
    found = parts(mentor, mentee, pool.waiting, pool.year, asked["locale"])
    cost = cost_of(pool, mentor.id, mentee.id, asked["covers"]) if asked["costs"] else None
    return {
        "score": sum(part.points for part in found),
        "reasons": _reasons(found),
        "cost": cost and (cost.placed, cost.score),
    }


def _advice(asked: Request) -> Any:
    return [
        {
            "trait": one.trait,
            "value": one.value,
            "topics": one.mentor.topics,
            "languages": one.mentor.languages,
            "zone": one.mentor.zone,
            "places": one.mentor.places,
            "placed": one.placed,
            "score": one.score,
        }
        for one in advise(_pool(asked), asked["places"], asked["most"])
    ]


JOBS: dict[str, Callable[[Request], Any]] = {
    "suggestions": _suggestions,
    "proposal": _proposal,
    "problem": _problem,
    "pair": _pair,
    "advice": _advice,
}


def _pool(asked: Request) -> Pool:
    return pool_of(asked["pool"], asked["year"]).without(asked["without"])


def _question(asked: Request) -> Question:
    pins = tuple((mentor, mentee) for mentor, mentee in asked["pinned"])
    excluded = frozenset((mentor, mentee) for mentor, mentee in asked["excluded"])
    return Question(asked["covers"], asked["seed"], asked["minimum"], pins, excluded)


def _told(
    pool: Pool, pairs: Iterable[tuple[Facts, Facts, int]], locale: str
) -> list[tuple[str, str, int, str]]:
    waiting, year = pool.waiting, pool.year
    return [
        (mentor.id, mentee.id, score, _reasons(parts(mentor, mentee, waiting, year, locale)))
        for mentor, mentee, score in pairs
    ]


def _reasons(found: Iterable[Part]) -> str:
    """As JSON within JSON: of thousands of pairs few are looked at."""
    return orjson.dumps([(part.reason, part.points, part.detail) for part in found]).decode()


def _named(id: str) -> str:
    return f"enrollment_{id}"
