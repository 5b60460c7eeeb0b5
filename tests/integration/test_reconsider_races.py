"""reconsiderEnrollments beside all that may happen to the same enrollments at the same moment."""

import asyncio
from collections.abc import Awaitable, Callable
from uuid import UUID

import pytest

from domain import enrollment_decisions, erasure, groups, programs
from domain.transitions import EnrollmentEvent, ProgramEvent
from domain.viewer import Viewer, of_session
from models.ids import id_of
from tests.integration.deciding import WITHDRAW, approve, decline, reconsider, status
from tests.integration.declined import ENROLL, LEAVE, Scene
from tests.integration.races import overtaken
from tests.integration.world import Person, World


@pytest.fixture
async def scene(world: World) -> Scene:
    return await Scene().built(world)


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
