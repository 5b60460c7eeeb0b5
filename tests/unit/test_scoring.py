"""Scores: topics by what they mean, languages, zones, waits, places; each part explained."""

from dataclasses import replace
from string import ascii_letters

import pytest

from domain.matching.languages import in_common
from domain.matching.pool import Facts, Pool
from domain.matching.reasons import Part, parts
from domain.matching.scoring import Scores
from domain.matching.suggesting import suggest
from domain.matching.topics import SAME, likeness, meaning
from domain.matching.weights import WEIGHTS
from domain.matching.words import MatchReasonKind
from domain.matching.zones import minutes_apart
from tests.unit.pools import LANGUAGES, pool, shuffled

DAY = 24 * 3600
MENTOR = Facts("a" * 32, "a", ("Sleep",), ("en",), "Europe/Paris", places=2, capacity=4)
MENTEE = Facts("b" * 32, "b", ("sommeil",), ("en-GB",), "Europe/Paris", since=1_780_000_000)
WAITING = (MENTEE.since - 10 * DAY, MENTEE.since)


def of(mentor: Facts = MENTOR, mentee: Facts = MENTEE, locale: str = "EN") -> dict[str, Part]:
    return {part.reason: part for part in parts(mentor, mentee, WAITING, 2026, locale)}


def points(kind: str, mentor: Facts = MENTOR, mentee: Facts = MENTEE) -> float:
    """How much of its weight a part has."""
    part = of(mentor, mentee).get(kind)
    return part.points / WEIGHTS[MatchReasonKind(kind)] if part else 0


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Sleep", "sleep"),
        ("Bébés", "bebe"),
        ("babies", "Baby"),
        ("Sommeil", "sleepless nights"),
        ("Back to work", "Retour au travail"),
        ("soap making", "Savons"),
        ("Parenting an LGBTQIA child", "parents d’un enfant LGBTQIA"),
        ("Cœur", "coeur"),
        ("the garden", "Gardens"),
    ],
)
def test_these_topics_mean_the_same(one: str, other: str) -> None:
    assert likeness(meaning(one), meaning(other)) == SAME


@pytest.mark.parametrize(
    ("one", "other"), [("Sleep", "Grief"), ("work", "artwork"), ("", "of the"), ("🙂", "🙃")]
)
def test_these_topics_have_nothing_in_common(one: str, other: str) -> None:
    assert likeness(meaning(one), meaning(other)) == 0


def test_topics_that_share_half_of_their_words_are_a_little_alike() -> None:
    assert 0 < likeness(meaning("Baby sleep"), meaning("sommeil")) < SAME
    assert 0 < likeness(meaning("first months with a baby"), meaning("bébé")) < SAME
    assert 0 < likeness(meaning("returning to work after a break"), meaning("reprise")) < SAME
    assert likeness(meaning("running a marathon in the rain"), meaning("rain coats")) == 0


def test_weights_are_a_score_of_one() -> None:
    assert sum(WEIGHTS.values()) == 1_000_000 and set(WEIGHTS) == set(MatchReasonKind)


def test_three_topics_of_many_are_as_good_as_all() -> None:
    many = replace(MENTEE, topics=("Sleep", "Grief", "Crafts", "Jobs", "Health"))

    assert points("SHARED_TOPICS", mentee=many) == pytest.approx(1 / 3, abs=1e-5)
    assert points("SHARED_TOPICS", replace(MENTOR, topics=many.topics[:3]), many) == 1
    assert points("SHARED_TOPICS") == 1
    assert points("SHARED_TOPICS", mentee=replace(MENTEE, topics=())) == 0


def test_a_language_is_the_first_part_of_its_tag() -> None:
    assert in_common(["EN-gb", "fr"], ["en", "de"]) == ["en"]
    assert in_common(["zh-Hant"], ["en"]) == []
    assert points("SHARED_LANGUAGE") == pytest.approx(2 / 3)
    both = replace(MENTEE, languages=("fr", "en"))
    assert points("SHARED_LANGUAGE", replace(MENTOR, languages=("en", "fr")), both) == 1


@pytest.mark.parametrize(
    ("zone", "minutes", "part"),
    [
        ("Europe/London", 60, 1),
        ("Europe/Kyiv", 60, 1),
        ("Asia/Kolkata", 240, 2 / 3),  # 4 h 30 in winter, 3 h 30 in summer
        ("America/New_York", 360, 4 / 9),
        ("Pacific/Auckland", 660, 0),  # 12 h in winter, 10 h in summer
        ("Asia/Tokyo", 450, 5 / 18),
    ],
)
def test_zones_are_apart_by_what_clocks_show(zone: str, minutes: int, part: float) -> None:
    assert minutes_apart("Europe/Paris", zone, 2026) == minutes
    assert minutes_apart(zone, "Europe/Paris", 2026) == minutes
    found = points("CLOSE_TIME_ZONES", replace(MENTOR, zone=zone))
    assert found == pytest.approx(part, abs=1e-5)


def test_who_has_waited_longest_and_who_has_most_places_left_come_first() -> None:
    assert points("WAITING_LONGEST") == 0
    longest = replace(MENTEE, since=WAITING[0])
    # ten days are the longest wait there is, but a wait counts in full from four weeks on
    assert points("WAITING_LONGEST", mentee=longest) == pytest.approx(10 / 28, abs=1e-5)
    assert points("FREE_CAPACITY") == 0.5


def test_each_part_is_said_in_words_in_both_languages() -> None:
    early = replace(MENTEE, since=WAITING[0])

    assert [part.detail for part in of(mentee=early).values()] == [
        "Topics in common: sommeil ~ Sleep",
        "At most one hour apart",
        "Languages in common: en",
        "Waiting since 2026-05-18",
        "Open places: 2 of 4",
    ]
    assert of(replace(MENTOR, zone="Asia/Kolkata"), early, "FR")["CLOSE_TIME_ZONES"].detail == (
        "4 h de décalage"
    )


def allowed(people: Pool) -> dict[tuple[Facts, Facts], int]:
    """The score of every allowed pair of the pool, worked out for everybody at once."""
    return {
        (people.mentors[j], people.mentees[stretch.start + i]): score
        for stretch in Scores(people, people.waiting).stretches()
        for i, j, score in zip(
            *(axis.tolist() for axis in (stretch.row, stretch.mentor, stretch.score)), strict=True
        )
    }


@pytest.mark.parametrize("languages", [LANGUAGES, [f"q{letter}" for letter in ascii_letters]])
def test_everybody_at_once_gets_the_scores_that_the_reasons_explain(languages: list[str]) -> None:
    # given a program where most share a language, and one where few do
    people = pool(300, 40, seed=5, languages=languages)
    apart = people.blocked | people.met

    expected = {
        (mentor, mentee): sum(
            part.points for part in parts(mentor, mentee, people.waiting, people.year, "EN")
        )
        for mentor in people.mentors
        for mentee in people.mentees
        if (mentor.id, mentee.id) not in apart
        and mentor.user != mentee.user
        and in_common(mentor.languages, mentee.languages)
    }

    assert allowed(people) == expected and len(expected) > 300


def test_suggestions_are_the_best_pairs_there_are_whatever_the_order_of_rows() -> None:
    people = pool(300, 40, seed=6)
    scores = [score for (mentor, _), score in allowed(people).items() if mentor.places]

    found = suggest(people, None, 50)

    assert [score for *_, score in found] == sorted(scores, reverse=True)[:50]
    assert suggest(shuffled(people, 1), None, 50) == found


def test_suggestions_for_one_are_theirs_alone_and_none_for_nobody() -> None:
    people = pool(30, 10, seed=7)
    mentor = next(one for one in people.mentors if one.places)
    mentee = people.mentees[0]

    assert {m.id for m, _, _ in suggest(people, mentor.id, 5)} == {mentor.id}
    assert {m.id for _, m, _ in suggest(people, mentee.id, 5)} == {mentee.id}
    assert suggest(people, "nobody", 5) == suggest(people, None, 0) == []
    assert suggest(Pool((), (), frozenset(), frozenset(), 2026), None, 5) == []
