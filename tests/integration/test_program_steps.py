"""setProgramSteps: the curriculum is the admins' to rewrite, but what a pair has done stays."""

from typing import Any
from uuid import UUID

from domain.steps import complete_step
from domain.viewer import of_session
from models.ids import id_of
from tests.integration.races import overtaken
from tests.integration.world import Answer, Pair, Person, World

SET_STEPS = """
mutation($input: SetProgramStepsInput!) {
  setProgramSteps(input: $input) {
    program { steps { id position week title prompt } } errors { code message field } } }"""
STEPS = "query($id: ID!) { program(id: $id) { steps { id position week title prompt } } }"
COMPLETE = """
mutation($match: ID!, $step: ID!) {
  completeStep(matchId: $match, stepId: $step) {
    match { stepsDone stepsTotal steps { state step { title } } } errors { code field } } }"""


def step(title: str, week: int = 1, **more: Any) -> dict[str, Any]:
    return {"title": title, "week": week, "prompt": f"About {title}"} | more


async def steps_of(person: Person, program: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await person.ask(STEPS, id=program)).payload["steps"]
    return found


async def set_steps(person: Person, program: str, *steps: dict[str, Any]) -> Answer:
    return await person.ask(SET_STEPS, input={"programId": program, "steps": list(steps)})


async def test_steps_are_replaced_rewritten_and_put_in_order(world: World) -> None:
    # given a draft with the template's steps
    ada = await world.person("Ada")
    program = await world.program(ada, await world.group(ada))
    first, second, *_ = await steps_of(ada, program)

    # when two of them are kept, in the other order, one reworded, and one is added between
    answer = await set_steps(
        ada,
        program,
        step("Now first", id=second["id"]),
        step(" New ", 2),
        step(first["title"], 8, id=first["id"]),
    )

    # then these are the steps, the kept ones under their ids
    made = answer.ok()["program"]["steps"]
    assert [(s["position"], s["week"], s["title"]) for s in made] == [
        (1, 1, "Now first"),
        (2, 2, "New"),
        (3, 8, first["title"]),
    ]
    assert (made[0]["id"], made[2]["id"]) == (second["id"], first["id"])
    assert made[1]["id"] not in (first["id"], second["id"])
    assert await steps_of(ada, program) == made


async def test_everything_wrong_with_the_steps_is_said_at_once(world: World) -> None:
    # given a program of 8 weeks, and a step of another one
    ada = await world.person("Ada")
    group = await world.group(ada)
    program, other = await world.program(ada, group), await world.program(ada, group)
    before = await steps_of(ada, program)
    (foreign, *_), own = await steps_of(ada, other), before[0]["id"]

    # when steps are set that cannot be
    answer = await set_steps(
        ada,
        program,
        step("ok", id=own),
        step(" ", 0),
        step("x" * 121, 9, prompt=""),
        step("again", id=own),
        step("theirs", id=foreign["id"]),
        step("garbage", id="step_1"),
    )

    # then each place is named and nothing is changed
    assert answer.refusals == [
        ("INVALID", ("steps", "1", "week")),
        ("INVALID", ("steps", "1", "title")),
        ("INVALID", ("steps", "2", "week")),
        ("INVALID", ("steps", "2", "title")),
        ("INVALID", ("steps", "2", "prompt")),
        ("INVALID", ("steps", "3", "id")),
        ("NOT_FOUND", ("steps", "4", "id")),
        ("NOT_FOUND", ("steps", "5", "id")),
    ]
    assert await steps_of(ada, program) == before
    assert (await steps_of(ada, other))[0] == foreign


async def test_a_program_has_one_step_at_least_and_sixty_at_most(world: World) -> None:
    ada = await world.person("Ada")
    program = await world.program(ada, await world.group(ada))
    assert (await set_steps(ada, program)).refusals == [("INVALID", ("steps",))]
    many = [step(str(i)) for i in range(61)]
    assert (await set_steps(ada, program, *many)).refusals == [("INVALID", ("steps",))]
    assert len((await set_steps(ada, program, *many[:60])).ok()["program"]["steps"]) == 60


async def test_a_step_that_a_pair_has_completed_is_reworded_and_moved_but_not_removed(
    world: World,
) -> None:
    # given a pair that has done the first step
    pair = await world.pair()
    first, second, *_ = await steps_of(pair.mentor, pair.program)
    (await pair.mentor.ask(COMPLETE, match=pair.match, step=first["id"])).ok()

    # when the admin leaves it out, it is refused
    refused = await set_steps(pair.admin, pair.program, step("Only", id=second["id"]))
    assert refused.refusals == [("ILLEGAL_STATE", ("steps",))]
    assert "has completed this step" in refused.payload["errors"][0]["message"]

    # when they reword and move it, it stays done
    kept = await set_steps(
        pair.admin,
        pair.program,
        step("New first"),
        step("Reworded", 3, id=first["id"]),
    )
    assert [s["title"] for s in kept.ok()["program"]["steps"]] == ["New first", "Reworded"]
    match = (await pair.mentee.ask(COMPLETE, match=pair.match, step=first["id"])).ok()["match"]
    assert match == {
        "stepsDone": 1,
        "stepsTotal": 2,
        "steps": [
            {"state": "CURRENT", "step": {"title": "New first"}},
            {"state": "DONE", "step": {"title": "Reworded"}},
        ],
    }


async def test_a_step_completed_while_it_is_being_removed_stays(world: World) -> None:
    # given a pair, one of which completes a step
    pair = await world.pair()
    first, second, *_ = await steps_of(pair.admin, pair.program)
    completing = completed(pair, first["id"])

    # when the admin leaves it out at the same moment
    answer = await overtaken(
        completing, set_steps(pair.admin, pair.program, step("Only", id=second["id"]))
    )

    # then it is refused like for any step that is done
    assert answer.refusals == [("ILLEGAL_STATE", ("steps",))]


async def completed(pair: Pair, step: str) -> None:
    viewer = await of_session(pair.mentor.session)
    assert viewer is not None
    await complete_step(viewer, key("match", pair.match), key("step", step))


def key(noun: str, id: str) -> UUID:
    found = id_of(noun, id)
    assert found is not None
    return found


async def test_a_step_that_was_removed_meanwhile_is_not_found(world: World) -> None:
    pair = await world.pair()
    first, second, *_ = await steps_of(pair.admin, pair.program)
    (await set_steps(pair.admin, pair.program, step("Only", id=second["id"]))).ok()
    answer = await pair.mentor.ask(COMPLETE, match=pair.match, step=first["id"])
    assert answer.refusals == [("NOT_FOUND", ("stepId",))]


async def test_only_admins_set_steps_and_not_in_the_archive(world: World) -> None:
    ada, bob = await world.people("Ada", "Bob")
    program = await world.open_program(ada, await world.group(ada, bob))
    assert (await set_steps(bob, program, step("Mine"))).codes == ["FORBIDDEN"]
    for nothing in ("garbage", "program_" + "0" * 32, bob.id):
        assert (await set_steps(ada, nothing, step("Mine"))).refusals == [
            ("NOT_FOUND", ("programId",))
        ]
    await world.change(ada, "closeProgram", program)
    (await set_steps(ada, program, step("Last"))).ok()
    await world.change(ada, "archiveProgram", program)
    assert (await set_steps(ada, program, step("Late"))).refusals == [
        ("ILLEGAL_STATE", ("programId",))
    ]
