"""Whom to look for: what one more mentor would change, worked out anew for each who might come."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from domain.matching.languages import primary
from domain.matching.pool import Facts, Pool
from domain.matching.proposing import Question, propose
from domain.matching.topics import meaning
from domain.matching.words import RecruitingTrait as Trait

_CANDIDATES = 4
"""How many of each kind are worked out: those that most of the mentees left out ask for."""


@dataclass(frozen=True, slots=True)
class Advice:
    """A mentor to look for, and what the best assignment with them has more than without.

    `mentor` has all places of the program's default open. `score` is in millionths.
    """

    trait: Trait
    value: str
    mentor: Facts
    placed: int
    score: int


def advise(pool: Pool, places: int, most: int) -> list[Advice]:
    """Up to `most` mentors to look for, the one who places most first; none if all are placed.

    Each candidate brings what one group of the mentees left out asks for, and apart from that
    what most of this group have: their language, their zone, the topic they look for most.
    """
    before = propose(pool, Question())
    left = [mentee for mentee, _ in before.unplaced]
    found: dict[tuple[Trait, str], Advice] = {}
    known: dict[Facts, tuple[int, int]] = {}
    for trait, value, group in _groups(left):
        mentor = _mentor_for(trait, value, group, places)
        if mentor not in known:
            after = propose(pool.only(mentors=(*pool.mentors, mentor)), Question())
            known[mentor] = len(after.pairs) - len(before.pairs), after.total - before.total
        found[trait, value] = Advice(trait, value, mentor, *known[mentor])
    useful = [one for one in found.values() if one.placed or one.score]
    useful.sort(key=lambda one: (-one.placed, -one.score, one.trait, one.value))
    return useful[:most]


def _groups(left: Sequence[Facts]) -> Iterable[tuple[Trait, str, list[Facts]]]:
    """What the mentees left out have or look for, and who of them does, most frequent first."""
    for language, _ in _most(map(_languages, left)):
        yield Trait.LANGUAGE, language, [one for one in left if language in _languages(one)]
    for topic, _ in _most(map(_topics, left)):
        notions = meaning(topic)
        group = [one for one in left if notions in set(map(meaning, one.topics))]
        yield Trait.TOPIC, topic, group
    for zone, _ in _most([one.zone] for one in left):
        yield Trait.TIME_ZONE, zone, [one for one in left if one.zone == zone]


def _mentor_for(trait: Trait, value: str, group: Sequence[Facts], places: int) -> Facts:
    language, topic = _most(map(_languages, group)), _most(map(_topics, group))
    zone = _most([one.zone] for one in group)
    return Facts(
        id="",
        user="",
        topics=(value,) if trait is Trait.TOPIC else tuple(t for t, _ in topic[:1]),
        languages=(value,) if trait is Trait.LANGUAGE else tuple(t for t, _ in language[:1]),
        zone=value if trait is Trait.TIME_ZONE else zone[0][0],
        places=places,
        capacity=places,
    )


def _most(lists: Iterable[Iterable[str]]) -> list[tuple[str, int]]:
    """The most frequent values, each once a list; ties in the order of the alphabet."""
    counts = Counter(value for values in lists for value in set(values))
    return sorted(counts.items(), key=lambda one: (-one[1], one[0]))[:_CANDIDATES]


def _languages(one: Facts) -> list[str]:
    return [primary(tag) for tag in one.languages]


def _topics(one: Facts) -> list[str]:
    return [topic.casefold() for topic in one.topics]
