"""enroll: who gets into a program, with what, and every reason why not."""

from typing import Any

from models.database import fetch
from models.users import Locale
from tests.integration.world import Answer, Nobody, Person, World

ENROLL = """
mutation($input: EnrollInput!) {
  enroll(input: $input) {
    enrollment { id role status topics languages timeZone capacity openPlaces waitingSince goal
                 enrolledAt answers { question { key } text } user { displayName } program { id } }
    errors { code message field } } }"""
WITHDRAW = """
mutation($id: ID!) {
  withdrawEnrollment(enrollmentId: $id) { enrollment { status } errors { code field } } }"""
DECLINE = "mutation($id: ID!) { declineEnrollments(enrollmentIds: [$id]) { errors { code } } }"
UPDATE_GROUP = """
mutation($id: ID!, $category: GroupCategory!) {
  updateGroup(input: {groupId: $id, category: $category}) { errors { code } } }"""
QUESTIONS = [
    {"key": "why", "role": None, "text": "Why {now}?", "required": True},
    {"key": "years", "role": "MENTOR", "text": "How many years?", "required": True},
    {"key": "fear", "role": "MENTEE", "text": "What do you fear?", "required": False},
]


async def enroll(person: Nobody, program: str, role: str = "MENTEE", **said: Any) -> Answer:
    return await person.ask(
        ENROLL, input={"programId": program, "role": role, "topics": ["Sleep"]} | said
    )


async def start(world: World, **said: Any) -> tuple[Person, Person, str, str]:
    """An admin, a member, their group and its open program."""
    ada, bob = await world.people("Ada", "Bob")
    group = await world.group(ada, bob)
    return ada, bob, group, await world.open_program(ada, group, **said)


async def test_a_member_enrolls_and_waits_for_an_admin(world: World) -> None:
    # given an open program
    _, bob, _, program = await start(world, defaultCapacity=3)

    # when a member enrolls as mentee, saying no more than they must
    made = (await enroll(bob, program)).ok()["enrollment"]

    # then the rest comes from their profile, and they do not wait for a mentor yet
    assert made == {
        "id": made["id"],
        "role": "MENTEE",
        "status": "PENDING",
        "topics": ["Sleep"],
        "languages": ["en"],
        "timeZone": "Europe/Paris",
        "capacity": 1,
        "openPlaces": 1,
        "waitingSince": None,
        "goal": None,
        "enrolledAt": made["enrolledAt"],
        "answers": [],
        "user": {"displayName": "Bob"},
        "program": {"id": program},
    }


async def test_a_mentor_says_how_many_or_takes_as_many_as_the_program_says(world: World) -> None:
    _, bob, group, program = await start(world, defaultCapacity=3)
    eve = await world.person("Eve")
    await world.join(eve, group)
    said = {
        "capacity": 100,
        "topics": [" Sleep ", "SLEEP", "Calm"],
        "languages": ["FR", "fr"],
        "timeZone": "Asia/Kathmandu",
        "goal": " To give back ",
    }
    made = (await enroll(bob, program, "MENTOR", **said)).ok()["enrollment"]
    assert {name: made[name] for name in said} == {
        "capacity": 100,
        "topics": ["Sleep", "Calm"],
        "languages": ["fr"],
        "timeZone": "Asia/Kathmandu",
        "goal": "To give back",
    }
    assert (await enroll(eve, program, "MENTOR")).ok()["enrollment"]["capacity"] == 3


async def test_goals_and_answers_are_not_readable_in_the_database(world: World) -> None:
    _, bob, _, program = await start(world, questions=QUESTIONS)
    answers = [{"questionKey": "why", "text": "Because of the nights"}]
    (await enroll(bob, program, goal="To sleep again", answers=answers)).ok()
    (row,) = await fetch("SELECT goal, answers FROM enrollments")
    assert b"sleep" not in row["goal"]
    assert b"nights" not in row["answers"]


async def test_questions_are_asked_by_role(world: World) -> None:
    # given a program that asks both something, and each role something of its own
    _, bob, _, program = await start(world, questions=QUESTIONS)

    # when somebody answers what they are not asked, twice, and not what they must
    said = [
        {"questionKey": "years", "text": "12"},
        {"questionKey": "fear", "text": "x" * 2001},
        {"questionKey": "fear", "text": "again"},
        {"questionKey": "nonsense", "text": "?"},
        {"questionKey": "why", "text": "  "},
    ]
    refused = await enroll(bob, program, "MENTEE", answers=said)

    # then each is named
    assert refused.refusals == [
        ("INVALID", ("answers", "0", "questionKey")),
        ("INVALID", ("answers", "1", "text")),
        ("INVALID", ("answers", "2", "questionKey")),
        ("INVALID", ("answers", "3", "questionKey")),
        ("INVALID", ("answers", "4", "text")),
    ]
    assert refused.payload["errors"][-1]["message"] == "The question “Why {now}?” needs an answer."
    assert (await enroll(bob, program, "MENTOR")).refusals == [("INVALID", ("answers",))] * 2

    # when they answer what they must, and leave the rest empty
    said = [{"questionKey": "fear", "text": " "}, {"questionKey": "why", "text": " So. "}]
    made = (await enroll(bob, program, answers=said)).ok()["enrollment"]

    # then that is their answer
    assert made["answers"] == [{"question": {"key": "why"}, "text": "So."}]


async def test_everything_wrong_with_an_enrollment_is_said_at_once(world: World) -> None:
    _, bob, _, program = await start(world)
    said = {
        "topics": ["x" * 61],
        "goal": "x" * 2001,
        "languages": ["?"],
        "timeZone": "Paris",
    }
    fields = [("topics", "0"), ("goal",), ("languages", "0"), ("timeZone",), ("capacity",)]
    for role, capacity in (("MENTEE", 2), ("MENTOR", 0), ("MENTOR", 101), ("MENTEE", -1)):
        refused = await enroll(bob, program, role, capacity=capacity, **said)
        assert refused.refusals == [("INVALID", field) for field in fields]


async def test_who_may_not_enroll_is_told_why(world: World) -> None:
    ada, bob, group, program = await start(world)
    draft, eve = await world.program(ada, group), await world.person("Eve")
    assert (await enroll(eve, program)).refusals == [("NOT_A_MEMBER", ("programId",))]
    assert (await enroll(bob, draft)).refusals == [("NOT_FOUND", ("programId",))]
    assert (await enroll(ada, draft)).refusals == [("ENROLLMENT_CLOSED", ("programId",))]
    for nothing in ("garbage", group, "program_" + "0" * 32):
        assert (await enroll(bob, nothing)).refusals == [("NOT_FOUND", ("programId",))]
    for person, code in (
        (await world.minor("Max"), "AGE_RESTRICTED"),
        (await world.of_unknown_age("Alex"), "AGE_UNKNOWN"),
    ):
        await world.join(person, group)
        answer = await enroll(person, program)
        assert (answer.data, answer.codes) == (None, [code])
    assert (await enroll(world.nobody, program)).codes == ["UNAUTHENTICATED"]


async def test_a_program_that_is_not_open_takes_nobody(world: World) -> None:
    ada, bob, _, program = await start(world)
    for change in ("closeProgram", "archiveProgram"):
        await world.change(ada, change, program)
        assert (await enroll(bob, program)).refusals == [("ENROLLMENT_CLOSED", ("programId",))]


async def test_a_group_that_leaves_the_eligible_categories_takes_nobody(world: World) -> None:
    ada, bob, group, program = await start(world)
    (await ada.ask(UPDATE_GROUP, id=group, category="HOBBY")).ok()
    assert (await enroll(bob, program)).refusals == [("NOT_ELIGIBLE", ("programId",))]
    (await ada.ask(UPDATE_GROUP, id=group, category="PROFESSIONAL")).ok()
    (await enroll(bob, program)).ok()


async def test_one_person_has_one_enrollment_for_each_role(world: World) -> None:
    _, bob, _, program = await start(world)
    (await enroll(bob, program, "MENTEE")).ok()
    assert (await enroll(bob, program, "MENTEE")).refusals == [("ALREADY_ENROLLED", ("programId",))]
    (await enroll(bob, program, "MENTOR")).ok()
    assert (await enroll(bob, program, "MENTOR")).refusals == [("ALREADY_ENROLLED", ("programId",))]


async def test_enrolling_again_after_withdrawing_takes_up_the_same_enrollment(world: World) -> None:
    # given somebody who withdrew
    _, bob, _, program = await start(world)
    first = (await enroll(bob, program, goal="Old", topics=["Old"])).ok()["enrollment"]
    (await bob.ask(WITHDRAW, id=first["id"])).ok()

    # when they enroll again, saying something else
    again = (await enroll(bob, program, topics=["New"])).ok()["enrollment"]

    # then it is the same enrollment, pending, with what they say now and nothing of before
    assert (again["id"], again["status"]) == (first["id"], "PENDING")
    assert (again["topics"], again["goal"]) == (["New"], None)
    assert again["enrolledAt"] > first["enrolledAt"]


async def test_who_was_declined_stays_declined(world: World) -> None:
    ada, bob, _, program = await start(world)
    made = (await enroll(bob, program)).ok()["enrollment"]
    (await ada.ask(DECLINE, id=made["id"])).ok()
    assert (await enroll(bob, program)).refusals == [("ILLEGAL_STATE", ("programId",))]


async def test_refusals_come_in_the_language_of_the_viewer(world: World) -> None:
    _, _, _, program = await start(world)
    fabien = await world.person("Fabien", locale=Locale.FR)
    answer = await enroll(fabien, program)
    assert answer.payload["errors"][0]["message"] == (
        "Rejoignez d’abord le groupe\u00a0: ses programmes sont pour ses membres."
    )
