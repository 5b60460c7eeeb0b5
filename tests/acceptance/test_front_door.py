"""What stands before every route: names, origins, and what each answer says of itself."""

from collections.abc import AsyncIterator

import httpx2
import pytest

from server.app import app_of
from server.settings import settings_of

pytestmark = pytest.mark.anyio

FRIEND, STRANGER = "https://app.example.org", "https://elsewhere.example"
NAME = "api.example.org"


@pytest.fixture
async def client() -> AsyncIterator[httpx2.AsyncClient]:
    app = app_of(settings_of(allowed_origins=(FRIEND,), allowed_hosts=(NAME,)))
    transport = httpx2.ASGITransport(app)
    async with httpx2.AsyncClient(transport=transport, base_url=f"http://{NAME}") as client:
        yield client


async def test_pages_of_an_origin_that_is_named_may_call_and_no_others(
    client: httpx2.AsyncClient,
) -> None:
    asked = {
        "access-control-request-method": "POST",
        # those of Apollo and of what measures browsers are among them
        "access-control-request-headers": "authorization, content-type, apollographql-client-name, "
        "traceparent, sentry-trace",
    }
    for origin, allowed in ((FRIEND, FRIEND), (STRANGER, None), ("null", None)):
        headers = {"origin": origin}
        preflight = await client.options("/graphql", headers=headers | asked)
        call = await client.post("/graphql", json={"query": "{ __typename }"}, headers=headers)

        assert preflight.headers.get("access-control-allow-origin") == allowed
        assert call.headers.get("access-control-allow-origin") == allowed
        assert (preflight.status_code == 200) == bool(allowed)
        assert "access-control-allow-credentials" not in preflight.headers


async def test_a_name_that_is_not_ours_gets_no_answer(client: httpx2.AsyncClient) -> None:
    for path in ("/graphql", "/healthz"):
        assert (await client.get(path, headers={"host": "evil.example"})).status_code == 400


async def test_nobody_is_sent_elsewhere_with_what_they_have_said(
    client: httpx2.AsyncClient,
) -> None:
    for path in ("/graphql/", "/healthz/", "//graphql"):
        answer = await client.post(path, json={"query": "{ __typename }"})
        assert answer.status_code in (404, 405) and "location" not in answer.headers


async def test_who_has_gone_astray_is_told_in_json_where_to_ask(client: httpx2.AsyncClient) -> None:
    # when somebody asks in the wrong place, or opens the right one in a browser
    elsewhere = await client.post("/graphql/", json={"query": "{ __typename }"})
    by_address = await client.get("/graphql", headers={"accept": "text/html"})

    # then both read what to do instead
    assert (elsewhere.status_code, by_address.status_code) == (404, 405)
    assert by_address.headers["allow"] == "POST"
    told = [answer.json()["errors"] for answer in (elsewhere, by_address)]
    assert [each["message"] for (each,) in told] == [
        "There is nothing here: the graph is at /graphql.",
        "Not by GET: here one asks by POST.",
    ]
    assert [each["extensions"]["code"] for (each,) in told] == [
        "NOT_FOUND",
        "GRAPHQL_VALIDATION_FAILED",
    ]


async def test_every_answer_tells_the_browser_to_make_nothing_of_it(
    client: httpx2.AsyncClient,
) -> None:
    for path in ("/graphql", "/healthz", "/nothing"):
        headers = (await client.get(path)).headers

        assert headers["x-content-type-options"] == "nosniff"
        assert headers["content-security-policy"].startswith("default-src 'none'")
        assert headers["referrer-policy"] == "no-referrer"
    page = await client.get("/")
    assert "script-src 'self'" in page.headers["content-security-policy"]
