"""A pair's way through its program: one step is current, either of the two marks what is done."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from domain.clock import clock
from models.database import execute, fetch
from tests.integration.world import Pair, Person, World

COMPLETE = """mutation($match: ID!, $step: ID!) {
  completeStep(matchId: $match, stepId: $step) {
    match { stepsDone steps { state completedAt completedBy { displayName } } }
    errors { code field } } }"""
REOPEN = COMPLETE.replace("completeStep", "reopenStep")
SET_STEPS = """mutation($program: ID!, $steps: [ProgramStepInput!]!) {
  setProgramSteps(input: {programId: $program, steps: $steps}) { errors { code field } } }"""
MATCH = """query($id: ID!) { match(id: $id) {
  stepsDone stepsTotal steps { state step { id title } completedAt completedBy { id } } } }"""


async def steps_of(pair: Pair) -> list[str]:
    """The ids of the program's steps, in order."""
    answer = await pair.admin.ask(
        "query($id: ID!) { program(id: $id) { steps { id } } }", id=pair.program
    )
    return [step["id"] for step in answer.payload["steps"]]


async def marked(person: Person, mutation: str, pair: Pair, step: str) -> Any:
    return (await person.ask(mutation, match=pair.match, step=step)).ok()["match"]


async def states(pair: Pair) -> str:
    """The first letters of the states, in order: "DDCU"."""
    found = (await pair.mentee.ask(MATCH, id=pair.match)).payload["steps"]
    return "".join(step["state"][0] for step in found)


async def test_the_first_step_that_is_not_done_is_the_current_one(world: World) -> None:
    # given a pair at the start of twelve steps
    pair = await world.pair()
    steps = await steps_of(pair)
    rest = "U" * (len(steps) - 3)
    assert await states(pair) == "CUU" + rest
    # when they do the first, the third and then the second
    for i, expected in zip((0, 2, 1), ("DCU", "DCD", "DDD"), strict=True):
        await marked(pair.mentee, COMPLETE, pair, steps[i])
        # then what comes next is the first that is left
        assert (await states(pair))[:3] == expected
    assert await states(pair) == "DDD" + "C" + rest[1:]
    # and when all are done, none is current
    for step in steps:
        await marked(pair.mentor, COMPLETE, pair, step)
    assert await states(pair) == "D" * len(steps)
    match = (await pair.mentor.ask(MATCH, id=pair.match)).payload
    assert match["stepsDone"] == match["stepsTotal"] == len(steps)


async def test_a_step_says_who_did_it_and_when(world: World) -> None:
    pair = await world.pair()
    first, *_ = await steps_of(pair)
    clock.advance(timedelta(minutes=1))
    done = await marked(pair.mentee, COMPLETE, pair, first)
    at = clock.now().isoformat()
    assert done["stepsDone"] == 1
    assert done["steps"][0] == {
        "state": "DONE", "completedAt": at, "completedBy": {"displayName": "Theo"},
    }  # fmt: skip
    assert done["steps"][1] == {"state": "CURRENT", "completedAt": None, "completedBy": None}
    # and doing it twice changes nothing, whoever does
    clock.advance(timedelta(minutes=1))
    for person in (pair.mentee, pair.mentor):
        assert await marked(person, COMPLETE, pair, first) == done
    log = await fetch("SELECT 1 FROM audit_entries WHERE action = 'step.completed'")
    assert len(log) == 1


async def test_a_step_can_be_taken_up_again(world: World) -> None:
    pair = await world.pair()
    first, second, *_ = await steps_of(pair)
    # given two steps done
    for step in (first, second):
        await marked(pair.mentor, COMPLETE, pair, step)
    # when the other one takes the first up again, then again
    for _ in range(2):
        match = await marked(pair.mentee, REOPEN, pair, first)
        # then it is the current one
        assert match["stepsDone"] == 1
        assert [s["state"] for s in match["steps"]][:3] == ["CURRENT", "DONE", "UPCOMING"]
    # and can be done again
    done = await marked(pair.mentee, COMPLETE, pair, first)
    assert done["steps"][0]["completedBy"] == {"displayName": "Theo"}


async def test_of_twenty_who_complete_a_step_at_once_one_has(world: World) -> None:
    pair = await world.pair()
    first, *_ = await steps_of(pair)
    done = await asyncio.gather(
        *(marked(p, COMPLETE, pair, first) for p in [pair.mentor, pair.mentee] * 10)
    )
    assert {match["stepsDone"] for match in done} == {1}
    assert len({match["steps"][0]["completedBy"]["displayName"] for match in done}) == 1
    assert len(await fetch("SELECT 1 FROM step_completions")) == 1


async def test_a_step_of_another_program_is_not_found(world: World) -> None:
    # given two pairs in two programs
    pair, other = await world.pair(), await world.pair()
    foreign, *_ = await steps_of(other)
    nothing = ("", "step_1", "step_" + "0" * 32, pair.match, foreign)
    for mutation in (COMPLETE, REOPEN):
        for step in nothing:
            answer = await pair.mentor.ask(mutation, match=pair.match, step=step)
            assert answer.refusals == [("NOT_FOUND", ("stepId",))]
    assert (await fetch("SELECT count(*) FROM step_completions"))[0][0] == 0


async def test_the_steps_are_the_pairs_alone_and_the_counts_the_admins_too(world: World) -> None:
    # given a step done
    pair = await world.pair()
    steps = await steps_of(pair)
    await marked(pair.mentee, COMPLETE, pair, steps[0])
    # then an admin sees how many
    answer = await pair.admin.ask(MATCH, id=pair.match)
    assert answer.payload == {"stepsDone": 1, "stepsTotal": len(steps), "steps": None}
    assert answer.codes == ["FORBIDDEN"]
    # but marks nothing, and others know of nothing
    for person in (pair.admin, await world.person("Sam")):
        for mutation in (COMPLETE, REOPEN):
            answer = await person.ask(mutation, match=pair.match, step=steps[1])
            assert answer.refusals == [("NOT_FOUND", ("matchId",))]
    # and what was done when stands in no log of the program
    log = await pair.admin.ask(
        """query($id: ID!) {
             program(id: $id) { auditLog(first: 100) { nodes { action } } } }""",
        id=pair.program,
    )
    actions = [entry["action"] for entry in log.payload["auditLog"]["nodes"]]
    assert "match.created" in actions
    assert not [action for action in actions if action.startswith("step.")]


END = "mutation($id: ID!) { endMatch(matchId: $id) { errors { code } } }"
PAUSE = "mutation($id: ID!) { pauseMatch(matchId: $id) { errors { code } } }"
FINISH = "mutation($id: ID!) { completeMatch(matchId: $id) { errors { code } } }"


@pytest.mark.parametrize("leading", [None, PAUSE, END, FINISH, "frozen"])
async def test_steps_are_done_while_the_match_goes_on(world: World, leading: str | None) -> None:
    # given a match with a step done, that goes on, is paused, or is over
    pair = await world.pair()
    first, second, *_ = await steps_of(pair)
    await marked(pair.mentor, COMPLETE, pair, first)
    if leading == "frozen":
        await execute("UPDATE matches SET status = 'FROZEN'")
    elif leading is not None:
        (await pair.mentor.ask(leading, id=pair.match)).ok()
    answers = [
        await pair.mentee.ask(COMPLETE, match=pair.match, step=second),
        await pair.mentee.ask(REOPEN, match=pair.match, step=first),
    ]
    # then they go on while it does
    if leading in (None, PAUSE):
        assert [a.refusals for a in answers] == [[], []]
        assert (await states(pair))[:2] == "CD"
    # and stay readable as they are
    else:
        assert [a.refusals for a in answers] == [[("ILLEGAL_STATE", ("matchId",))]] * 2
        assert (await states(pair))[:2] == "DC"


async def test_before_both_have_accepted_no_step_is_done(world: World) -> None:
    pair = await world.pair(consent=True)
    first, *_ = await steps_of(pair)
    answer = await pair.mentee.ask(COMPLETE, match=pair.match, step=first)
    assert answer.refusals == [("ILLEGAL_STATE", ("matchId",))]


async def test_a_step_some_pair_has_done_is_reworded_but_never_removed(world: World) -> None:
    # given a step done
    pair = await world.pair()
    first, second, *_ = await steps_of(pair)
    await marked(pair.mentor, COMPLETE, pair, first)
    # when the admin leaves it out, it is refused
    other = {"id": second, "week": 1, "title": "Second", "prompt": "Talk."}
    answer = await pair.admin.ask(SET_STEPS, program=pair.program, steps=[other])
    assert answer.refusals == [("ILLEGAL_STATE", ("steps",))]
    # and when they move and reword it, it stays done
    reworded = {"id": first, "week": 2, "title": "In other words", "prompt": "Listen."}
    (await pair.admin.ask(SET_STEPS, program=pair.program, steps=[other, reworded])).ok()
    found = (await pair.mentee.ask(MATCH, id=pair.match)).payload
    assert [(s["state"], s["step"]["title"]) for s in found["steps"]] == [
        ("CURRENT", "Second"),
        ("DONE", "In other words"),
    ]
    # and once it is taken up again it can go
    await marked(pair.mentor, REOPEN, pair, first)
    (await pair.admin.ask(SET_STEPS, program=pair.program, steps=[other])).ok()
    assert (await pair.mentee.ask(MATCH, id=pair.match)).payload["stepsTotal"] == 1
