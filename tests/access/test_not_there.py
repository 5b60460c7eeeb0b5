"""What is not yours and what is not there get the same answer, in code and in words: for everything
that takes an id."""

import copy
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
from graphql import (
    GraphQLInputObjectType,
    GraphQLObjectType,
    get_named_type,
    is_introspection_type,
)

from models.ids import global_id
from tests.acceptance.books import Books
from tests.acceptance.desk import operation
from tests.acceptance.samples import Sample
from tests.access.asking import fields
from tests.access.conftest import House
from tests.access.sockets import code_in, received, socket, subscribed
from tests.graph import GRAPH
from tests.integration.cases import report
from tests.integration.world import World

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(300), pytest.mark.xdist_group("not there")]

FOREIGN = {
    "program": "foreign_draft",
    "enrollment": "foreign_mentee",
    "match": "foreign_match",
    "message": "foreign_message",
    "step": "foreign_step",
    "user": "gus",
    "checkin": "foreign_check_in",
    "reminder": "foreign_reminder",
    "session": "foreign_session",
    "report": "foreign_report",
}
"""What is there, and unknown to everybody of the group; the report, to the moderator who made it.
Groups are known to all."""
NO_IDS = ("groupId", "Query.group.id", "templateKey", "questionKey", "key", "clientKey")
"""Arguments whose type is ID, and which name nothing that could be somebody else's."""
TYPES = {"ids": "[ID!]", "input": "AssignmentInput"}
MADE_UP = uuid4().hex


@pytest.fixture(scope="module", autouse=True)
async def _foreign(house: House) -> None:
    """Adds to the stage what else can be somebody else's."""
    people, ids, samples = await house.stage._people(), house.ids, house.stage.samples
    fay, mo = people["fay"], people["mo"]
    check_in = await samples._check_in(ids["foreign_match"], fay)
    ids["foreign_check_in"], ids["foreign_reminder"] = check_in
    ids["foreign_session"] = global_id("session", fay.session)
    await World().join(mo, ids["foreign_group"])
    ids["foreign_report"] = await report(mo, {"userId": ids["fay"]})


def asked(house: House) -> Iterator[tuple[str, str, Sample]]:
    """Every field that takes an id, and input for it: name, document, who asks and with what."""
    samples = house.stage.samples
    for name, sample in samples.mutations().items():
        yield name, operation("mutation", name, fields(GRAPH, "Mutation")[name]), sample
    document = operation("mutation", "report", fields(GRAPH, "Mutation")["report"])
    for key, subject in (("matchId", "match"), ("userId", "mona"), ("programId", "open")):
        said = {"subject": {key: house.ids[subject]}, "reason": "SPAM", "details": "Look."}
        yield "report", document, Sample("theo", {"input": said})
    ids = house.ids
    two = {"mentorEnrollmentId": ids["free"], "menteeEnrollmentId": ids["waiting"]}
    program, given = f'program(id: "{ids["open"]}")', ", ".join(f"{key}: ${key}" for key in two)
    queries: dict[str, tuple[str, str, dict[str, Any]]] = {
        "Query.node": ("node(id: $id) { id }", "ada", {"id": ids["match"]}),
        "Query.nodes": ("nodes(ids: $ids) { id }", "ada", {"ids": [ids["match"]]}),
        "Query.program": ("program(id: $id) { id }", "ada", {"id": ids["draft"]}),
        "Query.match": ("match(id: $id) { id }", "ada", {"id": ids["match"]}),
        "Moderation.report": (
            *("moderation { report(id: $id) { id } }", "mo"),
            {"id": ids["report"]},
        ),
        "Program.matchSuggestions": (
            f"{program} {{ matchSuggestions(enrollmentId: $enrollmentId) {{ score }} }}",
            *("ada", {"enrollmentId": ids["waiting"]}),
        ),
        "Program.assignmentProposal": (
            f"{program} {{ assignmentProposal(input: $input) {{ pairs {{ score }} }} }}",
            *("ada", {"input": {"pinned": [two], "excluded": [two]}}),
        ),
        "Program.explainPair": (
            f"{program} {{ explainPair({given}) {{ __typename }} }}",
            "ada",
            two,
        ),
    }
    for name, (selection, by, said) in queries.items():
        declared = ", ".join(f"${key}: {TYPES.get(key, 'ID')}!" for key in said)
        yield name, f"query({declared}) {{ {selection} }}", Sample(by, said)


def takes_ids() -> set[str]:
    """Every place of the schema that takes an id: the field, and the path of its input."""
    found: set[str] = set()

    def walk(place: str, type: Any) -> None:
        named = get_named_type(type)
        if isinstance(named, GraphQLInputObjectType):
            for key, inner in named.fields.items():
                walk(f"{place}.{key}", inner.type)
        elif named.name == "ID" and not place.endswith(NO_IDS):
            found.add(place)

    for name, type in GRAPH.type_map.items():
        if isinstance(type, GraphQLObjectType) and not is_introspection_type(type):
            for field, of in type.fields.items():
                owner = field if name == "Mutation" else f"{name}.{field}"
                for argument, given in of.args.items():
                    walk(f"{owner}.{argument}", given.type)
    return found


def variants(said: Any, put: Callable[[str], str]) -> Iterator[tuple[str, Any]]:
    """The input with each of its ids in turn replaced by what is put for its noun."""
    if isinstance(said, dict | list):
        for key, value in said.items() if isinstance(said, dict) else enumerate(said):
            for place, changed in variants(value, put):
                whole = copy.copy(said)
                whole[key] = changed
                yield f".{key}{place}" if isinstance(said, dict) else place, whole
    elif isinstance(said, str) and (noun := said.partition("_")[0]) in FOREIGN and "_" in said:
        yield "", put(noun)


def made_up(noun: str) -> str:
    return f"{noun}_{MADE_UP}"


async def test_an_id_that_is_not_ones_own_answers_as_one_that_was_never_given_out(
    house: House,
) -> None:
    samples, books, compared = house.stage.samples, await Books.opened(), set()
    tokens, differing = house.stage.tokens, []

    for name, document, sample in asked(house):
        tokens["sampled"] = samples.tokens[sample.by]
        pairs = zip(
            variants(sample.variables, made_up),
            variants(sample.variables, lambda noun: samples.ids[FOREIGN[noun]]),
            strict=True,
        )
        for (place, nothing), (_, foreign) in pairs:
            answers = [await house.raw("sampled", document, said) for said in (nothing, foreign)]
            assert not [answer for answer in answers if b"GRAPHQL_" in answer]
            compared.add(name + place)
            if answers[0] != answers[1]:
                differing.append((name, place, answers))
            if changed := await books.changed():
                await books.restore(changed)

    assert differing == []
    # and nothing that takes an id was left out; the one subscription comes below
    assert takes_ids() - compared == {"Subscription.messageEvents.matchId"}


async def test_the_same_holds_for_what_is_followed(house: House) -> None:
    document = "subscription($id: ID!) { messageEvents(matchId: $id) { __typename } }"
    for viewer in ("mentor", "admin", "stranger", "moderator"):
        async with socket(house, viewer) as (connection, closed):
            assert closed is None
            told = []
            for id in (house.ids["foreign_match"], made_up("match")):
                await subscribed(connection, "1", document, id=id)
                told.append(await received(connection))
                assert (await received(connection))["type"] == "complete"
            assert told[0] == told[1] and code_in(told[0]) == "NOT_FOUND", viewer


@pytest.mark.parametrize("viewer", ["mentor", "admin", "stranger", "minor", "anonymous"])
async def test_the_same_holds_for_what_is_asked(house: House, viewer: str) -> None:
    for noun, name in FOREIGN.items():
        for field in ("node(id: $id)", "nodes(ids: [$id])", "program(id: $id)", "match(id: $id)"):
            document = f"query($id: ID!) {{ {field} {{ __typename }} }}"
            answers = [
                await house.raw(viewer, document, {"id": id})
                for id in (house.ids[name], made_up(noun))
            ]
            # the other group's open program, and its steps, are everybody's to see
            assert noun == "step" or answers[0] == answers[1], (field, noun)
