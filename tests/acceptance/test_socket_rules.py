"""What graphql-transport-ws demands of a server, and with which code it closes."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient, WebSocketTestSession
from starlette.websockets import WebSocketDisconnect

from schema import schema_of
from server import sockets
from server.handlers import Handler
from server.http import graphql_http
from server.limiting import Limiter
from server.sockets import graphql_sockets
from server.subscriptions import SubscriptionsOnly
from server.terms import Crowd, Terms

PROTOCOL = "graphql-transport-ws"
INIT, PING = {"type": "connection_init"}, {"type": "ping"}
FOLLOW = {"query": "subscription { matchChanged { id } }"}


def subscribe(id: str) -> dict[str, Any]:
    return {"type": "subscribe", "id": id, "payload": FOLLOW}


@contextmanager
def client(crowd: Crowd | None = None) -> Iterator[TestClient]:
    schema = schema_of()
    terms = Terms(Limiter(schema._schema, rates=()), crowd=crowd or Crowd())
    app = Starlette(routes=[graphql_http(schema, terms=terms), graphql_sockets(schema, (), terms)])
    with TestClient(app) as client:
        yield client


@contextmanager
def acknowledged(client: TestClient) -> Iterator[WebSocketTestSession]:
    with client.websocket_connect("/graphql", [PROTOCOL]) as socket:
        socket.send_json(INIT)
        assert socket.receive_json() == {"type": "connection_ack"}
        yield socket


def code_of(socket: WebSocketTestSession) -> int:
    while (message := socket.receive())["type"] != "websocket.close":
        pass
    assert len(message["reason"].encode()) <= 123
    code: int = message["code"]
    return code


@pytest.fixture
def endless(monkeypatch: pytest.MonkeyPatch) -> None:
    """Subscriptions that tell nothing, so that they are there to be counted."""

    async def stream(self: object, query: str, **options: Any) -> Any:
        async def silence() -> Any:
            await asyncio.Event().wait()
            yield None

        return silence()

    monkeypatch.setattr(SubscriptionsOnly, "stream", stream)


@pytest.mark.usefixtures("endless")
def test_the_order_of_messages_is_kept_or_the_socket_closed() -> None:
    with client() as one:
        for messages, code in (
            (([], "subscribe first"), 4401),
            (([INIT, INIT], ""), 4429),
            (([INIT, subscribe("a"), subscribe("a")], ""), 4409),
        ):
            with one.websocket_connect("/graphql", [PROTOCOL]) as socket:
                for message in messages[0] or [subscribe("a")]:
                    socket.send_json(message)
                assert code_of(socket) == code
        # an id is free again once its subscription is over, and nobody minds one that is not there
        with acknowledged(one) as socket:
            for _ in range(2):
                socket.send_json(subscribe("a"))
                socket.send_json({"type": "complete", "id": "a"})
            socket.send_json({"type": "complete", "id": "b"})
            socket.send_json(PING)
            assert socket.receive_json() == {"type": "pong"}


def test_a_token_is_heard_however_its_name_is_written() -> None:
    with client() as one:
        for name in ("authorization", "Authorization", "AUTHORIZATION"):
            for others in ({}, {"AuthorizatioN": None}):  # as those write it who have no token yet
                with one.websocket_connect("/graphql", [PROTOCOL]) as socket:
                    payload = {**others, name: "no token"}
                    socket.send_json({"type": "connection_init", "payload": payload})
                    assert socket.receive().get("code") == 4401, payload


def test_a_client_that_does_not_begin_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sockets, "INIT_WAIT", timedelta(seconds=0.05))
    with client() as one, one.websocket_connect("/graphql", [PROTOCOL]) as socket:
        assert code_of(socket) == 4408


def test_no_other_protocol_is_spoken_and_no_page_of_another_origin_heard() -> None:
    with client() as one:
        for spoken in (["graphql-ws"], [], ["chat"]):
            with one.websocket_connect("/graphql", spoken) as socket:
                assert code_of(socket) == 4406
        for origin in ("https://evil.example", "null"):
            with (
                pytest.raises(WebSocketDisconnect),
                one.websocket_connect("/graphql", [PROTOCOL], headers={"origin": origin}),
            ):
                pass
        with acknowledged(one) as socket:
            socket.send_bytes(b'{"type": "ping"}')
            assert code_of(socket) == 4400


@pytest.mark.usefixtures("endless")
def test_a_socket_carries_only_so_many_subscriptions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sockets, "SUBSCRIPTIONS_AT_MOST", 2)
    with client() as one, acknowledged(one) as socket:
        for id in "abc":
            socket.send_json(subscribe(id))
        refused = socket.receive_json()
        assert (refused["type"], refused["id"]) == ("error", "c")
        assert refused["payload"][0]["extensions"] == {"code": "QUERY_TOO_COMPLEX"}

        socket.send_json({"type": "complete", "id": "a"})
        socket.send_json(subscribe("c"))
        socket.send_json(PING)
        assert socket.receive_json() == {"type": "pong"}


def test_an_address_has_only_so_many_sockets_and_streams() -> None:
    crowd = Crowd(by_address=1)
    with client(crowd) as one, acknowledged(one):
        with one.websocket_connect("/graphql", [PROTOCOL]) as second:
            assert code_of(second) == 1013
        answer = one.post("/graphql", json=FOLLOW, headers={"accept": "text/event-stream"})
        assert answer.status_code == 429
        assert answer.json()["errors"][0]["extensions"]["code"] == "RATE_LIMITED"
    assert not crowd._open


def test_what_breaks_inside_closes_the_socket_with_a_word(monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: object) -> None:
        raise ValueError("what nobody has thought of")

    monkeypatch.setattr(Handler, "handle_ping", broken)
    with client() as one, acknowledged(one) as socket:
        socket.send_json(PING)
        assert code_of(socket) == 1011
