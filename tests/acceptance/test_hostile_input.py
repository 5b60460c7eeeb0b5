"""Bad input to everything that can be asked or done: a coded answer, and nothing written.

Generated from the printed schema: each input of each field, one at a time, is replaced by what no
well-meaning client sends, everything else being good.
"""

import re
from typing import Any

import httpx2
import pytest
from graphql import GraphQLField

from domain import form
from schema import schema_of
from tests.acceptance.conftest import World
from tests.acceptance.desk import ONE_IN, Desk, HttpDoor, InnerDoor, operation
from tests.acceptance.hostile_values import hostile, unsent
from tests.graph import GRAPH

pytestmark = [pytest.mark.anyio, pytest.mark.slow, pytest.mark.timeout(300)]

MUTATIONS: dict[str, GraphQLField] = GRAPH.mutation_type.fields if GRAPH.mutation_type else {}
NOUNS = {
    "accounts": """signUp signIn refreshSession signOut endSession changePassword
        updateProfile exportMyData deleteMyAccount""",
    "groups": "createGroup updateGroup joinGroup leaveGroup setGroupRole removeGroupMember",
    "programs": """createProgram copyProgram updateProgram setProgramSteps setProgramQuestions
        openProgram closeProgram archiveProgram""",
    "enrollments": """enroll updateEnrollment withdrawEnrollment approveEnrollments
        declineEnrollments reconsiderEnrollments""",
    "matches": """createMatches respondToMatch pauseMatch resumeMatch completeMatch endMatch
        setCheckInWeekday completeStep reopenStep""",
    "check-ins": """setCheckInPreferences answerCheckIn acknowledgeReminder
        acknowledgeReminders""",
    "messages": "sendMessage editMessage deleteMessage markRead setTyping",
    "safety": "report blockUser unblockUser resolveReport",
}


async def try_mutations(
    desk: Desk, names: str, values: Any = hostile, one_in: int = ONE_IN
) -> None:
    samples = desk.samples.mutations()
    for name in names.split():
        document = operation("mutation", name, MUTATIONS[name])
        by, variables = samples[name].by, samples[name].variables
        await desk.try_all(by, document, variables, MUTATIONS[name], values, one_in=one_in)


async def test_there_is_good_input_for_every_mutation_and_it_is_taken(desk: Desk) -> None:
    samples = desk.samples.mutations()
    assert samples.keys() == MUTATIONS.keys()
    assert samples.keys() == {name for names in NOUNS.values() for name in names.split()}

    for name, sample in samples.items():
        document = operation("mutation", name, MUTATIONS[name])
        answer = await desk.hand_in(sample.by, document, sample.variables)

        assert not answer.errors and not answer.refusals, (name, answer)
    assert desk.done == len(samples)


@pytest.mark.parametrize("noun", NOUNS)
async def test_bad_input_to_a_mutation_gets_a_coded_answer_and_writes_nothing(
    desk: Desk, noun: str
) -> None:
    await try_mutations(desk, NOUNS[noun])

    assert desk.faults == []


async def test_what_the_door_keeps_out_would_be_refused_inside_as_well(desk: Desk) -> None:
    desk.door = InnerDoor(schema_of(), desk.samples.tokens)
    await try_mutations(desk, " ".join(MUTATIONS), unsent)

    assert desk.faults == []


async def test_a_running_server_answers_the_same(
    desk: Desk, world: World, start_server: Any
) -> None:
    server = start_server(database_url=world[0])
    async with httpx2.AsyncClient(base_url=server.url, timeout=30) as client:
        desk.door = HttpDoor(client, desk.samples.tokens)
        await try_mutations(desk, " ".join(MUTATIONS), one_in=29)

    assert desk.faults == []
    assert desk.asked > 200


async def test_a_hole_in_the_checks_would_be_noticed(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given that nobody looks for characters that cannot be stored
    monkeypatch.setattr(form, "_UNREADABLE", re.compile("(?!)"))

    await try_mutations(desk, "createGroup", one_in=1)

    assert any("INTERNAL_ERROR" in fault and "\\x00" in fault for fault in desk.faults)
