"""What an admin is told before pairing: suggestions, the proposal, explanations, advice."""

import orjson
import pytest

from domain.matching.certificate import find_proposal, verify
from models.database import execute
from models.users import Locale
from tests.integration.matching_scene import ADVISE, SUGGEST, Scene, block, pin
from tests.integration.world import World


@pytest.fixture
async def scene(world: World) -> Scene:
    return await Scene(world).built()


async def test_a_proposal_places_all_it_can_says_why_and_proves_it(scene: Scene) -> None:
    answer = await scene.propose()

    # Tim, who speaks French alone, can only have Max; the others get Mona
    proposal = answer.ok()["assignmentProposal"]
    assert {(p["mentor"]["id"], p["mentee"]["id"]) for p in proposal["pairs"]} == {
        (scene.by_max, scene.for_tim),
        (scene.by_mona, scene.for_theo),
        (scene.by_mona, scene.for_tess),
    }
    assert (proposal["placed"], proposal["unplaced"]) == (3, [])
    for pair in proposal["pairs"]:
        assert pair["score"] == pytest.approx(sum(r["weight"] for r in pair["reasons"]))
    tess = next(p for p in proposal["pairs"] if p["mentee"]["id"] == scene.for_tess)
    assert "Topics in common: Deuil ~ Grief" in [r["detail"] for r in tess["reasons"]]
    found = find_proposal(orjson.dumps(answer.data).decode())
    assert found is not None and verify(found) == []
    # and nothing was written
    again = await scene.propose()
    assert again.ok()["assignmentProposal"]["pairs"] == proposal["pairs"]


async def test_reasons_are_told_in_the_viewers_language(world: World) -> None:
    ada = await world.person("Ada", locale=Locale.FR)
    program = await world.open_program(ada, await world.group(ada))
    await world.enroll(await world.person("Mona"), program, "MENTOR", capacity=2)
    await world.enroll(await world.person("Theo"), program, "MENTEE")

    answer = await ada.ask(SUGGEST, program=program)

    (found,) = answer.ok()["matchSuggestions"]
    assert {"detail": "Places libres\u00a0: 2 sur 2"} in found["reasons"]


async def test_pins_are_kept_and_the_rest_arranged_around_them(scene: Scene) -> None:
    pinned = [pin(scene.by_max, scene.for_theo)]
    answer = await scene.propose(pinned=pinned, seed=7, objective="SCORE", minimumScore=0.2)

    proposal = answer.ok()["assignmentProposal"]
    first = proposal["pairs"][0]
    assert (first["mentor"]["id"], first["mentee"]["id"]) == (scene.by_max, scene.for_theo)
    assert proposal["unplaced"] == [
        {"enrollment": {"id": scene.for_tim}, "reason": "NO_OPEN_PLACE"}
    ]
    found = find_proposal(orjson.dumps(answer.data).decode())
    assert found is not None and verify(found) == []


async def test_pins_that_cannot_be_are_refused_by_number_and_reason(scene: Scene) -> None:
    una = await scene.world.person("Una")
    pending = await scene.enroll(una, "MENTEE", approved=False)
    own = await scene.enroll(scene.mona, "MENTEE")
    sue = await scene.world.person("Sue")
    suspended = await scene.enroll(sue, "MENTEE")
    await execute("UPDATE users SET suspended_at = now() WHERE id = $1", sue.key)
    await block(scene.tess, scene.max)
    max_, mona, theo = scene.by_max, scene.by_mona, scene.for_theo

    unapproved = {"reason": "ILLEGAL_STATE", "subjectId": pending}
    blocked = "One of the two does not want to be paired with the other."
    full = {"reason": "AT_CAPACITY", "subjectId": max_}
    paired = {"reason": "AT_CAPACITY", "subjectId": theo}
    refused: dict[str, tuple[list[dict[str, str]], dict[str, str]]] = {
        "Nobody can be their own mentor.": ([pin(mona, own)], {"reason": "INVALID"}),
        "This enrollment is not approved.": ([pin(mona, pending)], unapproved),
        "That is not possible in the present state.": (
            [pin(mona, suspended)],
            {"reason": "ILLEGAL_STATE"},
        ),
        "This mentor has no open place.": ([pin(max_, theo), pin(max_, scene.for_tim)], full),
        "This mentee is paired already.": ([pin(max_, theo), pin(mona, theo)], paired),
        blocked: ([pin(max_, scene.for_tess)], {"reason": "BLOCKED"}),
        "This enrollment is not of the role it is used for here.": (
            [pin(mona, max_)],
            {"reason": "INVALID", "subjectId": max_},
        ),
    }
    for message, (pins, told) in refused.items():
        answer = await scene.propose(pinned=pins)
        assert answer.codes == ["GRAPHQL_VALIDATION_FAILED"], message
        last = str(len(pins) - 1)
        assert answer.errors[0]["message"] == f"pinned.{last}: {message}"
        at = {"code": "GRAPHQL_VALIDATION_FAILED", "field": ["pinned", last]}
        assert answer.errors[0]["extensions"] == at | told
        assert answer.data == {"program": {"assignmentProposal": None}}
    for unknown in (pin("enrollment_" + "0" * 32, theo), pin("nonsense", theo)):
        assert (await scene.propose(pinned=[unknown])).codes == ["NOT_FOUND"]


async def test_what_is_forbidden_is_never_proposed_and_explained_by_its_rule(scene: Scene) -> None:
    # given Theo and Mona who were paired before, elsewhere and the other way round, and a block
    elsewhere = await scene.world.open_program(scene.ada, scene.group)
    await scene.world.enroll(scene.theo, elsewhere, "MENTOR")
    await scene.world.enroll(scene.mona, elsewhere, "MENTEE")
    await scene.world.match(scene.ada, elsewhere, scene.theo, scene.mona)
    await block(scene.mona, scene.tess)
    una = await scene.world.person("Una")
    pending = await scene.enroll(una, "MENTEE", approved=False)
    own = await scene.enroll(scene.max, "MENTEE", languages=["en"])

    explained = {
        (scene.by_mona, scene.for_theo): ["PAIRED_BEFORE"],
        (scene.by_mona, scene.for_tess): ["BLOCKED"],
        (scene.by_mona, scene.for_tim): ["NO_COMMON_LANGUAGE"],
        (scene.by_mona, pending): ["NOT_APPROVED"],
        (scene.by_max, own): ["SAME_PERSON"],
    }
    for pair, rules in explained.items():
        found = await scene.explain(*pair)
        assert (found["allowed"], found["forbiddenBy"]) == (False, rules)
        assert found["costInPlaced"] is found["costInScore"] is None
        told_more = rules[0] in ("PAIRED_BEFORE", "NO_COMMON_LANGUAGE", "NOT_APPROVED")
        assert (found["suggestion"] is not None) is told_more
    for seed in range(4):
        assert not explained.keys() & await scene.pairs(seed=seed)
    assert not explained.keys() & await scene.suggested()


async def test_an_allowed_pair_is_explained_by_what_it_costs_the_others(scene: Scene) -> None:
    # Max is the only one Tim can have
    found = await scene.explain(scene.by_max, scene.for_theo)
    assert (found["allowed"], found["forbiddenBy"], found["costInPlaced"]) == (True, [], 1)

    best = (await scene.propose()).ok()["assignmentProposal"]["totalScore"]
    kept = await scene.propose(pinned=[pin(scene.by_max, scene.for_theo)])
    lost = best - kept.ok()["assignmentProposal"]["totalScore"]
    assert found["costInScore"] == pytest.approx(lost)

    free = await scene.explain(scene.by_mona, scene.for_tess)
    assert (free["costInPlaced"], free["costInScore"]) == (0, 0)


async def test_those_who_are_paired_are_no_longer_waiting(scene: Scene) -> None:
    await scene.world.match(scene.ada, scene.program, scene.max, scene.theo)

    paired = await scene.explain(scene.by_max, scene.for_theo)
    assert paired["forbiddenBy"] == ["PAIRED_BEFORE", "NO_OPEN_PLACE", "ALREADY_PAIRED"]
    assert paired["suggestion"]["score"] > 0
    assert await scene.suggested(of=scene.for_theo) == set()
    assert await scene.suggested(of=scene.by_max) == set()
    answer = await scene.propose()
    proposal = answer.ok()["assignmentProposal"]
    assert proposal["unplaced"] == [
        {"enrollment": {"id": scene.for_tim}, "reason": "NO_OPEN_PLACE"}
    ]


async def test_suggestions_are_for_one_of_either_role_or_for_all_best_first(scene: Scene) -> None:
    theirs = {(scene.by_mona, scene.for_theo), (scene.by_max, scene.for_theo)}
    assert await scene.suggested(of=scene.for_theo) == theirs
    for_max = await scene.suggested(of=scene.by_max)
    assert for_max == {(scene.by_max, e) for e in (scene.for_theo, scene.for_tess, scene.for_tim)}
    assert await scene.suggested() == theirs | for_max | {(scene.by_mona, scene.for_tess)}
    answer = await scene.ada.ask(SUGGEST, program=scene.program, first=1)
    (best,) = answer.ok()["matchSuggestions"]
    assert best["score"] == max(
        s["score"]
        for s in (await scene.ada.ask(SUGGEST, program=scene.program)).ok()["matchSuggestions"]
    )
    foreign = await Scene(scene.world).built()
    for of in (foreign.for_theo, "nonsense"):
        answer = await scene.ada.ask(SUGGEST, program=scene.program, of=of)
        assert answer.codes == ["NOT_FOUND"]
    answer = await scene.ada.ask(SUGGEST, program=scene.program, first=-1)
    assert answer.codes == ["GRAPHQL_VALIDATION_FAILED"]


async def test_advice_counts_whom_one_more_mentor_would_place(scene: Scene) -> None:
    await scene.enroll(await scene.world.person("Ida"), "MENTEE", languages=["it"])
    await scene.enroll(await scene.world.person("Ivo"), "MENTEE", languages=["it-CH"])

    advice = (await scene.ada.ask(ADVISE, program=scene.program)).ok()["recruitingAdvice"]

    italian = next(one for one in advice if one["trait"] == "LANGUAGE")
    assert (italian["value"], italian["places"], italian["morePlaced"]) == ("it", 2, 2)


async def test_a_program_of_any_size_is_read_in_as_many_statements(
    scene: Scene, statements: list[str]
) -> None:
    async def counted() -> int:
        statements.clear()
        (await scene.propose(excluded=[pin(scene.by_mona, scene.for_tim)])).ok()
        return len(statements)

    few = await counted()
    for i in range(12):
        await scene.enroll(await scene.world.person(f"P{i}"), "MENTEE" if i % 3 else "MENTOR")

    assert await counted() == few
