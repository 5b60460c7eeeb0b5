"""A small world in which every mutation can be made once, and good input for each of them."""

# Long because good input for every mutation stands in this one table.

from dataclasses import dataclass
from typing import Any

from domain.tokens import sign
from models.database import execute
from models.ids import global_id, new_id, parse_global_id
from tests.integration.cases import report
from tests.integration.world import TEMPLATE, Person, World

PASSWORD = "a long enough password"
QUESTION = {"key": "why", "role": "MENTEE", "text": "Why?", "required": True}
ANSWER = {"questionKey": "why", "text": "Because."}
SIGN_UP = """
mutation($input: SignUpInput!) {
  signUp(input: $input) { session { accessToken refreshToken } errors { code field } } }"""
SEND = """
mutation($input: SendMessageInput!) {
  sendMessage(input: $input) { message { id } errors { code field } } }"""


@dataclass(frozen=True, slots=True)
class Sample:
    """Good input for one field, and who would send it."""

    by: str
    variables: dict[str, Any]


class Samples:
    """The world, and what its people would send."""

    def __init__(self) -> None:
        self.ids: dict[str, str] = {}
        self.tokens: dict[str, str] = {}
        self.refresh_token = ""

    async def laid_out(self) -> "Samples":
        """Builds it: Ada's group with programs in every state, and Eve's, of which nobody is."""
        world, ids = World(), self.ids
        names = ("ada", "mona", "theo", "una", "vic", "wes", "pia", "eve", "fay", "gus")
        people = {name: await world.person(name.title()) for name in names}
        people["mo"] = await world.person("Mo", is_moderator=True)
        self.tokens = {name: sign(p.session, p.key)[0] for name, p in people.items()}
        ids |= {name: person.id for name, person in people.items()}
        ada, mona, theo, una, vic, wes, pia, eve, fay, gus, _ = people.values()

        ids["group"] = await world.group(ada)
        ids["draft"] = await world.program(ada, ids["group"])
        ids["open"] = await world.open_program(ada, ids["group"], questions=[QUESTION])
        ids["closed"] = await world.open_program(ada, ids["group"])
        ids["consent"] = await world.open_program(ada, ids["group"], requiresConsent=True)
        said: dict[str, Any] = {"answers": [ANSWER]}
        ids["mentor"] = await world.enroll(mona, ids["open"], "MENTOR", capacity=2)
        ids["mentee"] = await world.enroll(theo, ids["open"], "MENTEE", **said)
        ids["pending"] = await world.enroll(una, ids["open"], "MENTEE", approved=False, **said)
        ids["waiting"] = await world.enroll(vic, ids["open"], "MENTEE", **said)
        ids["free"] = await world.enroll(wes, ids["open"], "MENTOR")
        ids["declined"] = await world.enroll(una, ids["open"], "MENTOR", approved=False)
        await self._ask(ada, "declineEnrollments(enrollmentIds: [$id])", ids["declined"])
        await world.join(pia, ids["group"])
        for program in ("closed", "consent"):
            await world.enroll(mona, ids[program], "MENTOR", capacity=2)
            await world.enroll(theo, ids[program], "MENTEE")
        ids["match"] = await world.match(ada, ids["open"], mona, theo)
        ids["paused"] = await world.match(ada, ids["closed"], mona, theo)
        ids["proposed"] = await world.match(ada, ids["consent"], mona, theo)
        await world.change(ada, "closeProgram", ids["closed"])
        await self._ask(mona, "pauseMatch(matchId: $id)", ids["paused"])
        ids["step"] = await self._first_step(mona, ids["match"])
        ids["other_step"] = await self._first_step(mona, ids["paused"])
        await self._ask(mona, f'completeStep(matchId: $id, stepId: "{ids["step"]}")', ids["match"])
        ids["message"] = await self._send(mona, ids["match"], "first")
        ids["answer"] = await self._send(theo, ids["match"], "second")
        await self._safety(mona, theo)

        ids["check_in"], ids["reminder"] = await self._check_in(ids["match"], mona)

        ids["foreign_group"] = await world.group(eve)
        ids["foreign_program"] = await world.open_program(eve, ids["foreign_group"])
        ids["foreign_draft"] = await world.program(eve, ids["foreign_group"])
        ids["foreign_mentor"] = await world.enroll(fay, ids["foreign_program"], "MENTOR")
        ids["foreign_mentee"] = await world.enroll(gus, ids["foreign_program"], "MENTEE")
        ids["foreign_match"] = await world.match(eve, ids["foreign_program"], fay, gus)
        ids["foreign_step"] = await self._first_step(fay, ids["foreign_match"])
        ids["foreign_message"] = await self._send(fay, ids["foreign_match"], "elsewhere")

        signed_up = await world.nobody.ask(SIGN_UP, input=self._sign_up("sam@example.org"))
        session = signed_up.ok()["session"]
        self.refresh_token, self.tokens["sam"] = session["refreshToken"], session["accessToken"]
        return self

    def mutations(self) -> dict[str, Sample]:
        """Input with which each mutation is done. Optional fields are there too."""
        ids = self.ids
        program = {
            "title": "Together",
            "description": "Every week",
            "topics": ["Sleep"],
            "durationWeeks": 8,
            "defaultCapacity": 2,
            "requiresConsent": True,
            "checkInWeekday": "TUESDAY",
        }
        profile = {"displayName": "Mona", "bio": "Mother", "languages": ["fr"], "locale": "FR"}
        enrolling = {
            "topics": ["Sleep"],
            "goal": "Rest",
            "answers": [ANSWER],
            "capacity": 1,
            "languages": ["en"],
            "timeZone": "Europe/Paris",
        }
        group = {"name": "Parents", "description": "Of all ages", "category": "PARENTING"}
        step = {"id": ids["step"], "week": 1, "title": "Begin", "prompt": "Say hello."}
        pair = {"mentorEnrollmentId": ids["free"], "menteeEnrollmentId": ids["waiting"]}
        message = {"body": "Hello", "clientKey": "new", "replyToId": ids["answer"]}
        return {
            "signUp": _input("ada", self._sign_up("new@example.org")),
            "signIn": _input("ada", {"email": "sam@example.org", "password": PASSWORD}),
            "refreshSession": Sample("ada", {"refreshToken": self.refresh_token}),
            "signOut": Sample("mona", {}),
            "endSession": Sample("mona", {"sessionId": ids["session"]}),
            "changePassword": Sample(
                "sam", {"currentPassword": PASSWORD, "newPassword": "another long one"}
            ),
            "updateProfile": _input("mona", profile | {"timeZone": "Europe/Paris"}),
            "exportMyData": Sample("mona", {}),
            "deleteMyAccount": _input("mona", {"password": PASSWORD}),
            "createGroup": _input("ada", group),
            "updateGroup": _input("ada", group | {"groupId": ids["group"]}),
            "joinGroup": Sample("ada", {"groupId": ids["foreign_group"]}),
            "leaveGroup": Sample("mona", {"groupId": ids["group"]}),
            "setGroupRole": _input(
                "ada", {"groupId": ids["group"], "userId": ids["mona"], "role": "ADMIN"}
            ),
            "removeGroupMember": _input("ada", {"groupId": ids["group"], "userId": ids["mona"]}),
            "createProgram": _input(
                "ada", program | {"groupId": ids["group"], "templateKey": TEMPLATE, "locale": "FR"}
            ),
            "copyProgram": _input("ada", {"programId": ids["open"], "title": "Together again"}),
            "updateProgram": _input("ada", program | {"programId": ids["open"]}),
            "setProgramSteps": _input("ada", {"programId": ids["open"], "steps": [step]}),
            "setProgramQuestions": _input(
                "ada", {"programId": ids["open"], "questions": [QUESTION]}
            ),
            "openProgram": Sample("ada", {"programId": ids["draft"]}),
            "closeProgram": Sample("ada", {"programId": ids["open"]}),
            "archiveProgram": Sample("ada", {"programId": ids["closed"]}),
            "enroll": _input("pia", enrolling | {"programId": ids["open"], "role": "MENTEE"}),
            "updateEnrollment": _input("theo", enrolling | {"enrollmentId": ids["mentee"]}),
            "withdrawEnrollment": Sample("theo", {"enrollmentId": ids["mentee"]}),
            "approveEnrollments": Sample("ada", {"enrollmentIds": [ids["pending"]]}),
            "declineEnrollments": Sample("ada", {"enrollmentIds": [ids["pending"]]}),
            "reconsiderEnrollments": Sample("ada", {"enrollmentIds": [ids["declined"]]}),
            "createMatches": _input("ada", {"programId": ids["open"], "pairs": [pair]}),
            "respondToMatch": Sample("mona", {"matchId": ids["proposed"], "accept": True}),
            "pauseMatch": Sample("mona", {"matchId": ids["match"]}),
            "resumeMatch": Sample("mona", {"matchId": ids["paused"]}),
            "completeMatch": Sample("mona", {"matchId": ids["match"]}),
            "endMatch": Sample("mona", {"matchId": ids["match"]}),
            "setCheckInWeekday": Sample("mona", {"matchId": ids["match"], "weekday": "SUNDAY"}),
            "completeStep": Sample("mona", {"matchId": ids["paused"], "stepId": ids["other_step"]}),
            "reopenStep": Sample("mona", {"matchId": ids["match"], "stepId": ids["step"]}),
            "sendMessage": _input("mona", message | {"matchId": ids["match"]}),
            "editMessage": _input("mona", {"messageId": ids["message"], "body": "Hello again"}),
            "deleteMessage": Sample("mona", {"messageId": ids["message"]}),
            "markRead": Sample("mona", {"matchId": ids["match"], "upToNumber": 2}),
            "setCheckInPreferences": _input(
                "mona", {"localTime": "21:30", "mutedUntil": "2030-01-01T00:00:00Z"}
            ),
            "answerCheckIn": _input(
                "mona", {"checkInId": ids["check_in"], "mood": 4, "met": True, "note": "Soap"}
            ),
            "acknowledgeReminder": Sample("mona", {"reminderId": ids["reminder"]}),
            "acknowledgeReminders": Sample("mona", {"checkInId": ids["check_in"]}),
            "setTyping": Sample("mona", {"matchId": ids["match"], "isTyping": True}),
            "report": _input(
                "theo",
                {
                    "subject": {"messageId": ids["message"]},
                    "reason": "SPAM",
                    "details": "Look.",
                    "evidenceMessageIds": [ids["answer"]],
                },
            ),
            "blockUser": Sample("mona", {"userId": ids["theo"]}),
            "unblockUser": Sample("mona", {"userId": ids["una"]}),
            "resolveReport": _input(
                "mo", {"reportId": ids["report"], "action": "WARN", "note": "So it is."}
            ),
        }

    def arguments(self) -> dict[str, Any]:
        """Good values for the arguments of queries and subscriptions, by their name."""
        return {
            "id": self.ids["match"],
            "ids": [self.ids["match"], self.ids["group"]],
            "matchId": self.ids["match"],
            "first": 5,
            "last": 5,
            "search": "parents",
            "text": "first",
            "category": ["PARENTING"],
            "theme": "SKILL_BUILDING",
            "role": "MENTEE",
            "unmatched": True,
            "acknowledged": False,
            "from": "2030-01-01T00:00:00Z",
            "locale": "FR",
        }

    async def _safety(self, mona: Person, theo: Person) -> None:
        """A case, somebody blocked, and a session elsewhere."""
        self.ids["report"] = await report(theo, {"matchId": self.ids["match"]})
        await self._ask(mona, "blockUser(userId: $id)", self.ids["una"])
        sessions = (await mona.ask("{ viewer { sessions { id } } }")).ok()["sessions"]
        self.ids["session"] = sessions[0]["id"]

    def _sign_up(self, email: str) -> dict[str, Any]:
        return {
            "email": email,
            "password": PASSWORD,
            "displayName": "Sam",
            "birthDate": "1980-02-29",
            "timeZone": "Europe/Paris",
            "locale": "FR",
            "languages": ["fr"],
        }

    async def _ask(self, person: Person, field: str, id: str) -> None:
        answer = await person.ask(
            f"mutation($id: ID!) {{ {field} {{ errors {{ code }} }} }}", id=id
        )
        answer.ok()

    async def _check_in(self, match: str, person: Person) -> tuple[str, str]:
        """An open check-in of the match, and the reminder of it that somebody was given."""
        check_in, reminder, key = new_id(), new_id(), parse_global_id(match)
        assert key is not None
        await execute(
            """INSERT INTO check_ins (id, match_id, week, date, status)
               VALUES ($1, $2, 1, now()::date, 'OPEN')""",
            *(check_in, key[1]),
        )
        await execute(
            """INSERT INTO check_in_reminders (id, match_id, check_in_id, user_id, kind,
                   reminded_at)
               VALUES ($1, $2, $3, $4, 'OPENED', now())""",
            *(reminder, key[1], check_in, person.key),
        )
        return global_id("checkin", check_in), global_id("reminder", reminder)

    async def _first_step(self, person: Person, match: str) -> str:
        answer = await person.ask(
            "query($id: ID!) { match(id: $id) { program { steps { id } } } }", id=match
        )
        step: str = answer.ok()["program"]["steps"][0]["id"]
        return step

    async def _send(self, person: Person, match: str, body: str) -> str:
        input = {"matchId": match, "body": body, "clientKey": body}
        answer = await person.ask(SEND, input=input)
        message: str = answer.ok()["message"]["id"]
        return message


def _input(by: str, said: dict[str, Any]) -> Sample:
    return Sample(by, {"input": said})
