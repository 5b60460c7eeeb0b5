"""The programs of the demo: opened, enrolled in, closed."""

from functools import partial
from typing import Any

from domain import enrollment_decisions, enrollments, programs
from domain.enrollment_form import EnrollmentForm, GivenAnswer
from domain.programs import ProgramChange
from domain.transitions import EnrollmentEvent, ProgramEvent
from models.programs import ProgramRole, Question, Weekday
from models.users import Locale
from server.demo import pairs
from server.demo.world import CONTENT, World, read

_STATUS = {
    "opened": ProgramEvent.OPEN,
    "closed": ProgramEvent.CLOSE,
    "archived": ProgramEvent.ARCHIVE,
}
_DECISIONS = {"approved": EnrollmentEvent.APPROVE, "declined": EnrollmentEvent.DECLINE}
_TOLD = ("person", "role", "enrolled", "approved", "declined", "withdrawn")
_SAID = ("topics", "capacity", "goal")


def plan(world: World) -> None:
    """Lets each program go its way, with those who enroll in it and its pairs."""
    for path in sorted(CONTENT.glob("programs/*.toml")):
        key = path.stem
        program = read(f"programs/{key}")
        world.plan(world.moment(program["created"]), partial(_create, world, key, program))
        for word, event in _STATUS.items():
            if word in program:
                change = partial(_change_status, world, key, program["admin"], event)
                world.plan(world.moment(program[word]), change)
        for enrollment in program.get("enrollments", ()):
            _plan_enrollment(world, key, program["admin"], enrollment)
        for pair in program.get("pairs", ()):
            pairs.plan(world, key, program["admin"], pair)


def _plan_enrollment(world: World, key: str, admin: str, said: dict[str, Any]) -> None:
    enrollment = (key, said["person"], said["role"])
    world.plan(world.moment(said["enrolled"]), partial(_enroll, world, key, said))
    for word, event in _DECISIONS.items():
        if word in said:
            world.plan(world.moment(said[word]), partial(_decide, world, admin, enrollment, event))
    if "withdrawn" in said:
        world.plan(world.moment(said["withdrawn"]), partial(_withdraw, world, enrollment))


async def _create(world: World, key: str, program: dict[str, Any]) -> None:
    admin, group = world.viewers[program["admin"]], world.groups[program["group"]]
    change = ProgramChange(
        title=program["title"],
        description=program["description"],
        topics=program.get("topics"),
        duration_weeks=program.get("duration_weeks"),
        default_capacity=program["default_capacity"],
        requires_consent=program.get("requires_consent"),
        check_in_weekday=Weekday(program["check_in_weekday"]),
    )
    locale = Locale(program["locale"])
    row = await programs.create_program(admin, group, program["template"], change, locale)
    if "questions" in program:
        asked = [_question(question) for question in program["questions"]]
        row = await programs.set_questions(admin, row.id, asked)
    world.programs[key] = row


async def _change_status(world: World, key: str, admin: str, event: ProgramEvent) -> None:
    await programs.change_status(world.viewers[admin], world.programs[key].id, event)


async def _enroll(world: World, key: str, said: dict[str, Any]) -> None:
    """Whatever else a person says is the answer to the question of that key."""
    answers = [
        GivenAnswer(question, text)
        for question, text in said.items()
        if question not in (*_TOLD, *_SAID)
    ]
    form = EnrollmentForm(said["topics"], said.get("goal"), answers, said.get("capacity"))
    row = await enrollments.enroll(
        world.viewers[said["person"]], world.programs[key].id, ProgramRole(said["role"]), form
    )
    world.enrollments[key, said["person"], said["role"]] = row.id


async def _decide(
    world: World, admin: str, enrollment: tuple[str, str, str], event: EnrollmentEvent
) -> None:
    await enrollment_decisions.decide(world.viewers[admin], [world.enrollments[enrollment]], event)


async def _withdraw(world: World, enrollment: tuple[str, str, str]) -> None:
    await enrollments.withdraw(world.viewers[enrollment[1]], world.enrollments[enrollment])


def _question(asked: dict[str, Any]) -> Question:
    role = ProgramRole(asked["role"]) if "role" in asked else None
    return Question(asked["key"], role, asked["text"], asked["required"])
