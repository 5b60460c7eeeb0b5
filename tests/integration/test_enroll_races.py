"""enroll while the ground shifts: what was true when it began must be true when it is through."""

import asyncio
from collections.abc import Awaitable, Callable
from uuid import UUID

import pytest

from domain import groups, programs
from domain.transitions import ProgramEvent
from domain.viewer import Viewer, of_session
from models.groups import GroupCategory
from models.ids import id_of
from models.programs import Question
from tests.integration.races import overtaken
from tests.integration.world import Answer, Person, World

ENROLL = """
mutation($id: ID!) {
  enroll(input: {programId: $id, role: MENTOR, topics: []}) {
    enrollment { status capacity } errors { code field } } }"""
WITHDRAW = "mutation($id: ID!) { withdrawEnrollment(enrollmentId: $id) { errors { code } } }"
LEAVE = "mutation($id: ID!) { leaveGroup(groupId: $id) { errors { code } } }"
MINE = """
query($id: ID!) { program(id: $id) { viewerEnrollments { status } } }"""


async def enroll(person: Person, program: str) -> Answer:
    return await person.ask(ENROLL, id=program)


async def viewer_of(person: Person) -> Viewer:
    viewer = await of_session(person.session)
    assert viewer is not None
    return viewer


def key(noun: str, id: str) -> UUID:
    found = id_of(noun, id)
    assert found is not None
    return found


Shift = Callable[[Viewer, Viewer, UUID, UUID], Awaitable[object]]
SHIFTS: dict[str, tuple[Shift, list[tuple[str, tuple[str, ...]]]]] = {
    "they leave the group": (
        lambda ada, bob, group, program: groups.leave_group(bob, group),
        [("NOT_A_MEMBER", ("programId",))],
    ),
    "they are removed from it": (
        lambda ada, bob, group, program: groups.remove_member(ada, group, bob.id),
        [("NOT_A_MEMBER", ("programId",))],
    ),
    "the program is closed": (
        lambda ada, bob, group, program: programs.change_status(ada, program, ProgramEvent.CLOSE),
        [("ENROLLMENT_CLOSED", ("programId",))],
    ),
    "the group leaves mentorship": (
        lambda ada, bob, group, program: groups.update_group(
            ada, group, None, None, GroupCategory.HOBBY
        ),
        [("NOT_ELIGIBLE", ("programId",))],
    ),
    "the program asks a question": (
        lambda ada, bob, group, program: programs.set_questions(
            ada, program, [Question("why", None, "Why?", True)]
        ),
        [("INVALID", ("answers",))],
    ),
}


@pytest.mark.parametrize("shift", SHIFTS)
async def test_who_enrolls_while_the_ground_shifts_is_told_what_is_true_afterwards(
    world: World, shift: str
) -> None:
    # given a member, and a change that is written but not through yet
    ada, bob = await world.people("Ada", "Bob")
    group = await world.group(ada, bob)
    program = await world.open_program(ada, group)
    change, refusals = SHIFTS[shift]
    changing = change(
        await viewer_of(ada), await viewer_of(bob), key("group", group), key("program", program)
    )

    # when they enroll
    answer = await overtaken(changing, enroll(bob, program))

    # then it counts as if it had come after the change
    assert answer.refusals == refusals


async def test_who_leaves_while_enrolling_is_not_enrolled(world: World) -> None:
    ada, bob = await world.people("Ada", "Bob")
    group = await world.group(ada, bob)
    program = await world.open_program(ada, group)
    await asyncio.gather(enroll(bob, program), bob.ask(LEAVE, id=group))
    enrollments = (await bob.ask(MINE, id=program)).payload["viewerEnrollments"]
    assert enrollments in ([], [{"status": "WITHDRAWN"}])


async def test_enrolling_many_times_at_once_enrolls_once(world: World) -> None:
    # given a member who never enrolled, or who withdrew
    ada, bob = await world.people("Ada", "Bob")
    program = await world.open_program(ada, await world.group(ada))
    await world.enroll(bob, program, "MENTEE")
    for _ in range(2):
        # when they enroll several times at once
        answers = await asyncio.gather(*(enroll(bob, program) for _ in range(4)))

        # then they are enrolled once
        refused = [answer.refusals for answer in answers if answer.refusals]
        assert refused == [[("ALREADY_ENROLLED", ("programId",))]] * 3
        mine = "query($id: ID!) { program(id: $id) { viewerEnrollments { id role } } }"
        enrolled = (await bob.ask(mine, id=program)).payload["viewerEnrollments"]
        assert [e["role"] for e in enrolled] == ["MENTEE", "MENTOR"]
        (await bob.ask(WITHDRAW, id=enrolled[1]["id"])).ok()
