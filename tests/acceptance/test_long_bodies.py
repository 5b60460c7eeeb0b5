"""Bodies longer than anybody's: for those who are signed in, and for lists of ids alone."""

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest
from starlette.applications import Starlette

from domain.tokens import sign
from schema import schema_of
from server.bodies import LONGEST_BODY, LONGEST_LIST, LONGEST_SIGNED_IN
from server.http import graphql_http
from tests.integration.world import World

pytestmark = pytest.mark.anyio

CREATE = """mutation($input: CreateMatchesInput!) {
  createMatches(input: $input) { matches { id } errors { code field } } }"""
PAIR = {
    "mentorEnrollmentId": "enrollment_" + "0" * 32,
    "menteeEnrollmentId": "enrollment_" + "1" * 32,
}


@pytest.fixture
async def client() -> AsyncIterator[httpx2.AsyncClient]:
    transport = httpx2.ASGITransport(Starlette(routes=[graphql_http(schema_of())]))
    async with httpx2.AsyncClient(transport=transport, base_url="http://compagnon") as client:
        yield client


async def test_an_admin_sends_thousands_of_pairs_and_nobody_else_a_long_body(
    client: httpx2.AsyncClient, database: str
) -> None:
    # given an admin with a program, and pairs that are too many for a body of anybody's
    world = World()
    ada = await world.person("Ada")
    program = await world.open_program(ada, await world.group(ada))
    token, _ = sign(ada.session, ada.key)

    async def sent(body: Any, token: str = token) -> httpx2.Response:
        headers = {"content-type": "application/json", "authorization": f"Bearer {token}"}
        return await client.post("/graphql", content=json.dumps(body).encode(), headers=headers)

    def asked(pairs: int, query: str = CREATE) -> dict[str, Any]:
        return {
            "query": query,
            "variables": {"input": {"programId": program, "pairs": [PAIR] * pairs}},
        }

    # when they are sent, then each is looked at
    answer = await sent(asked(2000))
    assert len(answer.request.content) > 4 * LONGEST_BODY
    assert len(answer.json()["data"]["createMatches"]["errors"]) == 2000

    # and what is longer, or long for another reason, or nobody's, is not read
    refused = [
        await sent(asked(2000), token="nobody"),
        await sent(asked(LONGEST_LIST + 1)),
        await sent(asked(2000, CREATE + " " * LONGEST_BODY)),
        await sent({"query": CREATE, "variables": {"input": {"pairs": [[[]] * 4999] * 20}}}),
        await sent({"query": CREATE, "variables": {"text": "x" * LONGEST_SIGNED_IN}}),
    ]
    assert [one.status_code for one in refused] == [413] * len(refused)
