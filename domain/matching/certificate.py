"""Checks a proposal by its certificate, from its JSON alone: in one pass over the allowed pairs.

It shares no code with what made the proposal, and holds every equation exactly: numbers are read
as decimals, whose millionths are whole numbers.
"""

from collections.abc import Iterator
from decimal import Decimal, localcontext
from json import loads
from typing import Any

WHOLE = 1_000_000
DIGITS = 30
"""More than any number of a proposal has."""


def find_proposal(text: str) -> dict[str, Any] | None:
    """The object with a certificate in a JSON text, such as a whole answer of the graph; None where
    there is none. ValueError for several: one of them proves nothing of the others."""
    found: list[dict[str, Any]] = []
    waiting: list[Any] = [loads(text, parse_float=Decimal, parse_constant=_refuse)]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            if isinstance(value.get("certificate"), dict):
                found.append(value)
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
    if len(found) > 1:
        raise ValueError(f"it holds {len(found)} proposals; give them one by one")
    return found[0] if found else None


def verify(proposal: dict[str, Any]) -> list[str]:
    """What does not hold; empty when the proposal is proved to be the best."""
    try:
        return list(dict.fromkeys(_complaints(proposal)))
    except (KeyError, TypeError, ValueError, IndexError, ArithmeticError) as error:
        return [f"Something is missing or no number: {type(error).__name__} {error}."]


def _complaints(proposal: dict[str, Any]) -> Iterator[str]:
    certificate, problem = proposal["certificate"], proposal["certificate"]["problem"]
    mentees: list[str] = problem["mentees"]
    mentors: list[str] = problem["mentors"]
    places = [_whole(count) for count in problem["openPlaces"]]
    allowed = _allowed(problem)
    pinned = {(mentor, mentee): _whole(score) for mentor, mentee, score in problem["pinned"]}
    pairs = [
        ((one["mentor"]["id"], one["mentee"]["id"]), _millionths(one["score"]))
        for one in proposal["pairs"]
    ]
    if len(set(mentees)) < len(mentees) or len(set(mentors)) < len(mentors):
        yield "Somebody is listed twice."

    taken = dict.fromkeys(mentors, 0)
    placed = set[str]()
    value = 0
    weight = _weight(problem, len(mentees), sum(places))
    for pair, score in pairs:
        mentor, mentee = pair
        if mentee in placed:
            yield f"{mentee} is placed twice."
        placed.add(mentee)
        if pair in pinned:
            if pinned[pair] != score:
                yield f"The score of {mentor} and {mentee} is not the one stated."
            continue
        if allowed.get(pair) != score:
            yield f"{mentor} and {mentee} may not be paired, or not with this score."
        if mentor in taken:
            taken[mentor] += 1
        value += weight + score
    if not pinned.keys() <= {pair for pair, _ in pairs}:
        yield "A pinned pair is missing."
    if any(taken[mentor] > count for mentor, count in zip(mentors, places, strict=True)):
        yield "A mentor has more mentees than open places."
    if _whole(proposal["placed"]) != len(pairs):
        yield "`placed` is not the number of pairs."
    if _millionths(proposal["totalScore"]) != sum(score for _, score in pairs):
        yield "`totalScore` is not the sum of the scores."

    if _millionths(certificate["placementWeight"]) != weight:
        yield "`placementWeight` is not what the objective asks for."
    if _millionths(certificate["value"]) != value:
        yield "`value` is not placementWeight x placed + totalScore over what is not pinned."
    paid = _prices(certificate["menteePrices"], mentees)
    asked = _prices(certificate["seatPrices"], mentors)
    if min([0, *paid.values(), *asked.values()]) < 0:
        yield "A price is below 0."
    bound = sum(paid.values())
    bound += sum(n * asked[mentor] for mentor, n in zip(mentors, places, strict=True))
    if _millionths(certificate["bound"]) != bound:
        yield "`bound` is not what the prices add up to."
    if value != bound:
        yield "The assignment is worth less than the bound: it is not proved to be the best."
    for (mentor, mentee), score in allowed.items():
        if paid[mentee] + asked[mentor] < weight + score:
            yield f"The prices of {mentor} and {mentee} are below what the pair is worth."


def _allowed(problem: dict[str, Any]) -> dict[tuple[str, str], int]:
    """The score of each pair (mentor, mentee) that may be made, each listed once."""
    mentors = problem["mentors"]
    allowed: dict[tuple[str, str], int] = {}
    for mentee, columns, scores in zip(
        problem["mentees"], problem["allowedMentors"], problem["scores"], strict=True
    ):
        before = -1
        for j, score in zip(columns, scores, strict=True):
            if not before < _whole(j) < len(mentors):
                raise ValueError("the positions of each row ascend within the mentors")
            if not 0 <= _whole(score) <= WHOLE:
                raise ValueError("a score is 0 to 1")
            allowed[mentors[j], mentee] = score
            before = j
    return allowed


def _weight(problem: dict[str, Any], mentees: int, places: int) -> int:
    """More than all scores together can be, each of them 1 at the most."""
    most = min(mentees, places)
    return {"COVERAGE": (most + 1) * WHOLE, "SCORE": 0}[problem["objective"]]


def _prices(listed: list[dict[str, Any]], ids: list[str]) -> dict[str, int]:
    prices = {one["enrollmentId"]: _millionths(one["price"]) for one in listed}
    if prices.keys() != set(ids) or len(listed) != len(ids):
        raise ValueError("a price for each")
    return prices


def _millionths(number: Any) -> int:
    """A decimal number as whole millionths; ValueError if it is not a multiple of one."""
    if isinstance(number, bool) or not isinstance(number, int | Decimal):
        raise TypeError("a number")
    if isinstance(number, int):
        return number * WHOLE
    _, digits, exponent = number.as_tuple()
    if not isinstance(exponent, int) or abs(exponent) > DIGITS or len(digits) > DIGITS:
        raise ValueError("a number of sums like these")  # said before a power of ten is made of it
    with localcontext(prec=4 * DIGITS):
        scaled = number * WHOLE
        if scaled != int(scaled):
            raise ValueError(f"{number} is no multiple of a millionth")
        return int(scaled)


def _whole(number: Any) -> int:
    if isinstance(number, bool) or not isinstance(number, int):
        raise TypeError("a whole number")
    return number


def _refuse(text: str) -> Any:
    raise ValueError(f"{text} is no number")
