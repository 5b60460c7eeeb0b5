"""approveEnrollments, declineEnrollments: all of them, or none."""

import asyncio

from tests.integration.deciding import WITHDRAW, approve, decline, status
from tests.integration.world import Person, World


async def start(world: World) -> tuple[Person, str, list[str]]:
    """An admin, an open program, and the pending enrollments of a mentor and two mentees."""
    ada, mona, theo, tess = await world.people("Ada", "Mona", "Theo", "Tess")
    program = await world.open_program(ada, await world.group(ada))
    enrollments = [
        await world.enroll(mona, program, "MENTOR", approved=False, capacity=2),
        await world.enroll(theo, program, "MENTEE", approved=False),
        await world.enroll(tess, program, "MENTEE", approved=False),
    ]
    return ada, program, enrollments


async def test_those_approved_are_in_the_pool_and_come_in_the_order_asked_for(world: World) -> None:
    ada, _, (mona, theo, tess) = await start(world)
    made = (await approve(ada, tess, mona, theo)).ok()["enrollments"]
    assert [(e["id"], e["status"], e["openPlaces"]) for e in made] == [
        (tess, "APPROVED", 1),
        (mona, "APPROVED", 2),
        (theo, "APPROVED", 1),
    ]
    assert [bool(e["waitingSince"]) for e in made] == [True, False, True]


async def test_those_declined_are_not(world: World) -> None:
    ada, _, (mona, theo, _) = await start(world)
    made = (await decline(ada, mona, theo)).ok()["enrollments"]
    assert [(e["status"], e["waitingSince"]) for e in made] == [("DECLINED", None)] * 2


async def test_all_are_decided_or_none(world: World) -> None:
    # given one that is pending and several that are not, or are none
    ada, program, (mona, theo, tess) = await start(world)
    tom = await world.person("Tom")
    withdrawn = await world.enroll(tom, program, "MENTEE", approved=False)
    (await tom.ask(WITHDRAW, id=withdrawn)).ok()
    (await approve(ada, mona)).ok()
    (await decline(ada, theo)).ok()

    # when all are to be approved, or all declined
    ids = [tess, mona, theo, withdrawn, tess, "garbage", program, "enrollment_" + "0" * 32]
    for decide in (approve, decline):
        answer = await decide(ada, *ids)

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
        assert answer.payload["enrollments"] == []
        assert await status(ada, tess) == "PENDING"
    assert (await approve(ada)).refusals == [("INVALID", ("enrollmentIds",))]
    many = await approve(ada, *[tess] * 1001)
    assert many.refusals == [("INVALID", ("enrollmentIds",))]


async def test_only_an_admin_of_the_program_decides(world: World) -> None:
    # given an admin of another group, a member, and one who enrolled
    ada, program, (mona, theo, _) = await start(world)
    eve, tom = await world.people("Eve", "Tom")
    await world.group(eve)
    own = await world.enroll(tom, program, "MENTEE", approved=False)

    # when they decide, they are told that there is nothing, or that it is not theirs
    assert (await approve(eve, mona)).refusals == [("NOT_FOUND", ("enrollmentIds", "0"))]
    assert (await approve(tom, own)).codes == ["FORBIDDEN"]
    assert (await decline(tom, theo)).refusals == [("NOT_FOUND", ("enrollmentIds", "0"))]
    assert [await status(ada, id) for id in (mona, theo, own)] == ["PENDING"] * 3


async def test_an_enrollment_approved_and_declined_at_once_is_one_of_the_two(world: World) -> None:
    ada, _, ids = await start(world)
    answers = await asyncio.gather(approve(ada, *ids), decline(ada, *reversed(ids)))
    assert sorted(len(answer.refusals) for answer in answers) == [0, 3]
    expected = "DECLINED" if answers[0].refusals else "APPROVED"
    assert [await status(ada, id) for id in ids] == [expected] * 3


async def test_enrollments_are_still_decided_once_the_program_is_closed(world: World) -> None:
    ada, program, (mona, theo, _) = await start(world)
    await world.change(ada, "closeProgram", program)
    (await approve(ada, mona)).ok()
    (await decline(ada, theo)).ok()
