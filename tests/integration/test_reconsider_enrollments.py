"""reconsiderEnrollments: who was declined by mistake is pending again, all of them or none."""

import pytest

from tests.integration.data_rights import export
from tests.integration.deciding import WITHDRAW, approve, decline, reconsider, status
from tests.integration.declined import JOIN, LEAVE, Scene
from tests.integration.world import World

LOG = """query($id: ID!) { program(id: $id) {
  auditLog(last: 2) { nodes { actor { displayName } action subject } } } }"""


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


async def test_who_is_reconsidered_finds_it_among_what_was_decided_about_them(
    scene: Scene,
) -> None:
    (await reconsider(scene.ada, scene.for_tess)).ok()

    decided = (await export(scene.tess))["decisions"]

    told = [one["action"] for one in decided if one["subject"] == scene.for_tess]
    assert told == ["enrollment.declined", "enrollment.reconsidered"]


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
