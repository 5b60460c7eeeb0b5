"""Bad arguments to everything that can be asked or followed: a coded answer, and nothing written.

Generated from the printed schema, like the inputs of mutations: a new argument is tried by itself.
"""

import asyncio
from collections.abc import Iterator
from contextlib import aclosing
from typing import Any

import pytest
from graphql import (
    GraphQLField,
    get_nullable_type,
    is_enum_type,
    is_list_type,
    is_object_type,
)

from schema import schema_of
from server.context import context_of
from server.subscriptions import SubscriptionsOnly
from tests.acceptance.desk import ONE_IN, Answer, Desk, operation
from tests.acceptance.hostile_values import hostile
from tests.acceptance.samples import Samples
from tests.graph import GRAPH

pytestmark = [pytest.mark.anyio, pytest.mark.slow, pytest.mark.timeout(300)]

WAYS = {
    "Query": ("ada", "%s"),
    "Viewer": ("mona", "viewer {{ %s }}"),
    "Group": ("ada", 'group(id: "{group}") {{ %s }}'),
    "Program": ("ada", 'program(id: "{open}") {{ %s }}'),
    "Enrollment": ("ada", 'node(id: "{mentee}") {{ ... on Enrollment {{ %s }} }}'),
    "Match": ("mona", 'match(id: "{match}") {{ %s }}'),
    "Moderation": ("mo", "moderation {{ %s }}"),
    "ProgramTemplate": ("ada", "programTemplates {{ %s }}"),
}
"""Who gets to a type whose fields take arguments, and how."""
OF_THE_FIELD = {"group": "group", "program": "open", "match": "match", "report": "report"}
"""Whose id a field takes that is named after a noun."""


def asked() -> Iterator[tuple[str, str, GraphQLField]]:
    """Every field with arguments that can be asked for."""
    for type in GRAPH.type_map.values():
        if is_object_type(type) and type.name not in ("Mutation", "Subscription"):
            for name, field in type.fields.items():
                if field.args and not type.name.startswith("__"):
                    yield type.name, name, field


def sample(samples: Samples, field: str, of: GraphQLField) -> dict[str, Any]:
    """Good arguments, but for cursors, which the list itself gives out."""
    ids = samples.ids
    pair = {"mentorEnrollmentId": ids["free"], "menteeEnrollmentId": ids["waiting"]}
    known = {
        **pair,
        "enrollmentId": ids["waiting"],
        "input": {
            "objective": "SCORE",
            "pinned": [pair],
            "excluded": [pair | {"mentorEnrollmentId": ids["mentor"]}],
            "seed": 1,
            "minimumScore": 0.1,
        },
        "from": "2030-01-01T00:00:00Z",
        "id": ids[OF_THE_FIELD.get(field, "match")],
        "ids": [ids["match"], ids["group"]],
        "search": "parents",
        "text": "first",
        "first": 5,
        "unmatched": True,
    }
    return {
        name: _of_enumeration(argument.type) or known.get(name)
        for name, argument in of.args.items()
    }


def _of_enumeration(type: Any) -> Any:
    """A value of an enumeration, or a list of one."""
    inner = get_nullable_type(type)
    if is_list_type(inner):
        value = _of_enumeration(inner.of_type)
        return [value] if value else None
    return next(iter(inner.values)) if is_enum_type(inner) else None


def cursor_in(answer: Any) -> str | None:
    """The last cursor of the list, wherever in the answer it stands."""
    if isinstance(answer, dict):
        inner = [answer["endCursor"]] if "endCursor" in answer else map(cursor_in, answer.values())
        return next(filter(None, inner), None)
    return None


@pytest.mark.parametrize("type", WAYS)
async def test_bad_arguments_of_a_query_get_a_coded_answer_and_write_nothing(
    desk: Desk, type: str
) -> None:
    by, way = WAYS[type]
    around = way.format(**desk.samples.ids)
    fields = {name: field for owner, name, field in asked() if owner == type}
    assert fields

    for name, field in fields.items():
        document = operation("query", name, field, around)
        arguments = sample(desk.samples, name, field)
        answer = await desk.hand_in(by, document, arguments)
        assert not answer.errors, (name, answer)
        if "after" in arguments:
            arguments["after"] = cursor_in(answer.body["data"])
        await desk.try_all(by, document, arguments, field, one_in=ONE_IN)

    assert desk.faults == []
    assert desk.done == 0


async def test_there_is_a_way_to_every_type_whose_fields_take_arguments() -> None:
    assert {owner for owner, _, _ in asked()} == WAYS.keys()


class StreamDoor:
    """Subscriptions as sockets run them; the answer is the first event."""

    def __init__(self, samples: Samples) -> None:
        self._tokens = samples.tokens
        self._schema = SubscriptionsOnly(schema_of())

    async def __call__(self, by: str, document: str, variables: Any) -> Answer:
        context = await context_of(f"Bearer {self._tokens[by]}", None)
        results = await self._schema.stream(
            document, variable_values=variables, context_value=context
        )
        async with aclosing(results):
            first = await asyncio.wait_for(anext(results), 10)
        errors = [error.formatted for error in first.errors or ()]
        return Answer(200, {"data": first.data} | ({"errors": errors} if errors else {}))


async def test_bad_arguments_of_a_subscription_are_refused_at_once(desk: Desk) -> None:
    # given a subscription that has something to tell, since it begins with the first message
    desk.door = StreamDoor(desk.samples)
    field = GRAPH.subscription_type.fields["messageEvents"] if GRAPH.subscription_type else None
    assert field is not None
    document = operation("subscription", "messageEvents", field)
    good = {"matchId": desk.samples.ids["match"], "after": ""}
    assert not (await desk.hand_in("mona", document, good)).errors

    # when it is asked for with anything else that is not to wait for what comes
    silent = [None, desk.samples.ids["paused"], desk.samples.ids["proposed"]]

    def values(*place: Any) -> list[Any]:
        return [value for value in hostile(*place) if value not in silent]

    await desk.try_all("mona", document, good, field, values)

    # then there is an event or a refusal, and never an end without a word
    assert desk.faults == []
    assert desk.done == 0
