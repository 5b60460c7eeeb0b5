"""A document that asks for too much gets a code, and nothing of it is run."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest
from starlette.applications import Starlette

from execution.budget import TOO_COMPLEX, TOO_DEEP
from schema import schema_of
from server.context import context_of
from server.http import graphql_http
from server.subscriptions import SubscriptionsOnly
from tests.integration.world import World

pytestmark = pytest.mark.anyio

MANY = " ".join(f"a{i}: viewer {{ user {{ id }} }}" for i in range(200))


def deep(times: int) -> str:
    """Messages of the match of messages of the match …"""
    return f"{'match { messages { nodes { ' * times} id {' } } }' * times}"


def of_matches(inside: str) -> str:
    """Pages as long as a variable says."""
    messages = f"messages(first: $n) {{ nodes {{ {inside} }} }}"
    return f"{{ viewer {{ matches {{ nodes {{ {messages} }} }} }} }}"


WAYS: dict[str, tuple[bool, bool]] = {
    "lane": (True, True),
    "no lane": (True, False),
    "walked": (False, False),
}
"""Whether documents are compiled, and whether known ones go the short way."""


@pytest.fixture(params=list(WAYS.values()), ids=list(WAYS))
async def http(database: str, request: pytest.FixtureRequest) -> AsyncIterator[httpx2.AsyncClient]:
    compiled, lane = request.param
    route = graphql_http(schema_of(compiled=compiled), lane=lane)
    transport = httpx2.ASGITransport(Starlette(routes=[route]))
    async with httpx2.AsyncClient(transport=transport, base_url="http://compagnon") as client:
        yield client


async def post(client: httpx2.AsyncClient, query: str, **variables: Any) -> tuple[int, Any]:
    response = await client.post(
        "/graphql",
        content=json.dumps({"query": query, "variables": variables}),
        headers={
            "content-type": "application/json",
            "accept": "application/graphql-response+json",
        },
    )
    return response.status_code, response.json()


@pytest.mark.parametrize(
    ("document", "code"),
    [
        (f'{{ node(id: "a") {{ ... on Message {{ {deep(4)} }} }} }}', TOO_DEEP),
        (f'{{ node(id: "a") {{ ... on Message {{ {deep(2)} }} }} }}', None),
        (f"query($n: Int = 100) {of_matches('match { messages { nodes { id } } }')}", TOO_COMPLEX),
        (f"{{ {MANY} }}", TOO_COMPLEX),
        (f"mutation {{ {'signOut { __typename } ' * 21} }}", TOO_COMPLEX),
        (f"{{ viewer {{ {'user { id } ' * 400} }} }}", TOO_COMPLEX),
        (f"{{ viewer {{ {'id ' * 2000} }} }}", TOO_COMPLEX),
    ],
)
async def test_a_document_over_the_budget_is_refused_without_a_statement(
    http: httpx2.AsyncClient, statements: list[str], document: str, code: str | None
) -> None:
    for _ in range(2):  # the second time it is known
        status, answer = await post(http, document)

        if code is None:
            assert status == 200 and "errors" not in answer, answer
        else:
            assert status == 400 and answer.keys() == {"errors"}
            (error,) = answer["errors"]
            assert error["extensions"] == {"code": code} and error["message"]
        assert statements == []


async def test_one_document_is_refused_or_run_by_its_variables(http: httpx2.AsyncClient) -> None:
    document = f"query($n: Int) {of_matches('match { messages { nodes { id } } }')}"

    assert await post(http, document, n=5) == (200, {"data": {"viewer": None}})
    status, answer = await post(http, document, n=100)
    assert status == 400 and answer["errors"][0]["extensions"] == {"code": TOO_COMPLEX}


async def test_a_refused_document_is_not_validated(http: httpx2.AsyncClient) -> None:
    document = f"{{ viewer {{ {'nothing { of } ' * 60} }} }}"

    _, answer = await post(http, document)

    assert [error["extensions"]["code"] for error in answer["errors"]] == [TOO_COMPLEX]


async def test_a_subscription_over_the_budget_never_begins(
    world: World, statements: list[str]
) -> None:
    # given a socket
    sockets = SubscriptionsOnly(schema_of())

    # when somebody subscribes to far more than each event needs
    document = f"subscription {{ matchChanged {{ messages {{ nodes {{ {deep(4)} }} }} }} }}"
    results = await sockets.stream(
        document, variable_values=None, context_value=await context_of(None, None)
    )
    first = await asyncio.wait_for(anext(results), 10)

    # then the first thing told is the refusal, and it is the last
    assert [error.formatted["extensions"] for error in first.errors] == [{"code": TOO_DEEP}]
    assert [result async for result in results] == []
    assert statements == []


@pytest.mark.parametrize("time", ["first", "again"])
async def test_what_fails_inside_is_masked_whichever_way_it_was_run(
    http: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch, time: str
) -> None:
    # given a document, perhaps a known one, and something inside that fails with words of its own
    document = "{ programTemplates { key title } }"
    if time == "again":
        assert (await post(http, document))[1]["data"]["programTemplates"]
    broken = Broken()
    monkeypatch.setattr("resolvers.templates.templates", lambda: broken)

    # when
    status, body = await post(http, document)

    # then
    (error,) = body["errors"]
    assert (status, body["data"]) == (200, None)
    assert error["extensions"]["code"] == "INTERNAL_ERROR" and error["path"] == ["programTemplates"]
    assert "word" not in json.dumps(body)


class Broken:
    def values(self) -> Any:
        raise RuntimeError("a secret word")
