"""What a deployment may ask of /graphql beyond what it always does."""

import asyncio

import httpx2
import pytest
from starlette.applications import Starlette

from schema import schema_of
from server.app import app_of
from server.errors import give_hints
from server.http import graphql_http
from server.settings import settings_of
from tests.acceptance.bad_requests import ASK

pytestmark = pytest.mark.anyio

GRAPHQL = "application/graphql-response+json"


async def test_where_a_deployment_wants_it_queries_come_by_get_and_mutations_never() -> None:
    transport = httpx2.ASGITransport(Starlette(routes=[graphql_http(schema_of(), get=True)]))

    async def got(**parameters: str) -> httpx2.Response:
        async with httpx2.AsyncClient(transport=transport, base_url="http://compagnon") as client:
            headers = {"accept": GRAPHQL}
            return await client.get("/graphql", params=parameters, headers=headers)

    named = (
        "query A { __typename } query B($t: ProgramTheme) { programTemplates(theme: $t) { key } }"
    )
    answer = await got(query=named, operationName="B", variables='{"t": "SKILL_BUILDING"}')
    assert (answer.status_code, len(answer.json()["data"]["programTemplates"])) == (200, 1)

    answer = await got(query='mutation { joinGroup(groupId: "a") { errors { code } } }')
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")

    for wrong in (
        *({}, {"query": ""}, {"variables": "{}"}, {"query": ASK, "variables": "[]"}),
        *({"query": ASK, "variables": "{"}, {"query": ASK, "extensions": "1"}),
        {"query": "subscription { matchChanged { id } }"},
    ):
        assert (await got(**wrong)).status_code == 400, wrong


@pytest.mark.parametrize("production", [True, False])
async def test_what_a_client_may_have_meant_is_said_only_where_the_schema_is_shown(
    production: bool,
) -> None:
    app = app_of(settings_of(production=production))
    transport = httpx2.ASGITransport(app)
    wrong = {
        "{ viewr { email } }": {},
        "{ group(idd: 1) { id } }": {},
        "{ ... on Qury { __typename } }": {},
        "{ viewer { matches(status: ACTIV) { nodes { id } } } }": {},
        "query($a: SignInInputt) { __typename }": {},
        'mutation { signIn(input: {email: "", password: "", emial: ""}) { errors { code } } }': {},
        "query($s: [MatchStatus!]) { viewer { matches(status: $s) { nodes { id } } } }": {
            "s": ["ACTIV"]
        },
        "mutation($i: SignInInput!) { signIn(input: $i) { errors { code } } }": {
            "i": {"email": "", "password": "", "emial": ""}
        },
    }
    try:
        async with httpx2.AsyncClient(transport=transport, base_url="http://compagnon") as client:
            for query, variables in wrong.items():
                asked = {"query": query, "variables": variables}
                for again in range(2):
                    text = (await client.post("/graphql", json=asked)).text
                    assert "errors" in text
                    assert ("Did you mean" in text) is not production, (query, again)
    finally:
        give_hints(True)


async def test_what_runs_for_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    async def never(*_: object) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr("domain.accounts.is_password", never)
    monkeypatch.setattr("domain.accounts.fetch_one", never)
    route = graphql_http(schema_of(), seconds=0.05)
    transport = httpx2.ASGITransport(Starlette(routes=[route]))
    async with httpx2.AsyncClient(transport=transport, base_url="http://compagnon") as client:
        said = 'input: {email: "a@example.org", password: "a long enough one"}'
        query = f"mutation {{ signIn({said}) {{ errors {{ code }} }} }}"
        answer = await client.post("/graphql", json={"query": query})

    assert answer.status_code == 500
    assert answer.json()["errors"][0]["extensions"]["code"] == "INTERNAL_ERROR"
