"""Pairs that an admin excludes: never proposed, and the rest the best there is without them."""

import random
from collections.abc import Sequence
from dataclasses import replace
from itertools import product

import pytest

from domain.matching.languages import in_common
from domain.matching.proposing import Question, propose
from domain.matching.reasons import parts
from domain.matching.words import UnplacedReason
from tests.unit.assignments import by_trying, problem_of
from tests.unit.pools import LANGUAGES, ids, person, pool, pool_of

MANY = tuple(f"{first}{second}" for first in "abcd" for second in "efg")
"""So many that most have none in common: then those who have are looked for, not the others."""


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


@pytest.mark.parametrize("languages", [LANGUAGES, MANY], ids=["few", "many"])
@pytest.mark.parametrize("covers", [True, False])
def test_trying_every_assignment_without_them_finds_none_better(
    covers: bool, languages: Sequence[str]
) -> None:
    for seed in range(40):
        # given a program of a few, and pairs excluded by chance, whether or not they may be made
        dice, people = random.Random(seed), pool(7, 5, seed, languages)
        everybody = list(product(people.mentees, people.mentors))
        share = dice.choice([0.1, 0.5, 0.9])
        excluded = {(m.id, e.id) for e, m in everybody if dice.random() < share}

        proposal = propose(people, Question(covers, seed, excluded=frozenset(excluded)))

        # then none of all assignments of those left over is worth more
        apart = people.blocked | people.met | excluded
        allowed = {
            (i, j): sum(p.points for p in parts(mentor, mentee, people.waiting, people.year, "EN"))
            for (i, mentee), (j, mentor) in product(
                enumerate(people.mentees), enumerate(people.mentors)
            )
            if (mentor.id, mentee.id) not in apart
            and mentor.user != mentee.user
            and in_common(mentor.languages, mentee.languages)
        }
        places = [mentor.places for mentor in people.mentors]
        problem = problem_of(allowed, len(people.mentees), places, covers=covers)
        assert proposal.assignment.proof.value == by_trying(problem), seed
        assert not ids(proposal) & excluded


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
