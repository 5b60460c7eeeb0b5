"""The proposal for a whole program: pins, minimum score, reasons, the lot, costs and advice."""

import random
from collections import Counter
from typing import Any

import pytest

from domain.matching.advising import advise
from domain.matching.explaining import cost_of
from domain.matching.failures import PinGoneError
from domain.matching.languages import in_common
from domain.matching.proposing import Question, propose
from domain.matching.reasons import parts
from domain.matching.words import RecruitingTrait, UnplacedReason
from tests.unit.assignments import by_flow, problem_of
from tests.unit.pools import ids, person, pool, pool_of, shuffled


def test_the_order_of_rows_makes_no_difference_and_the_seed_decides_between_equals() -> None:
    people = pool(80, 30, seed=1)
    for seed in range(5):
        asked = propose(people, Question(seed=seed))
        again = propose(shuffled(people, seed + 1), Question(seed=seed))
        assert (asked.pairs, asked.unplaced) == (again.pairs, again.unplaced)

    # two who are alike in everything, and one place: over many lots each gets it about as often
    twins = pool_of([person("m")], [person("a"), person("b")])
    lots = Counter(ids(propose(twins, Question(seed=seed))).pop()[1] for seed in range(200))
    assert min(lots["a"], lots["b"]) > 60


@pytest.mark.parametrize("covers", [True, False])
def test_nobody_is_ever_paired_who_may_not_be(covers: bool) -> None:
    for seed in range(15):
        people = pool(60, 20, seed=seed)
        proposal = propose(people, Question(covers=covers, minimum=450_000))

        taken = Counter(mentor.id for mentor, _, _ in proposal.pairs)
        assert all(taken[mentor.id] <= mentor.places for mentor in people.mentors)
        assert not ids(proposal) & (people.blocked | people.met)
        for mentor, mentee, score in proposal.pairs:
            assert mentor.user != mentee.user and score >= 450_000
            assert in_common(mentor.languages, mentee.languages)
        placed = {mentee for _, mentee in ids(proposal)}
        left = {one.id for one, _ in proposal.unplaced}
        assert placed | left == {one.id for one in people.mentees} and not placed & left


def test_what_is_pinned_is_kept_even_where_a_proposal_would_never_put_it() -> None:
    people = pool_of(
        [person("m", places=2), person("n", "fr")],
        [person("a"), person("b"), person("c", "de")],
        ("m", "a"),
    )

    # given two who were paired before, and two without a language in common
    kept = propose(people, Question(pinned=(("m", "a"), ("n", "c"))))

    # then they stand in front, the others are placed around them, and the proof is over the others
    assert [(mentor.id, mentee.id) for mentor, mentee, _ in kept.pairs[:2]] == [
        ("m", "a"),
        ("n", "c"),
    ]
    assert ids(kept) == {("m", "a"), ("n", "c"), ("m", "b")}
    assert kept.assignment.proof.value == kept.problem.weight + kept.pairs[2][2]
    assert kept.problem.places.tolist() == [1]

    with pytest.raises(PinGoneError):
        propose(people, Question(pinned=(("m", "gone"),)))


def test_another_solver_finds_the_same_for_programs_with_pins_exclusions_and_a_minimum() -> None:
    for seed in range(40):
        dice, people = random.Random(seed), pool(30, 12, seed=seed)
        places = {mentor.id: mentor.places for mentor in people.mentors}
        pins = []
        for mentee in dice.sample(people.mentees, dice.randint(0, 5)):
            mentor = dice.choice(people.mentors)
            if places[mentor.id] and (mentor.id, mentee.id) not in people.blocked:
                places[mentor.id] -= 1
                pins.append((mentor.id, mentee.id))
        everybody = [(m.id, e.id) for m in people.mentors for e in people.mentees]
        share = dice.choice([0.0, 0.05, 0.5, 0.9])
        excluded = {pair for pair in everybody if dice.random() < share} - {*pins}
        minimum = dice.choice([0, 400_000, 700_000])
        asked = Question(bool(seed % 2), seed, minimum, tuple(pins), frozenset(excluded))

        proposal = propose(people, asked)

        # with the pairs put together anew, one by one
        pinned, allowed = {mentee for _, mentee in pins}, {}
        for j, mentor in enumerate(people.mentors):
            for i, mentee in enumerate(people.mentees):
                found = parts(mentor, mentee, people.waiting, people.year, "EN")
                score = sum(part.points for part in found)
                if not (
                    mentee.id in pinned
                    or (mentor.id, mentee.id) in people.blocked | people.met | excluded
                    or mentor.user == mentee.user
                    or not in_common(mentor.languages, mentee.languages)
                    or score < asked.minimum
                ):
                    allowed[i, j] = score
        problem = problem_of(allowed, 30, [*places.values()], covers=asked.covers)
        free = [score for _, mentee, score in proposal.pairs if mentee.id not in pinned]
        assert (len(free), sum(free)) == by_flow(problem)


def test_a_pin_of_two_who_were_blocked_or_of_a_place_that_was_taken_meanwhile_is_gone() -> None:
    people = pool(30, 12, seed=3)
    full = next(mentor for mentor in people.mentors if mentor.places)
    too_many = tuple((full.id, mentee.id) for mentee in people.mentees[: full.places + 1])

    assert people.blocked
    for pins in (tuple(people.blocked)[:1], too_many):
        with pytest.raises(PinGoneError):
            propose(people, Question(pinned=pins))


def test_why_somebody_is_left_out() -> None:
    far: dict[str, Any] = {"topics": ("Grief",), "zone": "Pacific/Auckland"}
    people = pool_of(
        [person("m"), person("full", "de", places=0), person("far", "fr", **far)],
        [
            person("a"),
            person("b"),
            person("alone", "es"),
            person("late", "de"),
            person("low", "fr"),
        ],
    )

    proposal = propose(people, Question(minimum=500_000))

    reasons = {one.id: reason for one, reason in proposal.unplaced}
    loser = {"a", "b"} & reasons.keys()
    assert reasons == {
        loser.pop(): UnplacedReason.NO_OPEN_PLACE,
        "alone": UnplacedReason.NO_ALLOWED_MENTOR,
        "late": UnplacedReason.NO_OPEN_PLACE,
        "low": UnplacedReason.BELOW_MINIMUM_SCORE,
    }


def test_coverage_places_more_where_score_alone_would_not() -> None:
    # given one whom both mentors fit, and one who can only have the mentor that fits the other best
    best, other = person("best", "en", "fr"), person("other", "fr", topics=())
    people = pool_of([best, other], [person("a", "en", "fr"), person("b", "en", topics=())])

    covering = propose(people, Question())
    scoring = propose(people, Question(covers=False))

    assert len(covering.pairs) == 2 > len(scoring.pairs) and scoring.total > covering.total


@pytest.mark.parametrize("asked", [Question(), Question(covers=False)])
def test_empty_programs_have_empty_proposals(asked: Question) -> None:
    for people in (pool_of([], []), pool_of([person("m")], []), pool_of([], [person("a")])):
        proposal = propose(people, asked)
        assert proposal.pairs == [] and proposal.assignment.proof.bound == 0


def test_what_a_pair_costs_is_what_the_others_lose() -> None:
    people = pool(25, 12, seed=3)
    best = propose(people, Question())
    mentor, mentee, _ = best.pairs[0]
    assert (cost_of(people, mentor.id, mentee.id, True).placed) == 0

    costs = []
    for seed in range(10):
        mentor, mentee, _ = propose(people, Question(seed=seed)).pairs[-1]
        costs.append(cost_of(people, mentor.id, mentee.id, True))
    # each of them is in some best assignment, so it costs nothing
    assert {(cost.placed, cost.score) for cost in costs} == {(0, 0)}


def test_a_pair_that_takes_the_only_place_of_somebody_else_costs_one() -> None:
    people = pool_of([person("m", "en", "fr"), person("n", "en")], [person("a"), person("b", "fr")])

    assert cost_of(people, "m", "a", True).placed == 1
    assert cost_of(people, "n", "a", True).placed == 0


def test_advice_says_whom_to_look_for_and_is_what_would_really_happen() -> None:
    people = pool_of(
        [person("m")],
        [
            person("a"),
            *(person(f"f{i}", "fr", topics=("Deuil",)) for i in range(3)),
            person("d", "de"),
        ],
    )

    advice = advise(people, places=2, most=10)

    assert (advice[0].placed, advice[0].mentor.languages) == (2, ("fr",))
    assert (RecruitingTrait.LANGUAGE, "de", 1) in [
        (one.trait, one.value, one.placed) for one in advice
    ]
    best = len(propose(people, Question()).pairs)
    for one in advice:
        joined = people.only(mentors=(*people.mentors, one.mentor))
        assert len(propose(joined, Question()).pairs) - best == one.placed
    assert advise(pool_of([person("m")], [person("a")]), places=2, most=10) == []
