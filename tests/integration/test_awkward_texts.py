"""Whatever text arrives, in whatever place, it is stored, refused or not found. Nothing breaks."""

from typing import Any

from tests.integration.world import TEMPLATE, World

AWKWARD = [
    "",
    " ",
    "\0",
    "a\0b",
    "\ud800",
    "\uffff",
    "\x1b[2J",
    "\u202etxet\u202c",
    "e\u0301" * 40,
    "ﷺ" * 40,
    "👩‍👩‍👧" * 10,
    "İ" * 300,
    "x" * 60_000,
    "{0} {} %s $1 \\",
    "'; DROP TABLE users; --",
    '"}\n{"',
    "-" * 59 + "é",
]
DOCUMENTS = {
    "updateProfile": "UpdateProfileInput",
    "createGroup": "CreateGroupInput",
    "updateGroup": "UpdateGroupInput",
    "setGroupRole": "SetGroupRoleInput",
    "removeGroupMember": "RemoveGroupMemberInput",
    "createProgram": "CreateProgramInput",
    "updateProgram": "UpdateProgramInput",
    "setProgramSteps": "SetProgramStepsInput",
    "setProgramQuestions": "SetProgramQuestionsInput",
    "enroll": "EnrollInput",
    "updateEnrollment": "UpdateEnrollmentInput",
    "signUp": "SignUpInput",
    "signIn": "SignInInput",
}
BY_ID = {
    "joinGroup": "groupId",
    "leaveGroup": "groupId",
    "openProgram": "programId",
    "closeProgram": "programId",
    "archiveProgram": "programId",
    "withdrawEnrollment": "enrollmentId",
}
REFUSALS = {"INVALID", "NOT_FOUND", "BAD_CREDENTIALS", "TAKEN"}


def inputs(text: str, group: str, program: str, enrollment: str) -> list[tuple[str, Any]]:
    """Every input with this text in every place that takes one, ids included."""
    step = {"week": 1, "title": text, "prompt": text}
    question = {"key": text, "text": text, "required": False}
    answer = {"questionKey": text, "text": text}
    said = {"topics": [text], "goal": text, "languages": [text], "timeZone": text}
    about = {"title": text, "description": text, "topics": [text, "ok"]}
    account = {"email": text, "password": text}
    person = {"displayName": text, "languages": [text], "timeZone": text}
    return [
        ("updateProfile", person | {"bio": text}),
        ("updateProfile", {"bio": text}),
        ("createGroup", {"name": text, "description": text, "category": "PARENTING"}),
        ("updateGroup", {"groupId": group, "name": text, "description": text}),
        ("updateGroup", {"groupId": text}),
        ("setGroupRole", {"groupId": group, "userId": text, "role": "ADMIN"}),
        ("removeGroupMember", {"groupId": group, "userId": text}),
        ("createProgram", {"groupId": group, "templateKey": text}),
        ("createProgram", {"groupId": group, "templateKey": TEMPLATE} | about),
        ("updateProgram", {"programId": program} | about),
        ("setProgramSteps", {"programId": program, "steps": [step, step | {"id": text}]}),
        ("setProgramSteps", {"programId": program, "steps": [step | {"title": "ok"}]}),
        ("setProgramQuestions", {"programId": program, "questions": [question]}),
        ("enroll", {"programId": program, "role": "MENTOR", "answers": [answer]} | said),
        ("enroll", {"programId": text, "role": "MENTOR", "topics": []}),
        ("updateEnrollment", {"enrollmentId": enrollment, "answers": [answer]} | said),
        ("updateEnrollment", {"enrollmentId": enrollment, "goal": text, "topics": [text]}),
        ("signIn", account),
        ("signUp", account | person | {"birthDate": "1980-01-01"}),
    ]


async def test_no_text_breaks_a_mutation(world: World) -> None:
    # given somebody who runs a group with a program, and is enrolled in it
    ada = await world.person("Ada")
    group = await world.group(ada)
    program = await world.open_program(ada, group)
    enrollment = await world.enroll(ada, program, "MENTEE")

    for text in AWKWARD:
        # when a text stands where a text may stand
        for name, said in inputs(text, group, program, enrollment):
            document = f"""mutation($input: {DOCUMENTS[name]}!) {{
                             {name}(input: $input) {{ errors {{ code message field }} }} }}"""
            answer = await ada.ask(document, input=said)

            # then it is taken, or refused in so many words
            assert answer.errors == [], (name, text[:20])
            codes = {code for code, _ in answer.refusals}
            assert codes <= REFUSALS | {"ALREADY_ENROLLED"}, (name, text[:20], codes)

        # and where an id may stand, it names nothing
        for name, place in BY_ID.items():
            document = f"""mutation($id: ID!) {{
                             {name}({place}: $id) {{ errors {{ code field }} }} }}"""
            answer = await ada.ask(document, id=text)
            assert answer.refusals == [("NOT_FOUND", (place,))]
        for name in ("approveEnrollments", "declineEnrollments", "reconsiderEnrollments"):
            document = f"""mutation($id: ID!) {{
                             {name}(enrollmentIds: [$id]) {{ errors {{ code field }} }} }}"""
            answer = await ada.ask(document, id=text)
            assert answer.refusals == [("NOT_FOUND", ("enrollmentIds", "0"))]
