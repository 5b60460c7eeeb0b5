"""Whatever is sent to /graphql, the answer has a status and a code; never a crash."""

import asyncio
import gzip
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest
from starlette.applications import Starlette

from schema import schema_of
from server.bodies import LONGEST_BODY
from server.http import graphql_http
from server.sockets import graphql_sockets
from tests.acceptance.bad_requests import ASK, BODIES, DOCUMENTS, REQUESTS
from tests.waiting import PATIENCE

pytestmark = pytest.mark.anyio

PLAIN, GRAPHQL = "application/json", "application/graphql-response+json"
PARSE, VALIDATION = "GRAPHQL_PARSE_FAILED", "GRAPHQL_VALIDATION_FAILED"
NEEDS_SIGN_IN = '{ group(id: "a") { id } }'


class Http:
    """Posts to /graphql, and reads what comes back."""

    def __init__(self, client: httpx2.AsyncClient) -> None:
        self.client = client

    async def post(self, body: object, **headers: str) -> httpx2.Response:
        """A body that is not bytes is sent as JSON; headers are named with underscores."""
        named = {"content_type": PLAIN, **headers}.items()
        return await self.client.post(
            "/graphql",
            content=body if isinstance(body, bytes) else json.dumps(body).encode(),
            headers=[(name.replace("_", "-").encode(), value.encode()) for name, value in named],
        )

    async def refused(self, body: object, **headers: str) -> tuple[int, set[str]]:
        """Status and codes of an answer that holds errors and nothing else."""
        response = await self.post(body, **headers)
        answer: dict[str, Any] = response.json()
        assert answer.keys() == {"errors"}, answer
        assert 1 <= len(answer["errors"]) <= 20
        assert all(0 < len(error["message"]) <= 300 for error in answer["errors"])
        return response.status_code, {error["extensions"]["code"] for error in answer["errors"]}


@pytest.fixture
async def http() -> AsyncIterator[Http]:
    schema = schema_of()
    app = Starlette(routes=[graphql_http(schema), graphql_sockets(schema)])
    transport = httpx2.ASGITransport(app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://compagnon") as client:
        yield Http(client)


async def test_a_good_request_is_answered_and_stored_by_nobody_on_the_way(http: Http) -> None:
    response = await http.post({"query": ASK})

    assert response.status_code == 200
    assert len(response.json()["data"]["programTemplates"]) >= 3
    assert "errors" not in response.json()
    assert response.headers["cache-control"] == "no-store"


async def test_a_body_that_is_no_request_is_refused_whatever_is_wrong_with_it(http: Http) -> None:
    refused = {
        (body, accept): await http.refused(body, accept=accept)
        for body in BODIES
        for accept in (PLAIN, GRAPHQL)
    }

    assert refused == dict.fromkeys(refused, (400, {PARSE}))


async def test_a_document_that_cannot_be_read_is_a_parse_error(http: Http) -> None:
    refused = {
        document: await http.refused({"query": document}, accept=GRAPHQL) for document in DOCUMENTS
    }
    assert refused == dict.fromkeys(DOCUMENTS, (400, {PARSE}))

    # with the older media type a request that was understood is answered with 200
    assert await http.refused({"query": "{"}) == (200, {PARSE})


async def test_a_document_that_asks_for_what_there_is_not_is_a_validation_error(
    http: Http,
) -> None:
    refused = {
        json.dumps(request): await http.refused(request, accept=GRAPHQL) for request in REQUESTS
    }
    assert refused == dict.fromkeys(refused, (400, {VALIDATION}))

    nameless = {"query": "query a { __typename }", "operationName": "b"}
    for request in ({"query": "{ nothing }"}, nameless):
        assert await http.refused(request) == (200, {VALIDATION})


async def test_a_thousand_mistakes_are_not_answered_with_a_thousand_errors(http: Http) -> None:
    response = await http.post({"query": "{ " + "x " * 200 + "}"})

    assert 1 <= len(response.json()["errors"]) <= 20


async def test_what_is_refused_to_a_stranger_is_null_and_the_rest_still_arrives(
    http: Http,
) -> None:
    query = "{ viewer { email } group(id: 1) { id } templates: programTemplates { key } }"
    response = await http.post({"query": query}, accept=GRAPHQL)

    answer = response.json()
    assert response.status_code == 200
    (error,) = answer["errors"]
    assert (error["extensions"]["code"], error["path"]) == ("UNAUTHENTICATED", ["group"])
    assert answer["data"]["viewer"] is None and answer["data"]["group"] is None
    assert len(answer["data"]["templates"]) >= 3


async def test_an_operation_refused_as_a_whole_has_run_and_its_data_is_null(http: Http) -> None:
    query = 'mutation { joinGroup(groupId: "a") { errors { code } } }'
    response = await http.post({"query": query}, accept=GRAPHQL)

    assert response.status_code == 200
    assert response.json()["data"] is None
    (error,) = response.json()["errors"]
    assert error["extensions"]["code"] == "UNAUTHENTICATED"


async def test_a_token_that_is_none_of_ours_is_like_none(http: Http) -> None:
    for token in (
        *("", "Bearer", "Bearer ", "Bearer a.b.c", "bearer null", "Basic YTpi", "a" * 9000),
        *("Bearer " + "a" * 5000, "Bearer eyJhbGciOiJub25lIn0.eyJzaWQiOiIwIn0.", "Bearer é.é.é"),
        *("Bearer eyJhbGciOiJIUzI1NiJ9.W10.AA", "Bearer bnVsbA.bnVsbA.bnVsbA", "\xff\xfe"),
    ):
        response = await http.post({"query": "{ viewer { email } }"}, authorization=token)

        assert response.json() == {"data": {"viewer": None}}, token


async def test_any_accepted_language_gets_an_answer(http: Http) -> None:
    for language in ("", "fr;q=nan", "fr;q=inf", "fr;q=-1", "*", ",;=,;q=", "é" * 2500, "fr;q=0"):
        response = await http.post({"query": NEEDS_SIGN_IN}, accept_language=language)
        assert response.json()["errors"][0]["message"] == "Sign in first.", language

    response = await http.post({"query": NEEDS_SIGN_IN}, accept_language="de, en;q=.4, fr;q=.5")
    assert response.json()["errors"][0]["message"] == "Connectez-vous d’abord."


async def test_only_json_is_read(http: Http) -> None:
    for wrong in (
        *("text/plain", "application/graphql", "application/x-www-form-urlencoded", "json", ""),
        *("multipart/form-data; boundary=x", "application/json5", "application/json, text/plain"),
        *("application/json; charset=utf-16", "application/json; charset=latin1"),
    ):
        assert await http.refused({"query": ASK}, content_type=wrong) == (415, {PARSE}), wrong

    for right in ('application/json; charset="UTF-8"', "Application/JSON", "application/json;"):
        assert "errors" not in (await http.post({"query": ASK}, content_type=right)).json()


async def test_a_compressed_body_is_not_read(http: Http) -> None:
    body = gzip.compress(json.dumps({"query": ASK}).encode())

    for encoding in ("gzip", "deflate", "br", "GZIP", "gzip, gzip", "nonsense"):
        assert await http.refused(body, content_encoding=encoding) == (415, {PARSE}), encoding


async def test_a_body_that_is_too_long_is_not_read_to_its_end(http: Http) -> None:
    longest = json.dumps({"query": ASK}).encode().ljust(LONGEST_BODY)
    assert (await http.post(longest)).status_code == 200
    assert await http.refused(longest + b" ") == (413, {PARSE})
    assert await http.refused(b"x" * 1_000_000) == (413, {PARSE})


async def test_a_body_that_trickles_in_holds_no_connection(
    http: Http, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def stalling() -> AsyncIterator[bytes]:
        yield b'{"query": '
        await asyncio.Event().wait()

    monkeypatch.setattr("server.requests.READ_WITHIN", 0.05)
    response = await http.client.post(
        "/graphql", content=stalling(), headers={"content-type": PLAIN}
    )

    assert response.status_code == 408
    assert response.json()["errors"][0]["extensions"]["code"] == PARSE


async def test_a_running_server_refuses_the_same_in_the_same_words(http: Http, server: Any) -> None:
    async with httpx2.AsyncClient(base_url=server.url, timeout=PATIENCE) as client:
        over_the_wire = Http(client)
        for body in (*BODIES, *({"query": d} for d in DOCUMENTS), *REQUESTS, b" " * 100_000):
            inside = await http.post(body, accept=GRAPHQL)
            outside = await over_the_wire.post(body, accept=GRAPHQL)
            assert (outside.status_code, outside.json()) == (inside.status_code, inside.json())
        assert (await over_the_wire.client.get("/graphql")).status_code == 405

    # and one that only announces too much is not waited for
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(
        b"POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n"
        b"content-length: 1000000000\r\n\r\n"
    )
    assert b" 413 " in await asyncio.wait_for(reader.readline(), PATIENCE)
    writer.close()


async def test_nothing_is_asked_or_done_but_by_post(http: Http) -> None:
    for method in ("GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"):
        response = await http.client.request(method, "/graphql", params={"query": ASK})

        assert response.status_code == 405
        assert "POST" in response.headers["allow"]


@pytest.mark.parametrize(
    ("accept", "answered"),
    [
        (GRAPHQL, GRAPHQL),
        (f"{GRAPHQL}, {PLAIN};q=0.9", GRAPHQL),
        (f"{PLAIN};q=0.9, {GRAPHQL}", GRAPHQL),
        (f"{PLAIN}, {GRAPHQL};q=0.9", PLAIN),
        (f"{GRAPHQL};q=0, {PLAIN}", PLAIN),
        (f"{GRAPHQL}; charset=utf-8", GRAPHQL),
        (GRAPHQL.upper(), GRAPHQL),
        (f"{GRAPHQL}, {PLAIN}", GRAPHQL),
        (f"{PLAIN}, {GRAPHQL}", GRAPHQL),  # as urql and Apollo write it: the newer one if served
        (PLAIN, PLAIN),
        ("*/*", PLAIN),
        ("", PLAIN),
        ("text/html", PLAIN),
        ("text/event-stream, application/json", PLAIN),
        (";;;q=,", PLAIN),
    ],
)
async def test_the_media_type_is_the_newer_one_for_clients_that_like_it_as_well(
    http: Http, accept: str, answered: str
) -> None:
    response = await http.post({"query": ASK}, accept=accept)

    assert (response.status_code, response.headers["content-type"]) == (200, answered)
