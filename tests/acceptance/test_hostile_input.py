"""Bad input to everything that can be asked or done: a coded answer, and nothing written.

Generated from the printed schema: each input of each field, one at a time, is replaced by what no
well-meaning client sends, everything else being good.
"""

import re
from collections.abc import AsyncIterator
from typing import Any, TypeAlias

import httpx2
import pytest
from graphql import GraphQLField, build_schema
from starlette.applications import Starlette

from domain import form
from schema import schema_of, sdl
from server.http import graphql_http
from tests.acceptance.books import Books
from tests.acceptance.desk import Desk, HttpDoor, InnerDoor, operation
from tests.acceptance.hostile_values import hostile, unsent
from tests.acceptance.samples import Samples
from tests.conftest import connected

pytestmark = [pytest.mark.anyio, pytest.mark.slow, pytest.mark.timeout(300)]

GRAPH = build_schema(sdl())
MUTATIONS: dict[str, GraphQLField] = GRAPH.mutation_type.fields if GRAPH.mutation_type else {}
World: TypeAlias = tuple[str, Samples, Books]
"""Where a database is, what is in it, and the way back to that."""
NOUNS = {
    "accounts": """signUp signIn refreshSession signOut endSession changePassword
        updateProfile exportMyData deleteMyAccount""",
    "groups": "createGroup updateGroup joinGroup leaveGroup setGroupRole removeGroupMember",
    "programs": """createProgram updateProgram setProgramSteps setProgramQuestions openProgram
        closeProgram archiveProgram""",
    "enrollments": """enroll updateEnrollment withdrawEnrollment approveEnrollments
        declineEnrollments""",
    "matches": """createMatches respondToMatch pauseMatch resumeMatch completeMatch endMatch
        setCheckInWeekday completeStep reopenStep""",
    "check-ins": "setCheckInPreferences answerCheckIn acknowledgeReminder",
    "messages": "sendMessage editMessage deleteMessage markRead setTyping",
    "safety": "report blockUser unblockUser resolveReport",
}


@pytest.fixture(scope="module")
async def world(postgres_url: str, template_database: str) -> AsyncIterator[World]:
    """For all of these: whatever is handed in is undone."""
    async with connected(postgres_url, template_database) as url:
        samples = await Samples().laid_out()
        yield url, samples, await Books.opened()


@pytest.fixture
async def desk(world: World) -> AsyncIterator[Desk]:
    """A desk at the route itself, without a socket between."""
    _, samples, books = world
    app = Starlette(routes=[graphql_http(schema_of())])
    transport = httpx2.ASGITransport(app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://compagnon") as client:
        yield Desk(HttpDoor(client, samples.tokens), samples, books)


async def try_mutations(desk: Desk, names: str, values: Any = hostile, one_in: int = 1) -> None:
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

    await try_mutations(desk, "createGroup")

    assert any("INTERNAL_ERROR" in fault and "\\x00" in fault for fault in desk.faults)
