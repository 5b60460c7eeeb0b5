"""Who is told what of matching: admins alone, and of their own pairs nothing telling."""

from typing import Any

import pytest

from models.database import execute
from tests.integration.matching_scene import (
    ADVISE,
    EXPLAIN,
    PROPOSE,
    SUGGEST,
    Scene,
    block,
    make_admin,
    pin,
)
from tests.integration.world import World


@pytest.fixture
async def scene(world: World) -> Scene:
    return await Scene(world).built()


async def test_minors_and_suspended_people_are_nobodys_suggestion(scene: Scene) -> None:
    await execute("UPDATE users SET suspended_at = now() WHERE id = $1", scene.max.key)
    await execute("UPDATE users SET adult_from = '2199-01-01' WHERE id = $1", scene.theo.key)

    assert await scene.pairs() == {(scene.by_mona, scene.for_tess)}
    assert (await scene.explain(scene.by_mona, scene.for_theo))["forbiddenBy"] == ["NOT_APPROVED"]


async def test_nobody_but_the_programs_admins_is_told_anything(scene: Scene) -> None:
    eve = await scene.world.person("Eve")
    for document, said in (
        (PROPOSE, {}),
        (SUGGEST, {}),
        (ADVISE, {}),
        (EXPLAIN, {"mentor": scene.by_mona, "mentee": scene.for_theo}),
    ):
        for somebody in (eve, scene.mona, scene.theo):
            answer = await somebody.ask(document, program=scene.program, **said)
            assert answer.codes == ["FORBIDDEN"]


async def test_that_two_were_paired_in_another_group_is_not_told(scene: Scene) -> None:
    # given Mona and Theo, who are a pair in a group of somebody else
    eve = await scene.world.person("Eve")
    elsewhere = await scene.world.open_program(eve, await scene.world.group(eve))
    await scene.world.enroll(scene.mona, elsewhere, "MENTOR")
    await scene.world.enroll(scene.theo, elsewhere, "MENTEE")
    before = await scene.explain(scene.by_mona, scene.for_theo), await scene.pairs()
    await scene.world.match(eve, elsewhere, scene.mona, scene.theo)

    # then nothing tells of it here
    assert (await scene.explain(scene.by_mona, scene.for_theo), await scene.pairs()) == before
    assert before[0]["allowed"]


async def test_an_admin_of_the_pair_is_not_told_who_blocked_them(scene: Scene) -> None:
    # given Mona, who has become an admin beside Ada, and Tess, who has blocked her
    await make_admin(scene, scene.mona)
    before = [await scene.explain(scene.by_mona, e, scene.mona) for e in own_pairs(scene)]
    seen = await scene.pairs(scene.mona), await scene.suggested(scene.mona)
    await block(scene.tess, scene.mona)

    # then to her nothing has changed, while Ada is told
    assert [await scene.explain(scene.by_mona, e, scene.mona) for e in own_pairs(scene)] == before
    assert {tuple(found["forbiddenBy"]) for found in before} == {("CONFLICT_OF_INTEREST",)}
    assert (await scene.pairs(scene.mona), await scene.suggested(scene.mona)) == seen
    assert (await scene.explain(scene.by_mona, scene.for_tess))["forbiddenBy"] == ["BLOCKED"]
    answer = await scene.propose(scene.mona, pinned=[pin(scene.by_mona, scene.for_tess)])
    assert answer.errors[0]["message"].startswith("pinned.0: Another admin of the group")


def own_pairs(scene: Scene) -> tuple[str, str, str]:
    return scene.for_theo, scene.for_tess, scene.for_tim


async def test_an_admin_who_is_alone_may_be_paired_and_learns_no_more_than_by_pairing(
    world: World,
) -> None:
    # given an admin who mentors in her own group, and one of two mentees who has blocked her
    ada, tess, theo = await world.people("Ada", "Tess", "Theo")
    program = await world.open_program(ada, await world.group(ada))
    by_ada = await world.enroll(ada, program, "MENTOR", capacity=2)
    for_tess = await world.enroll(tess, program, "MENTEE")
    for_theo = await world.enroll(theo, program, "MENTEE")
    await block(tess, ada)

    async def explained(mentee: str) -> Any:
        answer = await ada.ask(EXPLAIN, program=program, mentor=by_ada, mentee=mentee)
        return answer.ok()["explainPair"]

    assert (await explained(for_theo))["allowed"]
    assert (await explained(for_tess))["forbiddenBy"] == ["CONFLICT_OF_INTEREST"]
