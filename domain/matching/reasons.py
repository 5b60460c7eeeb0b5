"""One score, part by part and in words: what an admin reads of two people.

The same numbers as `scoring` computes for everybody at once; a test holds the two together.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from domain.matching.languages import in_common
from domain.matching.pool import NOT_WAITING, Facts
from domain.matching.topics import SAME, likeness, meaning
from domain.matching.weights import FAR, NEAR, SHORTEST_WAIT, TOPICS_ENOUGH, WEIGHTS
from domain.matching.words import MatchReasonKind as Reason
from domain.matching.zones import minutes_apart

Texts = dict[str, str]
ENGLISH: Texts = {
    "topics": "Topics in common: {topics}",
    "language": "Languages in common: {languages}",
    "near": "At most one hour apart",
    "apart": "{apart} apart",
    "places": "Open places: {places} of {capacity}",
    "waiting": "Waiting since {date}",
}
FRENCH: Texts = {
    "topics": "Thèmes en commun\u00a0: {topics}",
    "language": "Langues en commun\u00a0: {languages}",
    "near": "Une heure de décalage au plus",
    "apart": "{apart} de décalage",
    "places": "Places libres\u00a0: {places} sur {capacity}",
    "waiting": "En attente depuis le {date}",
}
_TEXTS: dict[str, Texts] = {"EN": ENGLISH, "FR": FRENCH}


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a score, in millionths, and what it rests on."""

    reason: Reason
    points: int
    detail: str


def parts(
    mentor: Facts, mentee: Facts, waiting: tuple[int, int], year: int, locale: str
) -> list[Part]:
    """The parts that add to the score, the weightiest first; their sum is the score."""
    texts = _TEXTS[locale]
    found = [
        _topics(mentor, mentee, texts),
        _languages(mentor, mentee, texts),
        _zones(mentor, mentee, year, texts),
        _waiting(mentee, waiting, texts),
        _capacity(mentor, texts),
    ]
    return sorted((part for part in found if part.points), key=lambda part: -part.points)


def _topics(mentor: Facts, mentee: Facts, texts: Texts) -> Part:
    wanted = {meaning(topic): topic for topic in reversed(mentee.topics)}
    met, named = 0, []
    for notions, topic in reversed(wanted.items()):
        nearest = max(mentor.topics, key=lambda t: likeness(notions, meaning(t)), default=None)
        alike = 0 if nearest is None else likeness(notions, meaning(nearest))
        met += alike
        if nearest is not None and alike:
            same = nearest.casefold() == topic.casefold()
            named.append(topic if same else f"{topic} ~ {nearest}")
    enough = SAME * min(max(len(wanted), 1), TOPICS_ENOUGH)
    points = WEIGHTS[Reason.SHARED_TOPICS] * min(met, enough) // enough
    return Part(Reason.SHARED_TOPICS, points, texts["topics"].format(topics=", ".join(named)))


def _languages(mentor: Facts, mentee: Facts, texts: Texts) -> Part:
    shared = in_common(mentee.languages, mentor.languages)
    worth = WEIGHTS[Reason.SHARED_LANGUAGE]
    points = (0, worth * 2 // 3, worth)[min(len(shared), 2)]
    detail = texts["language"].format(languages=", ".join(shared))
    return Part(Reason.SHARED_LANGUAGE, points, detail)


def _zones(mentor: Facts, mentee: Facts, year: int, texts: Texts) -> Part:
    minutes = minutes_apart(mentee.zone, mentor.zone, year)
    counted = min(max(minutes, NEAR), FAR)
    points = WEIGHTS[Reason.CLOSE_TIME_ZONES] * (FAR - counted) // (FAR - NEAR)
    hours, rest = divmod(minutes, 60)
    apart = f"{hours} h {rest:02} min" if rest else f"{hours} h"
    detail = texts["near"] if minutes <= NEAR else texts["apart"].format(apart=apart)
    return Part(Reason.CLOSE_TIME_ZONES, points, detail)


def _waiting(mentee: Facts, waiting: tuple[int, int], texts: Texts) -> Part:
    if mentee.since == NOT_WAITING:  # whoever is not approved, and asked about all the same
        return Part(Reason.WAITING_LONGEST, 0, "")
    first, last = waiting
    longest = max(last - first, SHORTEST_WAIT)
    counted = min(max(last - mentee.since, 0), longest)
    points = WEIGHTS[Reason.WAITING_LONGEST] * counted // longest
    date = datetime.fromtimestamp(mentee.since, UTC).date().isoformat()
    return Part(Reason.WAITING_LONGEST, points, texts["waiting"].format(date=date))


def _capacity(mentor: Facts, texts: Texts) -> Part:
    free, capacity = min(max(mentor.places, 0), mentor.capacity), mentor.capacity
    points = WEIGHTS[Reason.FREE_CAPACITY] * free // max(capacity, 1)
    detail = texts["places"].format(places=free, capacity=capacity)
    return Part(Reason.FREE_CAPACITY, points, detail)
