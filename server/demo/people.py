"""The people of the demo."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from uuid import UUID

from domain.age import adult_from
from domain.passwords import hash_password
from domain.viewer import Viewer
from models.database import execute
from models.ids import new_id
from models.users import Locale, UserRow
from server.demo.world import World, read

PASSWORD = "walk-with-me"  # noqa: S105 -- everybody's, and meant to be read

_NOT_SIGNED_IN = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the demo; `what` says what signing in as them shows, empty for all others."""

    key: str
    name: str
    languages: tuple[str, ...]
    zone: str
    locale: Locale
    bio: str
    is_minor: bool
    is_moderator: bool
    what: str

    @property
    def email(self) -> str:
        return f"{self.key}@example.org"

    @property
    def password(self) -> str:
        return PASSWORD


def who_can_sign_in() -> list[Person]:
    """Those worth signing in as; the others can, with the same password."""
    return [person for person in everybody() if person.what]


@cache
def everybody() -> tuple[Person, ...]:
    """All of them, in the order of the file."""
    return tuple(
        Person(
            key=one["key"],
            name=one["name"],
            languages=tuple(one["languages"]),
            zone=one["zone"],
            locale=Locale(one.get("locale", "EN")),
            bio=one["bio"],
            is_minor=one.get("minor", False),
            is_moderator=one.get("moderator", False),
            what=one.get("what", ""),
        )
        for one in read("people")["people"]
    )


async def move_in(world: World) -> None:
    """Gives everybody an account, and `world` somebody to act as.

    Written directly, not through signing up: that would hash the one password for each of them, by
    design as slowly as for real, and leave everybody a session.
    """
    people = everybody()
    ids = [new_id() for _ in people]
    password_hash = await hash_password(PASSWORD)
    await execute(
        """INSERT INTO users (id, email, password_hash, display_name, bio, languages, time_zone,
                              locale, age_known, adult_from, is_moderator, created_at)
           SELECT id, email, $1, name, bio, string_to_array(languages, ' '), zone, locale, true,
                  adult_from, is_moderator, created_at
           FROM unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
                       $8::text[], $9::date[], $10::bool[], $11::timestamptz[])
               AS person(id, email, name, bio, languages, zone, locale, adult_from, is_moderator,
                         created_at)""",
        password_hash,
        ids,
        [person.email for person in people],
        [person.name for person in people],
        [person.bio for person in people],
        [" ".join(person.languages) for person in people],
        [person.zone for person in people],
        [person.locale for person in people],
        [_gate(person, world) for person in people],
        [person.is_moderator for person in people],
        [world.now - timedelta(days=430, hours=37 * i) for i, _ in enumerate(people)],
    )
    for person, id in zip(people, ids, strict=True):
        world.viewers[person.key] = _viewer(person, id, _gate(person, world))


def _gate(person: Person, world: World) -> date | None:
    """The day a minor comes of age, half a year from now; none is kept of an adult."""
    if not person.is_minor:
        return None
    return adult_from((world.now - timedelta(days=17 * 365 + 183)).date())


def _viewer(person: Person, id: UUID, gate: date | None) -> Viewer:
    user = UserRow(id, person.name, person.bio, list(person.languages), person.zone, False)
    return Viewer(
        user,
        _NOT_SIGNED_IN,
        person.email,
        person.locale,
        is_moderator=False,
        is_suspended=False,
        age_known=True,
        stored_adult_from=gate,
    )
