"""A world to test in, built through the graph itself; only people are put in by hand, unhashed.

    world = World()
    ada, bob, eve = await world.person("Ada"), await world.person("Bob"), await world.person("Eve")
    group = await world.group(ada)
    program = await world.open_program(ada, group, requiresConsent=True)
    await world.enroll(bob, program, "MENTOR", capacity=2)
    await world.enroll(eve, program, "MENTEE")
    match = await world.match(ada, program, bob, eve)
    answer = await eve.ask("query($id: ID!) { match(id: $id) { status } }", id=match)

Groups, programs, enrollments and matches are the ids that clients see.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from domain.clock import clock
from models.database import execute
from models.ids import new_id
from models.users import Locale
from tests.integration.clients import Answer, Nobody, Person, ask_with

__all__ = ["TEMPLATE", "Answer", "Nobody", "Pair", "Person", "World", "ask_with"]

TEMPLATE = "encouragement-and-support"
_FAR = datetime(2200, 1, 1, tzinfo=UTC)


class World:
    """Makes people and what they do; it remembers who runs what and who is enrolled."""

    def __init__(self) -> None:
        self.nobody = Nobody()
        self._admins: dict[str, Person] = {}
        self._groups: dict[str, str] = {}
        self._enrollments: dict[tuple[str, str, str], str] = {}

    async def person(
        self,
        name: str,
        *,
        locale: Locale = Locale.EN,
        adult_from: date | None = None,
        age_known: bool = True,
        time_zone: str = "Europe/Paris",
        languages: Sequence[str] = ("en",),
        is_moderator: bool = False,
        suspended: bool = False,
        email: str | None = None,
    ) -> Person:
        """Somebody of age, unless told otherwise; without a password."""
        user, session, now = new_id(), new_id(), clock.now()
        address = email or f"{name.lower()}.{user.hex[-8:]}@example.org"
        await execute(
            """INSERT INTO users (id, email, display_name, languages, time_zone, locale, age_known,
                   adult_from, is_moderator, suspended_at, created_at)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)""",
            *(user, address, name, list(languages), time_zone, locale, age_known),
            *(adult_from, is_moderator, now if suspended else None, now),
        )
        await execute(
            "INSERT INTO sessions (id, user_id, created_at, expires_at) VALUES ($1, $2, $3, $4)",
            *(session, user, now, _FAR),
        )
        return Person(name, user, session)

    async def people(self, *names: str) -> list[Person]:
        """Several people of age."""
        return [await self.person(name) for name in names]

    async def minor(self, name: str) -> Person:
        """Somebody whose gate opens in a far year."""
        return await self.person(name, adult_from=date(2199, 1, 1))

    async def of_unknown_age(self, name: str) -> Person:
        return await self.person(name, age_known=False)

    async def group(
        self, admin: Person, *members: Person, category: str = "PARENTING", **said: Any
    ) -> str:
        """A group of `admin`, which `members` have joined."""
        answer = await admin.ask(
            """mutation($input: CreateGroupInput!) {
                 createGroup(input: $input) { group { id } errors { code field } } }""",
            input={"name": "Parents", "description": "Of all ages", "category": category} | said,
        )
        group: str = answer.ok()["group"]["id"]
        self._admins[group] = admin
        for member in members:
            await self.join(member, group)
        return group

    async def join(self, person: Person, group: str) -> None:
        answer = await person.ask(
            "mutation($id: ID!) { joinGroup(groupId: $id) { errors { code field } } }", id=group
        )
        answer.ok()

    async def program(self, admin: Person, group: str, **said: Any) -> str:
        """A draft as its template has it; `said` are fields of CreateProgramInput."""
        answer = await admin.ask(
            """mutation($input: CreateProgramInput!) {
                 createProgram(input: $input) { program { id } errors { code field } } }""",
            input={"groupId": group, "templateKey": TEMPLATE} | said,
        )
        program: str = answer.ok()["program"]["id"]
        self._admins[program], self._groups[program] = admin, group
        return program

    async def open_program(
        self, admin: Person, group: str, *, questions: Sequence[dict[str, Any]] = (), **said: Any
    ) -> str:
        """An open program that asks these questions and no others."""
        program = await self.program(admin, group, **said)
        answer = await admin.ask(
            """mutation($id: ID!, $questions: [EnrollmentQuestionInput!]!) {
                 setProgramQuestions(input: {programId: $id, questions: $questions}) {
                   errors { code field } } }""",
            id=program,
            questions=list(questions),
        )
        answer.ok()
        await self.change(admin, "openProgram", program)
        return program

    async def change(self, admin: Person, mutation: str, program: str) -> None:
        """openProgram, closeProgram or archiveProgram."""
        document = f"mutation($id: ID!) {{ {mutation}(programId: $id) {{ errors {{ code }} }} }}"
        (await admin.ask(document, id=program)).ok()

    async def enroll(
        self, person: Person, program: str, role: str, *, approved: bool = True, **said: Any
    ) -> str:
        """Joins the group and enrolls; approved by who made the program, unless told otherwise."""
        await self.join(person, self._groups[program])
        answer = await person.ask(
            """mutation($input: EnrollInput!) {
                 enroll(input: $input) { enrollment { id } errors { code field } } }""",
            input={"programId": program, "role": role, "topics": ["Sleep"]} | said,
        )
        enrollment: str = answer.ok()["enrollment"]["id"]
        self._enrollments[program, person.id, role] = enrollment
        if approved:
            await self.approve(self._admins[program], enrollment)
        return enrollment

    async def approve(self, admin: Person, *enrollments: str) -> None:
        answer = await admin.ask(
            """mutation($ids: [ID!]!) {
                 approveEnrollments(enrollmentIds: $ids) { errors { code field } } }""",
            ids=list(enrollments),
        )
        answer.ok()

    def enrollment(self, person: Person, program: str, role: str) -> str:
        """The id that `enroll` gave."""
        return self._enrollments[program, person.id, role]

    async def match(self, admin: Person, program: str, mentor: Person, mentee: Person) -> str:
        """Pairs two who are enrolled and approved."""
        pair = {
            "mentorEnrollmentId": self.enrollment(mentor, program, "MENTOR"),
            "menteeEnrollmentId": self.enrollment(mentee, program, "MENTEE"),
        }
        answer = await admin.ask(
            """mutation($input: CreateMatchesInput!) {
                 createMatches(input: $input) { matches { id } errors { code field } } }""",
            input={"programId": program, "pairs": [pair]},
        )
        match: str = answer.ok()["matches"][0]["id"]
        return match

    async def pair(self, *, consent: bool = False) -> "Pair":
        """An admin, a mentor and a mentee, paired in an open program of two places."""
        admin, mentor, mentee = await self.people("Ada", "Mona", "Theo")
        group = await self.group(admin)
        program = await self.open_program(admin, group, requiresConsent=consent)
        await self.enroll(mentor, program, "MENTOR", capacity=2)
        await self.enroll(mentee, program, "MENTEE")
        match = await self.match(admin, program, mentor, mentee)
        return Pair(admin, mentor, mentee, group, program, match)


@dataclass(frozen=True, slots=True)
class Pair:
    """What `World.pair` made."""

    admin: Person
    mentor: Person
    mentee: Person
    group: str
    program: str
    match: str
