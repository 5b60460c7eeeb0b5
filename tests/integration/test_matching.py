"""What an admin is told before pairing: suggestions, the proposal, explanations, advice."""

import orjson
import pytest

from domain.matching.certificate import find_proposal, verify
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
    await block(scene.tess, scene.max)
    max_, mona, theo = scene.by_max, scene.by_mona, scene.for_theo

    blocked = "One of the two does not want to be paired with the other."
    full = {"reason": "AT_CAPACITY", "subjectId": max_}
    paired = {"reason": "AT_CAPACITY", "subjectId": theo}
    refused: dict[str, tuple[list[dict[str, str]], dict[str, str]]] = {
        "Nobody can be their own mentor.": ([pin(mona, own)], {"reason": "INVALID"}),
        "This enrollment is not approved.": ([pin(mona, pending)], {"reason": "ILLEGAL_STATE"}),
        "This mentor has no open place.": ([pin(max_, theo), pin(max_, scene.for_tim)], full),
        "This mentee is paired already.": ([pin(max_, theo), pin(mona, theo)], paired),
        blocked: ([pin(max_, scene.for_tess)], {"reason": "BLOCKED"}),
        "This enrollment is not of the role it is used for here.": (
            [pin(theo, mona)],
            {"reason": "INVALID"},
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

    refused = {
        "This pair is pinned as well: it cannot be both.": [other, pinned],
        "This enrollment is not of the role it is used for here.": [pin(theo, max_)],
    }
    for message, excluded in refused.items():
        answer = await scene.propose(pinned=[pinned], excluded=excluded)
        assert answer.codes == ["GRAPHQL_VALIDATION_FAILED"], message
        assert answer.errors[0]["message"] == f"excluded.{len(excluded) - 1}: {message}"
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
