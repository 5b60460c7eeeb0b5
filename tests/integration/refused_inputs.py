"""Input that is refused, for each mutation that takes some, and the place that has to be named."""

# Long because every refusal of an input stands in this one table.

from dataclasses import dataclass
from typing import Any

from domain import refusals as no
from domain.refusing import Refusal
from domain.tokens import sign
from models.database import execute
from models.ids import parse_global_id
from tests.acceptance.samples import ANSWER, QUESTION, SEND, Samples
from tests.integration.world import World, ask_with

NOTHING = "garbage"
LEFT_OUT = object()
Told = tuple[type[Refusal], str] | tuple[type[Refusal], str, str]
"""Which refusal, at which place, names joined by dots, and what it is about beside it."""


@dataclass(frozen=True, slots=True)
class Refused:
    """What is changed in good input for a mutation, by whom it is sent, and what they are told."""

    mutation: str
    said: dict[str, Any]
    told: tuple[Told, ...]
    by: str = ""


async def stage() -> Samples:
    """A world of good input, and who and what is there only to be refused."""
    samples, world = await Samples().laid_out(), World()
    ids = samples.ids
    dan, liz, pat, tod = await world.people("Dan", "Liz", "Pat", "Tod")
    samples.tokens["dan"], ids["dan"] = sign(dan.session, dan.key)[0], dan.id
    ids["dans"] = await world.group(dan)
    ids["hobby"] = await world.group(dan, category="HOBBY")
    ids["stepless"] = await world.program(dan, ids["dans"])
    await execute("DELETE FROM program_steps WHERE program_id = $1", _key(ids["stepless"]))
    ids["done"] = await world.open_program(dan, ids["dans"])
    await world.change(dan, "closeProgram", ids["done"])
    await world.change(dan, "archiveProgram", ids["done"])
    ids["dans_open"] = program = await world.open_program(dan, ids["dans"])
    ids["dans_place"] = await world.enroll(dan, program, "MENTOR", capacity=2)
    ids["dans_wish"] = await world.enroll(dan, program, "MENTEE")
    ids["lizs"] = await world.enroll(liz, program, "MENTEE")
    ids["pats"] = await world.enroll(pat, program, "MENTEE")
    ids["tods"] = await world.enroll(tod, program, "MENTEE", approved=False)
    for person, field, id in (
        (dan, "declineEnrollments(enrollmentIds: [$id])", ids["tods"]),
        (tod, "leaveGroup(groupId: $id)", ids["dans"]),
    ):
        document = f"mutation($id: ID!) {{ {field} {{ errors {{ code }} }} }}"
        (await person.ask(document, id=id)).ok()
    (
        await liz.ask(
            "mutation($id: ID!) { blockUser(userId: $id) { errors { code } } }", id=dan.id
        )
    ).ok()
    await execute("UPDATE users SET suspended_at = now() WHERE id = $1", pat.key)
    mona, said = samples.tokens["mona"], {"matchId": ids["match"], "body": "x", "clientKey": "used"}
    ids["gone"] = (await ask_with(mona, SEND, input=said)).ok()["message"]["id"]
    delete = "mutation($id: ID!) { deleteMessage(messageId: $id) { errors { code } } }"
    (await ask_with(mona, delete, id=ids["gone"])).ok()
    return samples


def refused(ids: dict[str, str]) -> list[Refused]:
    """The table. What is named after a mutation is changed in its good input, alone."""

    def pair(mentor: str, mentee: str) -> dict[str, str]:
        return {"mentorEnrollmentId": mentor, "menteeEnrollmentId": mentee}

    def pairs(*told: Told, **made: Any) -> Refused:
        return Refused("createMatches", made, told, by="dan" if "programId" in made else "ada")

    step = {"week": 1, "title": "Begin", "prompt": "Say hello."}
    long, other = "x" * 6000, "enrollment_" + "0" * 32
    program: dict[str, Any] = {
        "title": " ", "description": long, "topics": ["Sleep", ""], "durationWeeks": 53,
        "defaultCapacity": 0,
    }  # fmt: skip
    of_program: tuple[Told, ...] = (
        (no.Missing, "title"),
        (no.TooLong, "description"),
        (no.Missing, "topics.1"),
        (no.OutOfRange, "durationWeeks"),
        (no.OutOfRange, "defaultCapacity"),
    )
    form: dict[str, Any] = {
        "topics": ["x" * 61], "goal": long, "languages": ["en", "?"], "timeZone": "Paris",
        "capacity": 2,
    }  # fmt: skip
    of_form: tuple[Told, ...] = (
        (no.TooLong, "topics.0"),
        (no.TooLong, "goal"),
        (no.NotALanguage, "languages.1"),
        (no.NotATimeZone, "timeZone"),
        (no.OutOfRange, "capacity"),
    )
    return [
        Refused(
            "signUp",
            {
                "email": "x",
                "password": "short",
                "displayName": " ",
                "birthDate": "9999-01-01",
                "timeZone": "Paris",
                "languages": ["fr", "?"],
            },
            (
                (no.NotAnEmail, "email"),
                (no.TooShort, "password"),
                (no.Missing, "displayName"),
                (no.NotABirthDate, "birthDate"),
                (no.NotATimeZone, "timeZone"),
                (no.NotALanguage, "languages.1"),
            ),
        ),
        Refused("signUp", {"email": "sam@example.org"}, ((no.EmailTaken, "email"),)),
        Refused("refreshSession", {"refreshToken": NOTHING}, ((no.SessionOver, "refreshToken"),)),
        Refused("endSession", {"sessionId": NOTHING}, ((no.NotFound, "sessionId"),)),
        Refused("changePassword", {"newPassword": "x"}, ((no.TooShort, "newPassword"),)),
        Refused(
            "changePassword", {"currentPassword": "x"}, ((no.WrongPassword, "currentPassword"),)
        ),
        Refused("deleteMyAccount", {"password": "x"}, ((no.WrongPassword, "password"),), by="sam"),
        Refused(
            "updateProfile",
            {"displayName": "\0", "bio": long, "languages": ["x"] * 21, "timeZone": ""},
            (
                (no.UnreadableText, "displayName"),
                (no.TooLong, "bio"),
                (no.TooMany, "languages"),
                *((no.NotALanguage, f"languages.{i}") for i in range(20)),
                (no.NotATimeZone, "timeZone"),
            ),
        ),
        Refused(
            "setCheckInPreferences",
            {"localTime": "9:00", "mutedUntil": "0001-01-01T00:00:00Z"},
            ((no.NotATime, "localTime"), (no.Invalid, "mutedUntil")),
        ),
        Refused(
            "createGroup",
            {"name": "", "description": long},
            ((no.Missing, "name"), (no.TooLong, "description")),
        ),
        Refused("updateGroup", {"name": ""}, ((no.Missing, "name"),)),
        Refused("updateGroup", {"groupId": NOTHING}, ((no.NotFound, "groupId"),)),
        Refused("joinGroup", {"groupId": NOTHING}, ((no.NotFound, "groupId"),)),
        Refused("leaveGroup", {"groupId": ids["group"]}, ((no.LastAdmin, "groupId"),), by="ada"),
        Refused("setGroupRole", {"userId": ids["eve"]}, ((no.NotFound, "userId"),)),
        Refused(
            "setGroupRole",
            {"userId": ids["ada"], "role": "MEMBER"},
            ((no.LastAdmin, "role"),),
        ),
        Refused("removeGroupMember", {"userId": NOTHING}, ((no.NotFound, "userId"),)),
        Refused("removeGroupMember", {"userId": ids["ada"]}, ((no.LastAdmin, "userId"),)),
        Refused("createProgram", program, of_program),
        Refused("createProgram", {"groupId": NOTHING}, ((no.NotFound, "groupId"),)),
        Refused("createProgram", {"templateKey": NOTHING}, ((no.NotFound, "templateKey"),)),
        Refused(
            "createProgram", {"groupId": ids["hobby"]}, ((no.NotEligible, "groupId"),), by="dan"
        ),
        Refused("copyProgram", {"title": "x" * 121}, ((no.TooLong, "title"),)),
        Refused("copyProgram", {"programId": NOTHING}, ((no.NotFound, "programId"),)),
        Refused("updateProgram", program, of_program),
        Refused("updateProgram", {"programId": NOTHING}, ((no.NotFound, "programId"),)),
        Refused("setProgramSteps", {"steps": []}, ((no.Missing, "steps"),)),
        Refused("setProgramSteps", {"steps": [step]}, ((no.StepInUse, "steps", ids["step"]),)),
        Refused(
            "setProgramSteps",
            {
                "steps": [
                    step | {"id": ids["step"], "week": 0, "title": ""},
                    step | {"id": ids["step"], "prompt": long},
                    step | {"id": NOTHING},
                    step | {"id": ids["foreign_step"]},
                ]
            },
            (
                (no.OutOfRange, "steps.0.week"),
                (no.Missing, "steps.0.title"),
                (no.Repeated, "steps.1.id"),
                (no.TooLong, "steps.1.prompt"),
                (no.NotFound, "steps.2.id"),
                (no.NotFound, "steps.3.id"),
            ),
        ),
        Refused(
            "setProgramQuestions",
            {"questions": [QUESTION | {"key": "a b"}, QUESTION, QUESTION | {"text": ""}]},
            (
                (no.NotAKey, "questions.0.key"),
                (no.Repeated, "questions.2.key"),
                (no.Missing, "questions.2.text"),
            ),
        ),
        Refused(
            "setProgramQuestions", {"questions": [QUESTION] * 21}, ((no.TooMany, "questions"),)
        ),
        Refused("openProgram", {"programId": ids["open"]}, ((no.NotFromHere, "programId"),)),
        Refused(
            "openProgram", {"programId": ids["stepless"]}, ((no.NoSteps, "programId"),), by="dan"
        ),
        Refused("closeProgram", {"programId": ids["draft"]}, ((no.NotFromHere, "programId"),)),
        Refused("archiveProgram", {"programId": NOTHING}, ((no.NotFound, "programId"),)),
        Refused("enroll", form, of_form),
        Refused("enroll", {"programId": NOTHING}, ((no.NotFound, "programId"),)),
        Refused("enroll", {"programId": ids["foreign_program"]}, ((no.NotAMember, "programId"),)),
        Refused("enroll", {"programId": ids["closed"]}, ((no.EnrollmentClosed, "programId"),)),
        Refused("enroll", {}, ((no.AlreadyEnrolled, "programId"),), by="theo"),
        Refused("enroll", {"answers": LEFT_OUT}, ((no.QuestionUnanswered, "answers", "why"),)),
        Refused(
            "enroll",
            {"answers": [ANSWER | {"text": "\0"}, ANSWER, ANSWER | {"questionKey": "how"}]},
            (
                (no.UnreadableText, "answers.0.text", "why"),
                (no.Repeated, "answers.1.questionKey", "why"),
                (no.UnknownQuestion, "answers.2.questionKey", "how"),
            ),
        ),
        Refused("updateEnrollment", form, of_form),
        Refused(
            "updateEnrollment",
            {"answers": [ANSWER | {"text": " "}]},
            ((no.QuestionUnanswered, "answers.0.text", "why"),),
        ),
        Refused(
            "updateEnrollment",
            {"answers": [ANSWER | {"text": long}]},
            ((no.TooLong, "answers.0.text", "why"),),
        ),
        Refused("updateEnrollment", {"enrollmentId": NOTHING}, ((no.NotFound, "enrollmentId"),)),
        Refused("withdrawEnrollment", {"enrollmentId": NOTHING}, ((no.NotFound, "enrollmentId"),)),
        Refused("approveEnrollments", {"enrollmentIds": []}, ((no.Missing, "enrollmentIds"),)),
        *(
            Refused(
                mutation,
                {"enrollmentIds": [ids["mentee"], ids[good], NOTHING, ids[good]]},
                (
                    (no.NotFromHere, "enrollmentIds.0"),
                    (no.NotFound, "enrollmentIds.2"),
                    (no.Repeated, "enrollmentIds.3"),
                ),
            )
            for mutation, good in (
                ("approveEnrollments", "pending"),
                ("declineEnrollments", "pending"),
                ("reconsiderEnrollments", "declined"),
            )
        ),
        Refused(
            "reconsiderEnrollments",
            {"enrollmentIds": [ids["tods"]]},
            ((no.NoLongerMember, "enrollmentIds.0"),),
            by="dan",
        ),
        pairs((no.Missing, "pairs"), pairs=[]),
        pairs(
            (no.MentorFull, "pairs.1", ids["free"]),
            (no.MenteePaired, "pairs.2", ids["mentee"]),
            (no.WrongRole, "pairs.3", ids["mentee"]),
            (no.WrongRole, "pairs.4", ids["free"]),
            (no.NotFound, "pairs.5"),
            (no.NotFound, "pairs.6"),
            (no.Blocked, "pairs.7"),
            (no.NotApproved, "pairs.8", ids["pending"]),
            (no.WrongRole, "pairs.9"),
            pairs=[
                pair(ids["free"], ids["waiting"]),
                pair(ids["free"], ids["waiting"]),
                pair(ids["mentor"], ids["mentee"]),
                pair(ids["mentee"], ids["waiting"]),
                pair(ids["mentor"], ids["free"]),
                pair(ids["mentor"], other),
                pair(NOTHING, ids["waiting"]),
                pair(ids["mentor"], ids["pending"]),
                pair(ids["free"], ids["pending"]),
                pair(ids["mentee"], ids["free"]),
            ],
        ),
        pairs(
            (no.SamePerson, "pairs.0"),
            (no.ConflictOfInterest, "pairs.1"),
            (no.IllegalState, "pairs.2"),
            programId=ids["dans_open"],
            pairs=[
                pair(ids["dans_place"], ids["dans_wish"]),
                pair(ids["dans_place"], ids["lizs"]),
                pair(ids["dans_place"], ids["pats"]),
            ],
        ),
        pairs((no.NotFromHere, "programId"), programId=ids["done"]),
        *(
            Refused(mutation, {"matchId": ids["match"]}, ((no.NotFromHere, "matchId"),))
            for mutation in ("respondToMatch", "resumeMatch")
        ),
        *(
            Refused(mutation, {"matchId": NOTHING}, ((no.NotFound, "matchId"),))
            for mutation in ("pauseMatch", "completeMatch", "endMatch", "setTyping")
        ),
        Refused("setCheckInWeekday", {"matchId": ids["proposed"]}, ((no.NotFromHere, "matchId"),)),
        Refused("completeStep", {"stepId": ids["foreign_step"]}, ((no.NotFound, "stepId"),)),
        Refused("reopenStep", {"stepId": NOTHING}, ((no.NotFound, "stepId"),)),
        Refused(
            "sendMessage",
            {"body": "", "clientKey": " "},
            ((no.Missing, "body"), (no.Missing, "clientKey")),
        ),
        Refused("sendMessage", {"clientKey": "first"}, ((no.KeyReused, "clientKey"),)),
        Refused("sendMessage", {"matchId": ids["foreign_match"]}, ((no.NotFound, "matchId"),)),
        Refused(
            "sendMessage", {"replyToId": ids["foreign_message"]}, ((no.NotFound, "replyToId"),)
        ),
        Refused("editMessage", {"body": long}, ((no.TooLong, "body"),)),
        Refused("editMessage", {"messageId": ids["gone"]}, ((no.IllegalState, "messageId"),)),
        Refused("deleteMessage", {"messageId": ids["answer"]}, ((no.NotFound, "messageId"),)),
        Refused("markRead", {"upToNumber": 4}, ((no.OutOfRange, "upToNumber"),)),
        Refused(
            "answerCheckIn",
            {"mood": 6, "note": long},
            ((no.OutOfRange, "mood"), (no.TooLong, "note")),
        ),
        Refused("answerCheckIn", {"checkInId": NOTHING}, ((no.NotFound, "checkInId"),)),
        Refused("acknowledgeReminder", {"reminderId": NOTHING}, ((no.NotFound, "reminderId"),)),
        Refused("acknowledgeReminders", {"checkInId": NOTHING}, ((no.NotFound, "checkInId"),)),
        Refused(
            "report",
            {"details": "", "evidenceMessageIds": [ids["answer"]] * 101},
            ((no.Missing, "details"), (no.TooMany, "evidenceMessageIds")),
        ),
        Refused(
            "report",
            {"evidenceMessageIds": [ids["answer"], ids["foreign_message"], ids["gone"]]},
            ((no.NotFound, "evidenceMessageIds.1"), (no.TextGone, "evidenceMessageIds.2")),
        ),
        *(
            Refused("report", {"subject": {kind: id}}, ((refusal, f"subject.{kind}"),))
            for kind, id, refusal in (
                ("messageId", ids["foreign_message"], no.NotFound),
                ("messageId", ids["answer"], no.Yourself),
                ("matchId", ids["foreign_match"], no.NotFound),
                ("userId", ids["theo"], no.Yourself),
                ("programId", ids["draft"], no.NotFound),
            )
        ),
        Refused("blockUser", {"userId": ids["mona"]}, ((no.Yourself, "userId"),)),
        Refused("unblockUser", {"userId": NOTHING}, ((no.NotFound, "userId"),)),
        Refused("resolveReport", {"note": ""}, ((no.Missing, "note"),)),
        Refused("resolveReport", {"reportId": NOTHING}, ((no.NotFound, "reportId"),)),
        Refused("resolveReport", {"action": "UNFREEZE_MATCH"}, ((no.IllegalState, "reportId"),)),
    ]


def _key(id: str) -> object:
    parsed = parse_global_id(id)
    return parsed and parsed[1]
