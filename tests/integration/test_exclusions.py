"""What an admin excludes from a proposal: pairs that are not to be, whatever speaks for them."""

import orjson
import pytest

from domain.matching.certificate import find_proposal, verify
from tests.integration.matching_scene import Scene, block, pin
from tests.integration.world import World


@pytest.fixture
async def scene(world: World) -> Scene:
    return await Scene(world).built()


async def test_what_is_excluded_is_not_proposed_and_the_proof_is_over_the_rest(
    scene: Scene,
) -> None:
    # given Tim, who can only have Max, and an admin who was asked to keep Tess from Mona
    apart = [pin(scene.by_mona, scene.for_tess), pin(scene.by_mona, scene.for_tess)]

    answer = await scene.propose(excluded=apart)

    # then Tess could only have Max's one place: two are placed, and that is proved to be the most
    proposal = answer.ok()["assignmentProposal"]
    pairs = {(p["mentor"]["id"], p["mentee"]["id"]) for p in proposal["pairs"]}
    assert pairs in (
        {(scene.by_mona, scene.for_theo), (scene.by_max, scene.for_tess)},
        {(scene.by_mona, scene.for_theo), (scene.by_max, scene.for_tim)},
    )
    assert [one["reason"] for one in proposal["unplaced"]] == ["NO_OPEN_PLACE"]
    found = find_proposal(orjson.dumps(answer.data).decode())
    assert found is not None and verify(found) == []

    # and who may have nobody at all is told to be without
    apart = [*apart, pin(scene.by_max, scene.for_tess)]
    proposal = (await scene.propose(excluded=apart)).ok()["assignmentProposal"]
    without = {"enrollment": {"id": scene.for_tess}, "reason": "NO_ALLOWED_MENTOR"}
    assert proposal["unplaced"] == [without]
    # while nothing else knows of it: the pair is as allowed as ever
    assert (await scene.explain(scene.by_mona, scene.for_tess))["allowed"]
    assert (scene.by_mona, scene.for_tess) in await scene.pairs()


async def test_the_order_of_exclusions_and_one_that_is_repeated_make_no_difference(
    scene: Scene,
) -> None:
    apart = [pin(scene.by_mona, scene.for_tess), pin(scene.by_max, scene.for_theo)]
    for seed in range(3):
        answers = [
            (await scene.propose(excluded=excluded, seed=seed)).ok()
            for excluded in (apart, apart[::-1], [*apart, *apart])
        ]
        assert answers[0] == answers[1] == answers[2]
    # and none at all, said in any way, is the proposal of those who do not know the word
    plain = (await scene.propose()).ok()
    assert (await scene.propose(excluded=[])).ok() == plain
    assert (await scene.propose(excluded=None)).ok() == plain


async def test_exclusions_that_make_no_sense_are_refused_by_number_and_reason(
    scene: Scene,
) -> None:
    max_, mona, theo, tess = scene.by_max, scene.by_mona, scene.for_theo, scene.for_tess
    pinned, other = pin(max_, theo), pin(mona, tess)

    both, role = (
        "This pair is pinned as well: it cannot be both.",
        "This enrollment is not of the role it is used for here.",
    )
    for message, excluded, about in (
        (both, [other, pinned], {}),
        (role, [pin(theo, max_)], {}),
        (role, [other, pin(theo, tess)], {"subjectId": theo}),
    ):
        answer = await scene.propose(pinned=[pinned], excluded=excluded)
        assert answer.codes == ["GRAPHQL_VALIDATION_FAILED"], message
        last = str(len(excluded) - 1)
        assert answer.errors[0]["message"] == f"excluded.{last}: {message}"
        assert answer.errors[0]["extensions"] == {
            "code": "GRAPHQL_VALIDATION_FAILED",
            "reason": "INVALID",
            "field": ["excluded", last],
            **about,
        }
        assert answer.data == {"program": {"assignmentProposal": None}}
    foreign = await Scene(scene.world).built()
    for unknown in (pin(foreign.by_max, theo), pin(max_, foreign.for_theo), pin("nonsense", theo)):
        assert (await scene.propose(excluded=[unknown])).codes == ["NOT_FOUND"]


async def test_a_pair_that_could_not_be_proposed_anyway_may_be_excluded(scene: Scene) -> None:
    # given a list that was good when it was written, and people who do not wait any more
    own = await scene.enroll(scene.mona, "MENTEE")
    pending = await scene.enroll(await scene.world.person("Una"), "MENTEE", approved=False)
    await block(scene.tess, scene.max)
    await scene.world.match(scene.ada, scene.program, scene.max, scene.theo)
    mentees = (scene.for_theo, scene.for_tess, scene.for_tim, own, pending)
    excluded = [pin(mentor, one) for mentor in (scene.by_mona, scene.by_max) for one in mentees]

    proposal = (await scene.propose(excluded=excluded)).ok()["assignmentProposal"]

    assert proposal["pairs"] == []
    assert {one["reason"] for one in proposal["unplaced"]} == {"NO_ALLOWED_MENTOR"}
