"""copyProgram: the next round of a program, with all that was set of it and nobody in it."""

from typing import Any
from uuid import UUID

import pytest

from domain.programs import set_steps
from domain.steps import StepDraft
from domain.viewer import of_session
from models.database import fetch, fetch_one
from models.ids import id_of
from tests.integration.races import overtaken
from tests.integration.world import Answer, Nobody, Person, World

COPY = """
mutation($input: CopyProgramInput!) {
  copyProgram(input: $input) {
    program { id title status createdAt group { id } steps { id position week title prompt }
              questions { key role text required } stats { mentors mentees pending }
              enrollments { totalCount } matches { totalCount }
              auditLog { nodes { actor { displayName } action subject details } } }
    errors { code field } } }"""
UPDATE = """
mutation($input: UpdateProgramInput!) {
  updateProgram(input: $input) { errors { code field } } }"""
SET_STEPS = """
mutation($input: SetProgramStepsInput!) {
  setProgramSteps(input: $input) { program { steps { id } } errors { code field } } }"""
SET_QUESTIONS = """
mutation($input: SetProgramQuestionsInput!) {
  setProgramQuestions(input: $input) { errors { code field } } }"""
WAY = {
    "DRAFT": (),
    "OPEN": ("openProgram",),
    "CLOSED": ("openProgram", "closeProgram"),
    "ARCHIVED": ("openProgram", "closeProgram", "archiveProgram"),
}
SETTINGS: dict[str, Any] = {
    "title": "Nights",
    "description": "For those who are up",
    "topics": ["Sleep", "Calm"],
    "durationWeeks": 4,
    "defaultCapacity": 3,
    "requiresConsent": True,
    "checkInWeekday": "SUNDAY",
}
STEPS = [
    {"week": 2, "title": "First", "prompt": "Say hello."},
    {"week": 4, "title": "Last", "prompt": "Say goodbye."},
]
QUESTIONS = [
    {"key": "why", "role": "MENTEE", "text": "Why now?", "required": True},
    {"key": "who", "role": None, "text": "Who are you?", "required": False},
]
OF_ITS_OWN = {"id", "status", "created_at"}
"""What a copy does not have of the first one, of all the columns of a program."""


async def copy(person: Person | Nobody, program: str, **said: Any) -> Answer:
    return await person.ask(COPY, input={"programId": program} | said)


async def a_program_like_no_other(world: World, ada: Person, group: str) -> str:
    """With everything set otherwise than it is by default."""
    program = await world.program(
        ada, group, templateKey="skill-building", **SETTINGS | {"durationWeeks": 8}
    )
    (await ada.ask(UPDATE, input={"programId": program, "durationWeeks": 4})).ok()
    (await ada.ask(SET_STEPS, input={"programId": program, "steps": STEPS})).ok()
    (await ada.ask(SET_QUESTIONS, input={"programId": program, "questions": QUESTIONS})).ok()
    return program


def key(noun: str, id: str) -> UUID:
    found = id_of(noun, id)
    assert found is not None
    return found


async def stored(program: str) -> dict[str, Any]:
    row = await fetch_one("SELECT * FROM programs WHERE id = $1", key("program", program))
    assert row is not None
    return dict(row)


async def stored_steps(program: str) -> list[dict[str, Any]]:
    rows = await fetch(
        "SELECT * FROM program_steps WHERE program_id = $1 ORDER BY position",
        key("program", program),
    )
    return [dict(row) for row in rows]


async def test_every_column_of_a_program_and_its_steps_is_copied(world: World) -> None:
    # given a program in which everything differs from one that was only created
    ada = await world.person("Ada")
    group = await world.group(ada)
    program, plain = (
        await a_program_like_no_other(world, ada, group),
        await world.program(ada, group),
    )
    first, other = await stored(program), await stored(plain)
    for column in first.keys() - OF_ITS_OWN - {"group_id"}:
        assert first[column] != other[column], f"{column} is not set here: copy it, and set it"

    # when it is copied
    made = (await copy(ada, program)).ok()["program"]

    # then so is every column there is, but for what is its own
    again = await stored(made["id"])
    for column in first.keys() - OF_ITS_OWN:
        assert again[column] == first[column], f"{column} is forgotten"
    assert again["id"] != first["id"] and again["created_at"] > first["created_at"]
    steps, copied = await stored_steps(program), await stored_steps(made["id"])
    assert len(steps) == len(copied) == 2
    for step, twin in zip(steps, copied, strict=True):
        assert {name for name in step if step[name] != twin[name]} == {"id", "program_id"}


@pytest.mark.parametrize("status", WAY)
async def test_whatever_became_of_a_program_its_copy_is_a_draft_with_nobody_in_it(
    world: World, status: str
) -> None:
    # given a program with a pair in it, as far as it goes
    ada, mona, theo = await world.people("Ada", "Mona", "Theo")
    group = await world.group(ada)
    program = await world.program(ada, group, title="Parents of small ones")
    if status != "DRAFT":
        (await ada.ask(SET_QUESTIONS, input={"programId": program, "questions": []})).ok()
        await world.change(ada, "openProgram", program)
        await world.enroll(mona, program, "MENTOR")
        await world.enroll(theo, program, "MENTEE")
        await world.match(ada, program, mona, theo)
        for step in WAY[status][1:]:
            await world.change(ada, step, program)
    before = await stored(program), await stored_steps(program)

    # when an admin copies it
    made = (await copy(ada, program)).ok()["program"]

    # then it is a draft of its own, which can be opened, and the first one is as it was
    assert (made["title"], made["status"], made["group"]) == (
        "Parents of small ones",
        "DRAFT",
        {"id": group},
    )
    assert made["stats"] == {"mentors": 0, "mentees": 0, "pending": 0}
    assert made["enrollments"]["totalCount"] == made["matches"]["totalCount"] == 0
    await world.change(ada, "openProgram", made["id"])
    assert (await stored(program), await stored_steps(program)) == before


async def test_a_copy_can_be_given_another_title_of_the_usual_length(world: World) -> None:
    ada = await world.person("Ada")
    program = await world.program(ada, await world.group(ada), title="Old")

    assert (await copy(ada, program, title=" New ")).ok()["program"]["title"] == "New"
    assert (await copy(ada, program, title=None)).ok()["program"]["title"] == "Old"
    for wrong in (" ", "x" * 121, "a\x00b"):
        assert (await copy(ada, program, title=wrong)).refusals == [("INVALID", ("title",))]
    longest = await world.program(ada, await world.group(ada), title="x" * 120)
    assert (await copy(ada, longest)).ok()["program"]["title"] == "x" * 120


async def test_the_log_of_the_copy_says_whose_it_is(world: World) -> None:
    ada, bob = await world.people("Ada", "Bob")
    group = await world.group(ada, bob)
    program = await world.program(ada, group)

    made = (await copy(ada, program)).ok()["program"]

    assert made["auditLog"]["nodes"] == [
        {
            "actor": {"displayName": "Ada"},
            "action": "program.created",
            "subject": made["id"],
            "details": {"template": "encouragement-and-support", "copyOf": program},
        }
    ]


async def test_who_may_not_copy_a_program_is_told_why(world: World) -> None:
    # given an open program and a draft
    ada, bob, eve = await world.people("Ada", "Bob", "Eve")
    group = await world.group(ada, bob)
    program, draft = await world.open_program(ada, group), await world.program(ada, group)
    await world.group(eve)  # an admin, but of another group

    # then those who see it may not, and to those who do not it is not there
    for person in (bob, eve):
        assert (await copy(person, program)).codes == ["FORBIDDEN"]
        assert (await copy(person, draft)).refusals == [("NOT_FOUND", ("programId",))]
    for nowhere in ("garbage", group, "program_" + "0" * 32):
        assert (await copy(ada, nowhere)).refusals == [("NOT_FOUND", ("programId",))]
    for somebody, code in (
        (await world.minor("Max"), "AGE_RESTRICTED"),
        (await world.of_unknown_age("Alex"), "AGE_UNKNOWN"),
        (await world.person("Sue", suspended=True), "SUSPENDED"),
        (world.nobody, "UNAUTHENTICATED"),
    ):
        assert (await copy(somebody, program)).codes == [code]
    # and a group that has left mentorship has no new program, however it came by the old one
    left = """mutation($id: ID!) {
                updateGroup(input: {groupId: $id, category: HOBBY}) { errors { code } } }"""
    (await ada.ask(left, id=group)).ok()
    assert (await copy(ada, program)).refusals == [("NOT_ELIGIBLE", ("programId",))]


async def test_a_copy_is_of_the_program_before_or_after_another_change_never_of_half(
    world: World,
) -> None:
    # given steps that another admin is setting, and has not finished
    ada = await world.person("Ada")
    program = await world.program(ada, await world.group(ada))
    viewer = await of_session(ada.session)
    assert viewer is not None
    drafts = [StepDraft(None, 1, "New", "Say hello.")]

    # when it is copied meanwhile
    answer = await overtaken(set_steps(viewer, key("program", program), drafts), copy(ada, program))

    # then the copy has waited, and has these
    assert [step["title"] for step in answer.ok()["program"]["steps"]] == ["New"]


async def test_a_program_of_any_size_is_copied_in_as_many_statements(
    world: World, statements: list[str]
) -> None:
    ada = await world.person("Ada")
    program = await world.program(ada, await world.group(ada))

    async def counted(steps: int) -> int:
        said = [{"week": 1, "title": f"Step {i}", "prompt": "Go."} for i in range(steps)]
        (await ada.ask(SET_STEPS, input={"programId": program, "steps": said})).ok()
        statements.clear()
        (await copy(ada, program)).ok()
        return len(statements)

    assert await counted(1) == await counted(60)
