"""A certificate proves its proposal, and with any number changed it does not."""

import json
from decimal import Decimal
from itertools import chain
from typing import Any

import orjson
import pytest

from domain.matching.certificate import find_proposal, verify
from domain.matching.jobs import JOBS
from domain.matching.proposing import Question, propose
from tests.unit.pools import pool

WHOLE = 1_000_000


def told(
    seed: int, covers: bool = True, pins: int = 0, size: int = 14, apart: int = 0
) -> dict[str, Any]:
    """A proposal as clients get it; `apart` of the best pairs that are not pinned are excluded."""
    people = pool(size, 8, seed=seed)
    best = [(m.id, e.id) for m, e, _ in propose(people, Question(seed=3)).pairs]
    pinned, excluded = best[:pins], best[pins : pins + apart]

    def facts(one: Any) -> list[Any]:
        return [one.id, one.user, one.topics, one.languages, one.zone]

    users = {one.id: one.user for one in (*people.mentors, *people.mentees)}
    asked = {
        "pool": {
            "mentors": [[*facts(one), one.places, one.capacity] for one in people.mentors],
            "mentees": [[*facts(one), one.since] for one in people.mentees],
            "met": [(users[mentor], users[mentee]) for mentor, mentee in people.met],
            "blocked": [(users[mentor], users[mentee]) for mentor, mentee in people.blocked],
        },
        "year": 2026, "without": None, "locale": "EN",
        "covers": covers, "seed": 0, "minimum": 0, "pinned": pinned,
        "excluded": excluded,
    }  # fmt: skip
    lines = [*map(orjson.loads, JOBS["proposal"](asked).split(b"\n"))]
    answer, pairs, problem = lines[0], [*chain(*lines[1:])], JOBS["problem"](asked)
    return {
        "pairs": [
            {"mentor": {"id": f"enrollment_{mentor}"}, "mentee": {"id": f"enrollment_{mentee}"},
             "score": score / WHOLE}
            for mentor, mentee, score, _ in pairs
        ],
        "placed": answer["placed"],
        "totalScore": answer["total"] / WHOLE,
        "certificate": {
            "value": answer["value"] / WHOLE,
            "bound": answer["bound"] / WHOLE,
            "placementWeight": answer["weight"] / WHOLE,
            "menteePrices": prices(answer["mentees"], answer["menteePrices"]),
            "seatPrices": prices(answer["mentors"], answer["seatPrices"]),
            "problem": problem,
        },
    }  # fmt: skip


def prices(ids: list[str], prices: list[int]) -> list[dict[str, Any]]:
    return [
        {"enrollmentId": f"enrollment_{id}", "price": price / WHOLE}
        for id, price in zip(ids, prices, strict=True)
    ]


def complaints(proposal: Any) -> list[str]:
    """What the verifier says of it, once it was written and read."""
    found = find_proposal(orjson.dumps({"data": [None, {"program": proposal}]}).decode())
    assert found is not None
    return verify(found)


@pytest.mark.parametrize("covers", [True, False])
@pytest.mark.parametrize("pins", [0, 2])
@pytest.mark.parametrize("size", [0, 3, 14])
@pytest.mark.parametrize("apart", [0, 4])
def test_certificates_verify(covers: bool, pins: int, size: int, apart: int) -> None:
    for seed in range(8):
        assert complaints(told(seed, covers, pins, size, apart)) == []


def test_an_excluded_pair_is_none_of_those_the_proof_is_about() -> None:
    before, after = told(seed=2), told(seed=2, apart=4)
    allowed = [allowed_pairs(one["certificate"]["problem"]) for one in (before, after)]

    # the best four stood in the proposal and the problem, and stand in neither any more
    gone = allowed[0] - allowed[1]
    assert len(gone) == 4 and allowed[1] < allowed[0]
    assert not gone & {(pair["mentor"]["id"], pair["mentee"]["id"]) for pair in after["pairs"]}
    # and one of them put back where nobody else is makes the proof fall
    after["pairs"][0] = next(
        pair for pair in before["pairs"] if (pair["mentor"]["id"], pair["mentee"]["id"]) in gone
    )
    assert complaints(after)


def allowed_pairs(problem: dict[str, Any]) -> set[tuple[str, str]]:
    rows = zip(problem["mentees"], problem["allowedMentors"], strict=True)
    return {(problem["mentors"][j], mentee) for mentee, columns in rows for j in columns}


@pytest.mark.parametrize("covers", [True, False])
def test_with_any_number_changed_it_proves_nothing(covers: bool) -> None:
    proposal = told(seed=2, covers=covers, pins=1)
    changed = 0
    for holder, key in numbers(proposal):
        before = holder[key]
        for step in (1e-6, -1e-6, 1, -1, 1000):
            holder[key] = before + (step if isinstance(before, float) else int(step) or 1)
            if holder[key] != before:
                assert complaints(proposal), (key, before, step)
                changed += 1
        holder[key] = before
    assert complaints(proposal) == [] and changed > 100


def numbers(proposal: dict[str, Any]) -> list[tuple[Any, Any]]:
    """Every number of the answer but the problem, which is what the proof is about."""
    certificate = proposal["certificate"]
    found: list[tuple[Any, Any]] = [(proposal, "placed"), (proposal, "totalScore")]
    found += [(pair, "score") for pair in proposal["pairs"]]
    found += [(certificate, key) for key in ("value", "bound", "placementWeight")]
    found += [(p, "price") for side in ("menteePrices", "seatPrices") for p in certificate[side]]
    return found


def test_pairs_that_may_not_be_or_are_too_many_or_not_the_best_are_found_out() -> None:
    good = told(seed=2)
    text = json.dumps(good)
    proposals = [json.loads(text) for _ in range(4)]
    proposals[0]["pairs"][0]["mentor"], proposals[0]["pairs"][-1]["mentor"] = (
        proposals[0]["pairs"][-1]["mentor"],
        proposals[0]["pairs"][0]["mentor"],
    )
    proposals[1]["pairs"].append(proposals[1]["pairs"][0])
    proposals[2]["pairs"].pop()
    del proposals[3]["certificate"]["problem"]

    assert complaints(good) == [] and all(complaints(bad) for bad in proposals)


def test_numbers_read_as_decimals_add_up_exactly() -> None:
    certificate = json.loads(orjson.dumps(told(seed=4)), parse_float=Decimal)["certificate"]
    places = dict(
        zip(certificate["problem"]["mentors"], certificate["problem"]["openPlaces"], strict=True)
    )

    paid = sum(one["price"] for one in certificate["menteePrices"])
    asked = sum(one["price"] * places[one["enrollmentId"]] for one in certificate["seatPrices"])

    assert paid + asked == certificate["bound"] == certificate["value"]


def test_a_text_without_a_proposal_holds_none() -> None:
    assert find_proposal('{"data": {"program": null}}') is None
    assert verify({"certificate": {}})
    with pytest.raises(ValueError, match="no number"):
        find_proposal('{"certificate": NaN}')


def made_by_hand(**problem: Any) -> dict[str, Any]:
    """A mentor with one place, which the first of two mentees has, and all prices nothing."""
    said = {
        "objective": "SCORE",
        "mentees": ["a", "b"],
        "mentors": ["M"],
        "openPlaces": [1],
        "pinned": [],
        "allowedMentors": [[0], []],
        "scores": [[0], []],
    } | problem
    return {
        "pairs": [{"mentor": {"id": "M"}, "mentee": {"id": "a"}, "score": 0}],
        "placed": 1,
        "totalScore": 0,
        "certificate": {
            "value": 0,
            "bound": 0,
            "placementWeight": 0,
            "menteePrices": [{"enrollmentId": id, "price": 0} for id in "ab"],
            "seatPrices": [{"enrollmentId": "M", "price": 0}],
            "problem": said,
        },
    }


@pytest.mark.parametrize(
    "problem",
    [
        {"allowedMentors": [[0], [0, 0]], "scores": [[0], [900_000, 0]]},  # a pair listed twice
        {"allowedMentors": [[-1], []]},  # counted from the end
        {"scores": [[1_000_001], []]},  # more than whole
        {"openPlaces": [1.0]},
    ],
)
def test_a_problem_that_is_not_put_properly_proves_nothing(problem: dict[str, Any]) -> None:
    assert complaints(made_by_hand()) == []
    assert complaints(made_by_hand(**problem)) != []


@pytest.mark.parametrize("value", ["0." + "0" * 31 + "1", "1e999990", "1e-40", "1e1000000000000"])
def test_a_number_that_no_sum_of_scores_can_be_is_refused_at_once(value: str) -> None:
    text = json.dumps(made_by_hand()).replace('"value": 0', f'"value": {value}')

    assert verify(find_proposal(text) or {}) != []


def test_several_proposals_are_not_proved_by_one() -> None:
    with pytest.raises(ValueError, match="holds 2 proposals"):
        find_proposal(json.dumps({"bad": made_by_hand(), "good": told(seed=2)}))
