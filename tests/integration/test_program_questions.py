"""setProgramQuestions: what enrolling asks; answers stay with the question as it was asked."""

from typing import Any

from tests.integration.world import Answer, Person, World

SET_QUESTIONS = """
mutation($input: SetProgramQuestionsInput!) {
  setProgramQuestions(input: $input) {
    program { questions { key role text required } } errors { code field } } }"""
ANSWERS = """
query($id: ID!) {
  program(id: $id) { viewerEnrollments { answers { question { key text } text } } } }"""


def question(key: str, **more: Any) -> dict[str, Any]:
    return {"key": key, "role": None, "text": f"What about {key}?", "required": False} | more


async def set_questions(person: Person, program: str, *questions: dict[str, Any]) -> Answer:
    return await person.ask(
        SET_QUESTIONS, input={"programId": program, "questions": list(questions)}
    )


async def test_the_questions_are_these_and_no_others(world: World) -> None:
    ada = await world.person("Ada")
    program = await world.program(ada, await world.group(ada))
    asked = [question("why", required=True), question("who_1", role="MENTOR"), question("Z-9")]
    assert (await set_questions(ada, program, *asked)).ok()["program"]["questions"] == asked
    assert (await set_questions(ada, program)).ok()["program"]["questions"] == []


async def test_everything_wrong_with_the_questions_is_said_at_once(world: World) -> None:
    ada = await world.person("Ada")
    program = await world.program(ada, await world.group(ada))
    answer = await set_questions(
        ada,
        program,
        question("why"),
        question("why"),
        question("with space"),
        question(""),
        question("long", text="x" * 501),
        question("empty", text=" "),
    )
    assert answer.refusals == [
        ("INVALID", ("questions", "1", "key")),
        ("INVALID", ("questions", "2", "key")),
        ("INVALID", ("questions", "3", "key")),
        ("INVALID", ("questions", "4", "text")),
        ("INVALID", ("questions", "5", "text")),
    ]
    many = [question(str(i)) for i in range(21)]
    assert (await set_questions(ada, program, *many)).refusals == [("INVALID", ("questions",))]


async def test_an_answer_stays_with_the_question_as_it_was_asked(world: World) -> None:
    # given somebody who answered
    ada, bob = await world.people("Ada", "Bob")
    asked = question("why", text="Why now?", required=True)
    program = await world.open_program(ada, await world.group(ada), questions=[asked])
    said = [{"questionKey": "why", "text": "Because."}]
    await world.enroll(bob, program, "MENTEE", answers=said)

    # when the admin asks something else under the same key, or nothing at all
    for questions in ([question("why", text="Why at all?")], []):
        (await set_questions(ada, program, *questions)).ok()

        # then the answer is to the question that was asked
        (enrollment,) = (await bob.ask(ANSWERS, id=program)).payload["viewerEnrollments"]
        assert enrollment["answers"] == [
            {"question": {"key": "why", "text": "Why now?"}, "text": "Because."}
        ]


async def test_only_admins_set_questions_and_not_in_the_archive(world: World) -> None:
    ada, bob = await world.people("Ada", "Bob")
    program = await world.open_program(ada, await world.group(ada, bob))
    assert (await set_questions(bob, program)).codes == ["FORBIDDEN"]
    await world.change(ada, "closeProgram", program)
    await world.change(ada, "archiveProgram", program)
    assert (await set_questions(ada, program)).refusals == [("ILLEGAL_STATE", ("programId",))]
