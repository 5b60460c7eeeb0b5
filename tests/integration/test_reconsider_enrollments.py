"""reconsiderEnrollments: who was declined by mistake is pending again, all of them or none."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import pytest

from domain import enrollment_decisions, erasure, groups, programs
from domain.transitions import EnrollmentEvent, ProgramEvent
from domain.viewer import Viewer, of_session
from models.ids import id_of
from tests.integration.races import overtaken
from tests.integration.world import Answer, Person, World

DECIDE = {
    name: f"""mutation($ids: [ID!]!) {{
                {name}(enrollmentIds: $ids) {{
                  enrollments {{ id status topics goal waitingSince enrolledAt }}
                  errors {{ code field message }} }} }}"""
    for name in ("approveEnrollments", "declineEnrollments", "reconsiderEnrollments")
}
SEEN = "query($id: ID!) { node(id: $id) { ... on Enrollment { status } } }"
WITHDRAW = "mutation($id: ID!) { withdrawEnrollment(enrollmentId: $id) { errors { code field } } }"
LEAVE = "mutation($id: ID!) { leaveGroup(groupId: $id) { errors { code field } } }"
JOIN = "mutation($id: ID!) { joinGroup(groupId: $id) { errors { code field } } }"
ENROLL = """mutation($id: ID!) {
  enroll(input: {programId: $id, role: MENTEE, topics: []}) { errors { code field } } }"""
LOG = """query($id: ID!) { program(id: $id) {
  auditLog(last: 2) { nodes { actor { displayName } action subject } } } }"""


async def reconsider(person: Person, *ids: str) -> Answer:
    return await person.ask(DECIDE["reconsiderEnrollments"], ids=list(ids))


async def approve(person: Person, *ids: str) -> Answer:
    return await person.ask(DECIDE["approveEnrollments"], ids=list(ids))


async def decline(person: Person, *ids: str) -> Answer:
    return await person.ask(DECIDE["declineEnrollments"], ids=list(ids))


async def status(person: Person, id: str) -> Any:
    return (await person.ask(SEEN, id=id)).payload["status"]


class Scene:
    """Ada's open program, in which Mona, Theo and Tess have enrolled and been declined."""

    async def built(self, world: World) -> "Scene":
        self.ada, self.mona, self.theo, self.tess = await world.people(
            "Ada", "Mona", "Theo", "Tess"
        )
        self.group = await world.group(self.ada)
        self.program = await world.open_program(self.ada, self.group)
        said: dict[str, Any] = {"approved": False, "goal": "Rest"}
        self.by_mona = await world.enroll(self.mona, self.program, "MENTOR", **said)
        self.for_theo = await world.enroll(self.theo, self.program, "MENTEE", **said)
        self.for_tess = await world.enroll(self.tess, self.program, "MENTEE", **said)
        self.all = [self.by_mona, self.for_theo, self.for_tess]
        (await decline(self.ada, *self.all)).ok()
        return self


@pytest.fixture
async def scene(world: World) -> Scene:
    return await Scene().built(world)


async def test_those_declined_are_pending_again_as_they_were_and_can_be_approved(
    scene: Scene,
) -> None:
    # when an admin thinks again
    made = (await reconsider(scene.ada, scene.for_tess, scene.by_mona)).ok()["enrollments"]

    # then they come in the order asked for, with all that they said, and do not wait yet
    assert [(e["id"], e["status"]) for e in made] == [
        (scene.for_tess, "PENDING"),
        (scene.by_mona, "PENDING"),
    ]
    assert [(e["topics"], e["goal"], e["waitingSince"]) for e in made] == [
        (["Sleep"], "Rest", None)
    ] * 2
    assert await status(scene.ada, scene.for_theo) == "DECLINED"
    log = (await scene.ada.ask(LOG, id=scene.program)).payload["auditLog"]["nodes"]
    assert {(e["actor"]["displayName"], e["action"], e["subject"]) for e in log} == {
        ("Ada", "enrollment.reconsidered", scene.for_tess),
        ("Ada", "enrollment.reconsidered", scene.by_mona),
    }
    # and all that follows is as for anybody who is pending
    approved = (await approve(scene.ada, scene.for_tess)).ok()["enrollments"]
    assert (approved[0]["status"], bool(approved[0]["waitingSince"])) == ("APPROVED", True)
    (await decline(scene.ada, scene.by_mona)).ok()
    (await reconsider(scene.ada, scene.by_mona)).ok()
    (await scene.mona.ask(WITHDRAW, id=scene.by_mona)).ok()


async def test_all_are_reconsidered_or_none(world: World, scene: Scene) -> None:
    # given one that was declined, and several that were not, or are none
    tom, una = await world.people("Tom", "Una")
    approved = await world.enroll(tom, scene.program, "MENTEE")
    withdrawn = await world.enroll(una, scene.program, "MENTEE", approved=False)
    (await una.ask(WITHDRAW, id=withdrawn)).ok()
    pending = await world.enroll(una, scene.program, "MENTOR", approved=False)

    # when all are to be reconsidered
    nothing = ("garbage", scene.program, "enrollment_" + "0" * 32)
    ids = [scene.for_tess, approved, withdrawn, pending, scene.for_tess, *nothing]
    answer = await reconsider(scene.ada, *ids)

    # then each that cannot be is named, and nothing is changed
    assert answer.refusals == [
        ("ILLEGAL_STATE", ("enrollmentIds", "1")),
        ("ILLEGAL_STATE", ("enrollmentIds", "2")),
        ("ILLEGAL_STATE", ("enrollmentIds", "3")),
        ("INVALID", ("enrollmentIds", "4")),
        ("NOT_FOUND", ("enrollmentIds", "5")),
        ("NOT_FOUND", ("enrollmentIds", "6")),
        ("NOT_FOUND", ("enrollmentIds", "7")),
    ]
    states = [error["message"].split(": ")[-1] for error in answer.payload["errors"][:3]]
    assert states == ["APPROVED.", "WITHDRAWN.", "PENDING."]
    assert answer.payload["enrollments"] == []
    assert await status(scene.ada, scene.for_tess) == "DECLINED"
    for number in (0, 1001):
        many = await reconsider(scene.ada, *[scene.for_tess] * number)
        assert many.refusals == [("INVALID", ("enrollmentIds",))]


async def test_only_an_admin_of_the_program_reconsiders(world: World, scene: Scene) -> None:
    eve = await world.person("Eve")
    await world.group(eve)

    assert (await reconsider(eve, scene.by_mona)).refusals == [
        ("NOT_FOUND", ("enrollmentIds", "0"))
    ]
    assert (await reconsider(scene.theo, scene.for_theo)).codes == ["FORBIDDEN"]
    assert (await reconsider(scene.theo, scene.by_mona)).refusals == [
        ("NOT_FOUND", ("enrollmentIds", "0"))
    ]
    assert [await status(scene.ada, id) for id in scene.all] == ["DECLINED"] * 3


async def test_a_closed_program_can_still_think_again_an_archived_one_cannot(
    world: World, scene: Scene
) -> None:
    await world.change(scene.ada, "closeProgram", scene.program)
    (await reconsider(scene.ada, scene.for_theo)).ok()
    (await approve(scene.ada, scene.for_theo)).ok()

    await world.change(scene.ada, "archiveProgram", scene.program)
    answer = await reconsider(scene.ada, scene.for_tess)
    assert answer.refusals == [("ILLEGAL_STATE", ("enrollmentIds", "0"))]
    assert answer.payload["errors"][0]["message"].endswith(": ARCHIVED.")


async def test_who_has_left_the_group_is_not_let_in_by_being_reconsidered(scene: Scene) -> None:
    # given one who left after being declined, and one who left and came back
    (await scene.theo.ask(LEAVE, id=scene.group)).ok()
    for document in (LEAVE, JOIN):
        (await scene.tess.ask(document, id=scene.group)).ok()

    answer = await reconsider(scene.ada, scene.for_tess, scene.for_theo)

    assert answer.refusals == [("NOT_A_MEMBER", ("enrollmentIds", "1"))]
    message = "This person is not a member of the group any more."
    assert answer.payload["errors"][0]["message"] == message
    assert await status(scene.ada, scene.for_tess) == "DECLINED"
    (await reconsider(scene.ada, scene.for_tess)).ok()


Shift = Callable[[Scene, Viewer, Viewer, UUID], Awaitable[object]]
SHIFTS: dict[str, tuple[Shift, str]] = {
    "they leave the group": (
        lambda scene, ada, theo, _: groups.leave_group(theo, key("group", scene.group)),
        "NOT_A_MEMBER",
    ),
    "they are removed from it": (
        lambda scene, ada, theo, _: groups.remove_member(ada, key("group", scene.group), theo.id),
        "NOT_A_MEMBER",
    ),
    "they erase their account": (
        lambda scene, ada, theo, _: erasure.delete_account(theo, None),
        "NOT_A_MEMBER",
    ),
    "the program is archived": (
        lambda scene, ada, theo, _: programs.change_status(
            ada, key("program", scene.program), ProgramEvent.ARCHIVE
        ),
        "ILLEGAL_STATE",
    ),
    "another admin does so": (
        lambda scene, ada, theo, id: enrollment_decisions.decide(
            ada, [id], EnrollmentEvent.RECONSIDER
        ),
        "ILLEGAL_STATE",
    ),
}


def key(noun: str, id: str) -> UUID:
    found = id_of(noun, id)
    assert found is not None
    return found


async def viewer_of(person: Person) -> Viewer:
    viewer = await of_session(person.session)
    assert viewer is not None
    return viewer


@pytest.mark.parametrize("shift", SHIFTS)
async def test_who_is_reconsidered_while_the_ground_shifts_is_seen_as_afterwards(
    world: World, scene: Scene, shift: str
) -> None:
    # given a change that is written but not through yet
    change, code = SHIFTS[shift]
    await world.change(scene.ada, "closeProgram", scene.program)
    changing = change(
        scene,
        await viewer_of(scene.ada),
        await viewer_of(scene.theo),
        key("enrollment", scene.for_theo),
    )

    # when Theo is reconsidered
    answer = await overtaken(changing, reconsider(scene.ada, scene.for_theo))

    # then it counts as if it had come after the change
    assert answer.refusals == [(code, ("enrollmentIds", "0"))]


AFTERWARDS = {
    "leaves": (LEAVE, "group", [], "WITHDRAWN"),
    "withdraws": (WITHDRAW, "for_theo", [], "WITHDRAWN"),
    "enrolls": (ENROLL, "program", [("ALREADY_ENROLLED", ("programId",))], "PENDING"),
}


@pytest.mark.parametrize("what", AFTERWARDS)
async def test_what_they_do_while_they_are_reconsidered_counts_as_done_by_one_who_is_pending(
    scene: Scene, what: str
) -> None:
    # given one who is being reconsidered, and something they do before that is through
    document, name, refusals, state = AFTERWARDS[what]
    viewer = await viewer_of(scene.ada)
    thinking = enrollment_decisions.decide(
        viewer, [key("enrollment", scene.for_theo)], EnrollmentEvent.RECONSIDER
    )

    answer = await overtaken(thinking, scene.theo.ask(document, id=getattr(scene, name)))

    assert answer.refusals == refusals
    assert await status(scene.ada, scene.for_theo) == state


async def test_many_decisions_at_once_are_made_one_after_the_other(scene: Scene) -> None:
    ids = scene.all
    answers = await asyncio.gather(
        reconsider(scene.ada, *ids),
        reconsider(scene.ada, *reversed(ids)),
        approve(scene.ada, *ids),
        decline(scene.ada, *reversed(ids)),
        scene.theo.ask(WITHDRAW, id=scene.for_theo),
        scene.tess.ask(LEAVE, id=scene.group),
    )

    assert not [answer.errors for answer in answers if answer.errors]
    # then all three went the same way, unless somebody went of their own will
    states = [await status(scene.ada, id) for id in ids]
    assert states[0] in ("PENDING", "APPROVED", "DECLINED")
    assert set(states[1:]) <= {states[0], "WITHDRAWN"}
