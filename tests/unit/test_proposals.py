"""The proposal for a whole program: pins, minimum score, reasons, the lot, costs and advice."""

import random
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from domain.matching.advising import advise
from domain.matching.explaining import cost_of
from domain.matching.failures import PinGoneError
from domain.matching.languages import in_common
from domain.matching.pool import Facts, Pool
from domain.matching.proposing import Proposal, Question, propose
from domain.matching.reasons import parts
from domain.matching.words import RecruitingTrait, UnplacedReason
from tests.unit.assignments import by_flow, problem_of
from tests.unit.pools import pool, shuffled


def person(name: str, *languages: str, places: int = 1, **facts: object) -> Facts:
    made = Facts(
        name, name, ("Sleep",), languages or ("en",), "Europe/Paris", places, max(places, 1)
    )
    return replace(made, **facts)  # type: ignore[arg-type]


def pool_of(mentors: list[Facts], mentees: list[Facts], *met: tuple[str, str]) -> Pool:
    return Pool(tuple(mentors), tuple(mentees), frozenset(), frozenset(met), 2026)


def ids(proposal: Proposal) -> set[tuple[str, str]]:
    return {(mentor.id, mentee.id) for mentor, mentee, _ in proposal.pairs}


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


def test_what_is_excluded_is_never_proposed_and_the_rest_is_the_best_without_it() -> None:
    # given two who want the same mentor, and an admin who keeps them from her, one by one
    people = pool_of([person("m"), person("n", topics=())], [person("a"), person("b", topics=())])
    assert ids(propose(people, Question())) == {("m", "a"), ("n", "b")}

    kept_apart = propose(people, Question(excluded=frozenset({("m", "a")})))
    alone = propose(people, Question(excluded=frozenset({("m", "a"), ("n", "a")})))

    # then nobody is lost where another may have them, and who may have nobody is said to
    assert ids(kept_apart) == {("n", "a"), ("m", "b")} and kept_apart.unplaced == []
    assert [(one.id, why) for one, why in alone.unplaced] == [
        ("a", UnplacedReason.NO_ALLOWED_MENTOR)
    ]
    assert len(alone.pairs) == 1


def test_why_somebody_is_left_out_looks_at_those_alone_who_are_not_excluded() -> None:
    # given one who fits a free mentor well, a full one well, and a free one badly
    far = person("far", topics=("Grief",), zone="Pacific/Auckland", places=1)
    people = pool_of([person("near"), person("full", places=0), far], [person("a")])
    reasons = {}
    for apart in ((), ("near",), ("near", "full"), ("near", "full", "far")):
        excluded = frozenset((mentor, "a") for mentor in apart)
        proposal = propose(people, Question(minimum=500_000, excluded=excluded))
        reasons[len(apart)] = [why for _, why in proposal.unplaced]

    assert reasons == {
        0: [],
        1: [UnplacedReason.NO_OPEN_PLACE],
        2: [UnplacedReason.BELOW_MINIMUM_SCORE],
        3: [UnplacedReason.NO_ALLOWED_MENTOR],
    }


@pytest.mark.parametrize("covers", [True, False])
def test_excluding_what_is_not_proposed_changes_no_value_and_what_is_never_adds_any(
    covers: bool,
) -> None:
    for seed in range(15):
        dice, people = random.Random(seed), pool(30, 12, seed=seed)
        asked = Question(covers=covers, seed=seed)
        before = propose(people, asked)
        others = {(m.id, e.id) for m in people.mentors for e in people.mentees} - ids(before)

        same = propose(people, replace(asked, excluded=frozenset(dice.sample(sorted(others), 40))))
        less = propose(people, replace(asked, excluded=frozenset(ids(before))))

        assert (len(same.pairs), same.total) == (len(before.pairs), before.total)
        assert less.assignment.proof.value <= before.assignment.proof.value
        assert not ids(less) & ids(before)


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
