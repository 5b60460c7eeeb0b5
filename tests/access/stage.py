"""The world that every kind of viewer looks at: the samples' own, and who else could look."""

from dataclasses import dataclass, field
from datetime import timedelta

from domain.clock import clock
from domain.configuration import configuration
from domain.erasure import delete_account
from domain.sessions import end_session
from domain.tokens import sign
from domain.viewer import of_session
from models.check_ins import sealed_answer
from models.database import execute, fetch
from models.ids import new_id, parse_global_id
from models.matches import of_pair
from tests.acceptance.samples import SEND, Samples
from tests.integration.world import Person, World

SAMPLED = {
    "admin": "ada",
    "mentor": "mona",
    "mentee": "theo",
    "pending": "una",
    "waiting": "vic",
    "member": "pia",
    "foreign": "eve",
    "elsewhere": "fay",
}
"""Viewers who are people of the samples. The match asked for is that of mentor and mentee."""

MINOR_UNTIL = "2199-01-01"


@dataclass
class Stage:
    """Everybody's token, and the secret words with those who may read each."""

    samples: Samples = field(default_factory=Samples)
    tokens: dict[str, str | None] = field(default_factory=dict)
    secrets: dict[str, set[str]] = field(default_factory=dict)

    async def laid_out(self) -> "Stage":
        """Builds it."""
        await self.samples.laid_out()
        people = await self._people()
        world, ids, tokens = World(), self.samples.ids, self.samples.tokens
        self.tokens = {viewer: tokens[name] for viewer, name in SAMPLED.items()}
        others = {
            "stranger": await world.person("Stranger"),
            "moderator": await world.person("Moderator", is_moderator=True),
            "suspended": await world.person("Suspended"),
            "minor": await world.minor("Minor"),
            "unknown": await world.of_unknown_age("Unknown"),
            "left": await world.person("Left"),
            "former": await world.person("Former"),
            "other": await world.person("Other"),
            "gone": await world.person("Gone"),
        }
        for viewer in ("suspended", "minor", "unknown", "left"):
            await world.join(others[viewer], ids["group"])
        await self._ask(others["left"], "leaveGroup(groupId: $id)", ids["group"])
        await self._pair_others(world, people, others)
        await execute(
            "UPDATE users SET suspended_at = now() WHERE id = $1", others["suspended"].key
        )
        self.tokens |= {viewer: sign(p.session, p.key)[0] for viewer, p in others.items()}
        self.tokens |= {"anonymous": None, "expired": await self._expired(people["theo"])}
        self.tokens["ended"] = await self._of_ended_session(others["stranger"])
        gone = await of_session(others["gone"].session)
        assert gone is not None
        await delete_account(gone, None)
        people |= others
        await self._plant(people)
        return self

    async def _people(self) -> dict[str, Person]:
        """The people of the samples, to act for."""
        rows = await fetch(
            """SELECT lower(u.display_name) AS name, u.id, s.id AS session
               FROM users u JOIN sessions s ON s.user_id = u.id WHERE u.email LIKE '%.%@%'"""
        )
        return {row["name"]: Person(row["name"], row["id"], row["session"]) for row in rows}

    async def _pair_others(
        self, world: World, people: dict[str, Person], others: dict[str, Person]
    ) -> None:
        """Former was mentored by the same mentor; Other is, by another one of the same program."""
        ids, ada = self.samples.ids, people["ada"]
        program = await world.open_program(ada, ids["group"])
        for person, role in (
            (people["mona"], "MENTOR"),
            (people["wes"], "MENTOR"),
            (others["former"], "MENTEE"),
            (others["other"], "MENTEE"),
        ):
            await world.enroll(person, program, role)
        ids["former_match"] = await world.match(ada, program, people["mona"], others["former"])
        ids["other_match"] = await world.match(ada, program, people["wes"], others["other"])
        await self._say(
            others["former"], ids["former_match"], "secret-of-former", "mentor", "former"
        )
        await self._say(others["other"], ids["other_match"], "secret-of-other", "other")
        await self._ask(others["former"], "endMatch(matchId: $id)", ids["former_match"])

    async def _plant(self, people: dict[str, Person]) -> None:
        """Words that few may read, wherever words can be."""
        ids = self.samples.ids
        theo, una, ada, eve = (people[name] for name in ("theo", "una", "ada", "eve"))
        await self._say(theo, ids["match"], "secret-of-the-pair", "mentor", "mentee")
        await self._say(people["fay"], ids["foreign_match"], "secret-elsewhere", "elsewhere")
        gone = await self._say(theo, ids["match"], "secret-deleted")
        await self._ask(theo, "deleteMessage(messageId: $id)", gone)
        for person, enrollment, readers in (
            (theo, ids["mentee"], {"mentee", "admin", "mentor"}),
            (una, ids["pending"], {"pending", "admin"}),
        ):
            goal, answer = f"goal-of-{person.name}", f"answer-of-{person.name}"
            said = f'goal: "{goal}", answers: [{{questionKey: "why", text: "{answer}"}}]'
            update = f"updateEnrollment(input: {{enrollmentId: $id, {said}}})"
            await self._ask(person, update, enrollment)
            self.secrets[goal], self.secrets[answer] = readers, readers - {"mentor"}
        for admin, draft, reader in (
            (ada, ids["draft"], "admin"),
            (eve, ids["foreign_draft"], "foreign"),
        ):
            title = f"draft-of-{admin.name}"
            await self._ask(
                admin, f'updateProgram(input: {{programId: $id, title: "{title}"}})', draft
            )
            self.secrets[title] = {reader}
        await self._answer(theo, ids["check_in"], "note-that-is-sealed", "mentee")
        await self._completed(theo, people["mona"])
        await self._report(people)
        self.secrets[MINOR_UNTIL] = {"minor"}
        known = {key: name for name, key in SAMPLED.items()}
        for row in await fetch(
            "SELECT lower(display_name) AS name, email FROM users WHERE email > ''"
        ):
            self.secrets[row["email"]] = {known.get(row["name"], row["name"])}

    async def _say(self, person: Person, match: str, body: str, *readers: str) -> str:
        """Sends a secret that these viewers may read."""
        self.secrets[body] = set(readers)
        said = {"matchId": match, "body": body, "clientKey": new_id().hex}
        message: str = (await person.ask(SEND, input=said)).ok()["message"]["id"]
        return message

    async def _report(self, people: dict[str, Person]) -> None:
        """A case that is closed, with a message disclosed, and what came of it."""
        ids, theo = self.samples.ids, people["theo"]
        bad = await self._say(people["mona"], ids["match"], "secret-disclosed", "mentor", "mentee")
        document = """mutation($bad: ID!) { report(input: {subject: {messageId: $bad}, reason: SPAM,
            details: "details-of-a-case", evidenceMessageIds: [$bad]}) { report { id } } }"""
        ids["case"] = (await theo.ask(document, bad=bad)).ok()["report"]["id"]
        said = 'reportId: $id, action: WARN, note: "note-of-a-case"'
        await self._ask(people["moderator"], f"resolveReport(input: {{{said}}})", ids["case"])
        self.secrets["secret-disclosed"] |= {"moderator"}
        self.secrets["details-of-a-case"] = {"mentee", "moderator"}
        self.secrets["note-of-a-case"] = {"moderator"}

    async def _answer(self, person: Person, check_in: str, note: str, *readers: str) -> None:
        """Answers a check-in with a note that these viewers may read."""
        self.secrets[note] = set(readers)
        said = f'checkInId: $id, mood: 4, met: true, note: "{note}"'
        await self._ask(person, f"answerCheckIn(input: {{{said}}})", check_in)

    async def _completed(self, *pair: Person) -> None:
        """A check-in of last week that both have answered."""
        id = parse_global_id(self.samples.ids["match"])
        assert id is not None
        match = await of_pair(pair[0].key).where("m.id = {0}", id[1]).first()
        assert match is not None
        check_in = new_id()
        await execute(
            """INSERT INTO check_ins (id, match_id, week, date, status)
               VALUES ($1, $2, 2, current_date - 7, 'COMPLETED')""",
            *(check_in, match.id),
        )
        for person in pair:
            note = f"note-of-{person.name}"
            self.secrets[note] = {"mentor", "mentee"}
            sealed = sealed_answer(match, check_in, person.key, mood=4, met=True, note=note)
            await execute(
                """INSERT INTO check_in_answers (id, check_in_id, match_id, user_id, content,
                       answered_at)
                   VALUES ($1, $2, $3, $4, $5, now())""",
                *(new_id(), check_in, match.id, person.key, sealed),
            )

    async def _ask(self, person: Person, field: str, id: str) -> None:
        document = f"mutation($id: ID!) {{ {field} {{ errors {{ code field }} }} }}"
        (await person.ask(document, id=id)).ok()

    async def _expired(self, person: Person) -> str:
        clock.set(clock.now() - configuration().access_token_life - timedelta(hours=1))
        token, _ = sign(person.session, person.key)
        clock.run()
        return token

    async def _of_ended_session(self, person: Person) -> str:
        session = new_id()
        await execute(
            "INSERT INTO sessions (id, user_id, created_at, expires_at)"
            " VALUES ($1, $2, now(), now() + interval '1 day')",
            *(session, person.key),
        )
        token, _ = sign(session, person.key)
        await end_session(session)
        return token
