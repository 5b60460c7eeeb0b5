"""Programs full of made-up people, as the matching reads them."""

import random
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from domain.matching.pool import Facts, Pool

if TYPE_CHECKING:
    from domain.matching.proposing import Proposal

TOPICS = (
    "Sleep", "sommeil", "First months", "grief", "Deuil", "Crafts", "soap making", "savons",
    "work-life balance", "Back to work", "jobs", "emploi", "Raising teens alone",
)  # fmt: skip
LANGUAGES = ("en", "en-GB", "fr", "es", "de")
ZONES = ("Europe/Paris", "America/New_York", "Asia/Kolkata", "Australia/Sydney", "Africa/Lagos")


def pool(mentees: int, mentors: int, seed: int = 1, languages: Sequence[str] = LANGUAGES) -> Pool:
    """A pool in which some are kept apart, some were paired before, and some would be both."""
    dice = random.Random(seed)

    def facts(user: int, places: int, capacity: int) -> Facts:
        return Facts(
            id=f"{dice.getrandbits(128):032x}",
            user=f"{user:032x}",
            topics=tuple(dice.sample(TOPICS, dice.randint(0, 4))),
            languages=tuple(dice.sample(languages, dice.randint(1, 2))),
            zone=dice.choice(ZONES),
            places=places,
            capacity=capacity,
            since=1_780_000_000 + dice.randint(0, 10**7),
        )

    guiding = []
    for user in range(mentors):
        capacity = dice.randint(1, 3)
        guiding.append(facts(user, dice.randint(0, capacity), capacity))
    waiting = [facts(mentors - 2 + i, 1, 1) for i in range(mentees)]

    def some() -> frozenset[tuple[str, str]]:
        if not guiding or not waiting:
            return frozenset()
        pairs = range(len(waiting) // 3)
        return frozenset((dice.choice(guiding).id, dice.choice(waiting).id) for _ in pairs)

    return Pool(tuple(guiding), tuple(waiting), some(), some(), 2026)


def shuffled(pool: Pool, seed: int) -> Pool:
    """The same people, read in another order."""
    dice = random.Random(seed)
    mentors, mentees = list(pool.mentors), list(pool.mentees)
    dice.shuffle(mentors)
    dice.shuffle(mentees)
    return pool.only(mentors, mentees)


def person(name: str, *languages: str, places: int = 1, **facts: object) -> Facts:
    """Somebody alike all others, but for what is said."""
    made = Facts(
        name, name, ("Sleep",), languages or ("en",), "Europe/Paris", places, max(places, 1)
    )
    return replace(made, **facts)  # type: ignore[arg-type]


def pool_of(mentors: list[Facts], mentees: list[Facts], *met: tuple[str, str]) -> Pool:
    """A pool in which nobody is blocked."""
    return Pool(tuple(mentors), tuple(mentees), frozenset(), frozenset(met), 2026)


def ids(proposal: "Proposal") -> set[tuple[str, str]]:
    """Its pairs (mentor, mentee)."""
    return {(mentor.id, mentee.id) for mentor, mentee, _ in proposal.pairs}
