"""Whatever is posted to /graphql, the answer is JSON with a status and a code; never a crash."""

import gzip
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest
from starlette.applications import Starlette

from schema import schema_of
from server.http import LONGEST_BODY, graphql_http
from server.sockets import graphql_sockets

pytestmark = pytest.mark.anyio

PLAIN, GRAPHQL = "application/json", "application/graphql-response+json"
ASK = "{ programTemplates { key } }"
PARSE, VALIDATION = "GRAPHQL_PARSE_FAILED", "GRAPHQL_VALIDATION_FAILED"


@pytest.fixture
async def http() -> AsyncIterator[httpx2.AsyncClient]:
    schema = schema_of()
    app = Starlette(routes=[graphql_http(schema), graphql_sockets(schema)])
    transport = httpx2.ASGITransport(app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://compagnon") as client:
        yield client


async def post(
    http: httpx2.AsyncClient, body: object, **headers: str
) -> tuple[int, dict[str, Any], httpx2.Headers]:
    """Status, answer and headers; a body that is not bytes is sent as JSON."""
    response = await http.post(
        "/graphql",
        content=body if isinstance(body, bytes) else json.dumps(body).encode(),
        headers={"content-type": PLAIN}
        | {name.replace("_", "-"): v for name, v in headers.items()},
    )
    answer: dict[str, Any] = response.json()
    return response.status_code, answer, response.headers


def codes(answer: dict[str, Any]) -> list[str]:
    for error in answer["errors"]:
        assert error["message"] and len(error["message"]) <= 300
    return [error["extensions"]["code"] for error in answer["errors"]]


async def test_a_good_request_is_answered_and_kept_by_nobody_on_the_way(
    http: httpx2.AsyncClient,
) -> None:
    status, answer, headers = await post(http, {"query": ASK})

    assert status == 200
    assert len(answer["data"]["programTemplates"]) >= 3 and "errors" not in answer
    assert headers["content-type"] == PLAIN
    assert headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" ",
        b"0",
        b"1e5",
        b"null",
        b"true",
        b"NaN",
        b'"{ viewer { email } }"',
        b"[]",
        json.dumps([{"query": ASK}]).encode(),
        b"{",
        b'{"query": NaN}',
        b'{"query": "{ __typename }", "variables": {"a": Infinity}}',
        b'{"query": "{ __typename }"} trailing',
        b"[" * 5000,
        b'{"query": ' + b"[" * 5000 + b"]" * 5000 + b"}",
        b'{"variables": ' + b'{"a":' * 5000 + b"1" + b"}" * 5000 + b"}",
        b'{"query": "\xff\xfe"}',
        b'{"query": "\xed\xa0\x80"}',
        b"\xff\xfe{\x00}\x00",
        rb'{"query": "\ud800"}',
        rb'{"query": "{ __typename }", "operationName": "\udfff"}',
        rb'{"query": "{ __typename }", "variables": {"\ud800": 1}}',
        b"9" * 50_000,
        b'{"query": ' + b"9" * 50_000 + b"}",
        b'{"query": "{ __typename }", "variables": {"a": 1' + b"0" * 400 + b"e400}}",
        b"{}",
        b'{"query": null}',
        b'{"query": ""}',
        b'{"query": "  \\n "}',
        b'{"query": 1}',
        b'{"query": {"query": "{ __typename }"}}',
        b'{"query": ["{ __typename }"]}',
        b'{"query": "{ __typename }", "variables": []}',
        b'{"query": "{ __typename }", "variables": "{}"}',
        b'{"query": "{ __typename }", "variables": 0}',
        b'{"query": "{ __typename }", "operationName": 1}',
        b'{"query": "{ __typename }", "operationName": {}}',
        b'{"query": "{ __typename }", "operationName": ["a"]}',
        b'{"query": "{ __typename }", "extensions": 1}',
        b'{"query": "{ __typename }", "extensions": "persisted"}',
    ],
    ids=lambda body: repr(body[:40]),
)
async def test_a_body_that_is_no_request_is_refused(http: httpx2.AsyncClient, body: bytes) -> None:
    for accept in (PLAIN, GRAPHQL):
        status, answer, headers = await post(http, body, accept=accept)

        assert status == 400
        assert codes(answer) == [PARSE]
        assert "data" not in answer
        assert headers["content-type"] == accept


@pytest.mark.parametrize(
    "query",
    [
        "{",
        "}",
        "{ viewer { email }",
        "query ($a: ) { viewer { email } }",
        '{ group(id: "\\uD800") { id } }',
        '{ group(id: "\\u{110000}") { id } }',
        "{ viewer { email } \0 }",
        "\u202e{ viewer }",
        "{ group(id: 'a') { id } }",
        "{" * 2000,
        "# nothing but a comment",
    ],
    ids=lambda query: repr(query[:30]),
)
async def test_a_document_that_cannot_be_read_is_a_parse_error(
    http: httpx2.AsyncClient, query: str
) -> None:
    status, answer, _ = await post(http, {"query": query}, accept=GRAPHQL)
    assert (status, codes(answer)) == (400, [PARSE])

    # with the older media type, a request that was understood is answered with 200
    status, answer, _ = await post(http, {"query": query})
    assert (status, codes(answer)) == (200, [PARSE])
    assert "data" not in answer


@pytest.mark.parametrize(
    "request_",
    [
        {"query": "{ nothingOfThatName }"},
        {"query": "{ viewer }"},
        {"query": "{ viewer { email { length } } }"},
        {"query": "{ group { id } }"},
        {"query": '{ group(id: "a", colour: RED) { id } }'},
        {"query": "{ group(id: {a: 1}) { id } }"},
        {"query": "{ groups(first: 2147483648) { nodes { id } } }"},
        {"query": "{ programTemplates(theme: LUCK) { key } }"},
        {"query": "query($id: ID!) { group(id: $id) { id } }"},
        {"query": "query($id: ID!) { group(id: $id) { id } }", "variables": None},
        {"query": "query($id: ID!) { group(id: $id) { id } }", "variables": {"id": None}},
        {"query": "query($id: ID!) { group(id: $id) { id } }", "variables": {"id": {"a": [1]}}},
        {"query": "query($n: Int) { groups(first: $n) { nodes { id } } }", "variables": {"n": 2.5}},
        {"query": "query($i: Nothing) { groups(first: $i) { nodes { id } } }"},
        {"query": "{ ...gone }"},
        {"query": "fragment a on Query { ...a } { ...a }"},
        {"query": "{ __typename @nothing }"},
        {"query": "mutation { signUp(input: {}) { errors { code } } }"},
        {"query": "query a { __typename } query b { __typename }"},
        {"query": "query a { __typename }", "operationName": "b"},
        {"query": "query a { __typename } query a { __typename }", "operationName": "a"},
        {"query": "fragment a on Query { __typename }"},
        {"query": "type Query { a: Int }"},
        {"query": "subscription { matchChanged { id } }"},
        {"query": "subscription { matchChanged { id } matchChanged { id } }"},
    ],
    ids=lambda request: str(request)[:60],
)
async def test_a_document_that_asks_for_what_there_is_not_is_a_validation_error(
    http: httpx2.AsyncClient, request_: dict[str, Any]
) -> None:
    status, answer, headers = await post(http, request_, accept=GRAPHQL)

    assert status == 400
    assert set(codes(answer)) == {VALIDATION}
    assert "data" not in answer
    assert headers["content-type"] == GRAPHQL


async def test_a_thousand_mistakes_are_not_answered_with_a_thousand_errors(
    http: httpx2.AsyncClient,
) -> None:
    _, answer, _ = await post(http, {"query": "{ " + "x " * 200 + "}"})

    assert 1 <= len(answer["errors"]) <= 20


async def test_what_is_refused_to_a_stranger_is_null_and_the_rest_still_arrives(
    http: httpx2.AsyncClient,
) -> None:
    status, answer, _ = await post(
        http,
        {"query": "{ viewer { email } group(id: 1) { id } templates: programTemplates { key } }"},
        accept=GRAPHQL,
    )

    assert status == 200
    assert codes(answer) == ["UNAUTHENTICATED"]
    assert answer["errors"][0]["path"] == ["group"]
    assert answer["data"]["viewer"] is None and answer["data"]["group"] is None
    assert len(answer["data"]["templates"]) >= 3


async def test_a_mutation_refused_as_a_whole_has_null_for_data_not_none(
    http: httpx2.AsyncClient,
) -> None:
    query = 'mutation { joinGroup(groupId: "a") { errors { code } } }'
    status, answer, _ = await post(http, {"query": query}, accept=GRAPHQL)

    assert status == 200
    assert codes(answer) == ["UNAUTHENTICATED"]
    assert answer["data"] is None


@pytest.mark.parametrize(
    "authorization",
    [
        "",
        "Bearer",
        "Bearer ",
        "Bearer a.b.c",
        "bearer null",
        "Basic YTpi",
        "Bearer " + "a" * 9000,
        "Bearer eyJhbGciOiJub25lIn0.eyJzaWQiOiIwIn0.",
        "\xff\xfe",
        "Bearer é.é.é",
    ],
)
async def test_a_token_that_is_none_of_ours_is_like_none(
    http: httpx2.AsyncClient, authorization: str
) -> None:
    response = await http.post(
        "/graphql",
        json={"query": "{ viewer { email } }"},
        headers={"authorization": authorization.encode("latin-1")},
    )

    assert (response.status_code, response.json()) == (200, {"data": {"viewer": None}})


@pytest.mark.parametrize(
    "language",
    [
        "",
        "fr",
        "de, fr;q=0.5, en;q=0.4",
        "fr;q=nan",
        "fr;q=inf",
        "fr;q=-1",
        "*",
        ",;=,;q=",
        "x" * 5000,
    ],
)
async def test_any_accepted_language_gets_an_answer(
    http: httpx2.AsyncClient, language: str
) -> None:
    status, answer, _ = await post(
        http, {"query": '{ group(id: "a") { id } }'}, accept_language=language
    )

    assert (status, codes(answer)) == (200, ["UNAUTHENTICATED"])
    french = language in ("fr", "de, fr;q=0.5, en;q=0.4")
    assert answer["errors"][0]["message"] == (
        "Connectez-vous d’abord." if french else "Sign in first."
    )


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "application/graphql",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/json5",
        "json",
        "",
        "application/json, text/plain",
    ],
)
async def test_another_content_type_is_not_read(
    http: httpx2.AsyncClient, content_type: str
) -> None:
    status, answer, _ = await post(http, {"query": ASK}, content_type=content_type)

    assert (status, codes(answer)) == (415, [PARSE])


@pytest.mark.parametrize("content_type", ["application/json; charset=utf-8", "Application/JSON"])
async def test_the_content_type_is_json_however_it_is_written(
    http: httpx2.AsyncClient, content_type: str
) -> None:
    status, answer, _ = await post(http, {"query": ASK}, content_type=content_type)

    assert status == 200 and "errors" not in answer


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "GZIP", "gzip, gzip", "nonsense"])
async def test_a_compressed_body_is_not_read(http: httpx2.AsyncClient, encoding: str) -> None:
    body = gzip.compress(json.dumps({"query": ASK}).encode())
    status, answer, _ = await post(http, body, content_encoding=encoding)

    assert (status, codes(answer)) == (415, [PARSE])


async def test_a_body_that_is_too_long_is_not_read_to_its_end(http: httpx2.AsyncClient) -> None:
    longest = json.dumps({"query": ASK}).encode()
    longest += b" " * (LONGEST_BODY - len(longest))
    read: list[int] = []

    async def endless() -> AsyncIterator[bytes]:
        for i in range(100):
            read.append(i)
            yield b" " * 16_384

    assert (await post(http, longest))[0] == 200
    status, answer, _ = await post(http, longest + b" ")
    assert (status, codes(answer)) == (413, [PARSE])

    response = await http.post("/graphql", content=endless(), headers={"content-type": PLAIN})
    assert (response.status_code, codes(response.json())) == (413, [PARSE])


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"])
async def test_nothing_is_asked_or_done_but_by_post(http: httpx2.AsyncClient, method: str) -> None:
    response = await http.request(method, "/graphql", params={"query": ASK})

    assert response.status_code == 405
    assert "POST" in response.headers["allow"]


@pytest.mark.parametrize(
    ("accept", "answered"),
    [
        (GRAPHQL, GRAPHQL),
        (f"{GRAPHQL}, {PLAIN};q=0.9", GRAPHQL),
        (f"{PLAIN}, {GRAPHQL};q=0.9", PLAIN),
        (f"{PLAIN}, {GRAPHQL};q=0", PLAIN),
        (f"{GRAPHQL}; charset=utf-8", GRAPHQL),
        (GRAPHQL.upper(), GRAPHQL),
        (PLAIN, PLAIN),
        ("*/*", PLAIN),
        ("", PLAIN),
        ("text/html", PLAIN),
        ("text/event-stream, application/json", PLAIN),
        (";;;q=,", PLAIN),
    ],
)
async def test_the_media_type_is_the_one_the_client_prefers(
    http: httpx2.AsyncClient, accept: str, answered: str
) -> None:
    status, _, headers = await post(http, {"query": ASK}, accept=accept)

    assert (status, headers["content-type"]) == (200, answered)
