"""Documents by their names: over HTTP, events and sockets alike."""

import hashlib
from typing import Any

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from execution.trusted import Documents
from schema import schema_of
from server.http import graphql_http
from server.limiting import Limiter
from server.sockets import graphql_sockets
from server.terms import Terms

pytestmark = pytest.mark.anyio

ASK = "query($t: ProgramTheme) { programTemplates(theme: $t) { key } }"
FOLLOW = "subscription { matchChanged { id } }"
SHA = hashlib.sha256(ASK.encode()).hexdigest()
NEW = ASK.replace("key", "theme")
NEW_SHA = hashlib.sha256(NEW.encode()).hexdigest()
GRAPHQL = "application/graphql-response+json"


def app(*, only: bool = False) -> Starlette:
    schema = schema_of()
    documents = Documents({"templates": ASK, "follow": FOLLOW}, only)
    terms = Terms(Limiter(schema._schema, rates=()), documents)
    return Starlette(
        routes=[graphql_http(schema, get=True, terms=terms), graphql_sockets(schema, (), terms)]
    )


def persisted(sha256: object, version: int = 1) -> dict[str, Any]:
    return {"persistedQuery": {"version": version, "sha256Hash": sha256}}


async def post(
    client: httpx2.AsyncClient, body: dict[str, Any], accept: str = GRAPHQL
) -> httpx2.Response:
    return await client.post("/graphql", json=body, headers={"accept": accept})


async def test_a_document_is_asked_for_by_its_id_or_its_hash() -> None:
    transport = httpx2.ASGITransport(app())
    async with httpx2.AsyncClient(transport=transport, base_url="http://compagnon") as client:
        # what a client does that has never been here
        missing = await post(client, {"extensions": persisted(NEW_SHA), "variables": {}})
        assert missing.status_code == 400
        assert missing.json()["errors"] == [
            {
                "message": "PersistedQueryNotFound",
                "extensions": {"code": "PERSISTED_QUERY_NOT_FOUND"},
            }
        ]
        assert (await post(client, {"documentId": "x"}, "application/json")).status_code == 200

        said = {"variables": {"t": "SKILL_BUILDING"}}
        known_as: tuple[dict[str, Any], ...] = (
            *({"documentId": "templates"}, {"extensions": persisted(SHA)}),
            *({"query": NEW, "extensions": persisted(NEW_SHA)}, {"extensions": persisted(NEW_SHA)}),
        )
        for known in known_as:
            answer = await post(client, {**known, **said})
            assert len(answer.json()["data"]["programTemplates"]) == 1, known
        by_address = await client.get("/graphql", params={"documentId": "templates"})
        assert len(by_address.json()["data"]["programTemplates"]) >= 3

        wrong_names: tuple[dict[str, Any], ...] = (
            *({"documentId": 1}, {"documentId": ""}, {"documentId": None}),
            *({"extensions": persisted(s)} for s in (1, None, [SHA], {"a": SHA})),
            {"extensions": {"persistedQuery": SHA[:-1]}},
            {"query": ASK, "extensions": persisted("0" * 64)},
        )
        for wrong in wrong_names:
            assert (await post(client, wrong)).status_code == 400, wrong


async def test_where_only_trusted_documents_are_served_others_are_refused() -> None:
    transport = httpx2.ASGITransport(app(only=True))
    async with httpx2.AsyncClient(transport=transport, base_url="http://compagnon") as client:
        assert (await post(client, {"query": ASK})).status_code == 200
        assert (await post(client, {"documentId": "templates"})).status_code == 200

        query = "{ __typename }"
        sha256 = hashlib.sha256(query.encode()).hexdigest()
        for other in ({"query": query}, {"query": query, "extensions": persisted(sha256)}):
            answer = await post(client, other)
            assert answer.status_code == 400
            (error,) = answer.json()["errors"]
            assert error["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"
        # nor streamed
        answer = await post(client, {"query": FOLLOW + " "}, "text/event-stream")
        assert "known beforehand" in answer.text
        answer = await post(client, {"documentId": "templates"}, "text/event-stream")
        assert answer.text.startswith('event: next\ndata: {"data":')
        assert answer.text.endswith("\n\nevent: complete\ndata:\n\n")


async def test_a_socket_takes_documents_by_their_names_too() -> None:
    def codes(client: TestClient, *payloads: dict[str, Any]) -> list[str]:
        found = []
        with client.websocket_connect("/graphql", ["graphql-transport-ws"]) as socket:
            socket.send_json({"type": "connection_init"})
            assert socket.receive_json()["type"] == "connection_ack"
            for i, payload in enumerate(payloads):
                socket.send_json({"type": "subscribe", "id": f"{i}", "payload": payload})
                while (message := socket.receive_json())["type"] == "complete":
                    pass
                told = message["payload"]
                errors = told if message["type"] == "error" else told["errors"]
                found.append(errors[0]["extensions"]["code"])
        return found

    with TestClient(app(only=True)) as client:
        assert codes(
            client,
            {"documentId": "follow"},
            {"query": "", "documentId": "follow"},
            {"query": FOLLOW},
            {"query": "", "extensions": persisted("0" * 64)},
            {"query": FOLLOW + " "},
            {"query": ""},
        ) == [
            *["UNAUTHENTICATED"] * 3,
            *("PERSISTED_QUERY_NOT_FOUND", *["GRAPHQL_VALIDATION_FAILED"] * 2),
        ]
    with TestClient(app()) as client:
        assert codes(client, {"query": ""}, {"query": " "}) == ["GRAPHQL_PARSE_FAILED"] * 2
