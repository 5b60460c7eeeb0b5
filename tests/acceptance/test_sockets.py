"""What a socket does with what it should not get, and with a session that ends."""

import json

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from tests.acceptance.clients import Client
from tests.servers import ServerProcess

pytestmark = pytest.mark.usefixtures("clients_hang_up")

MALFORMED = [
    *("[]", "1", '"x"', "null", "true", "{}", '{"type": 1}', '{"type": "hello"}', "not JSON"),
    '{"type": "complete"}',
    '{"type": "complete", "id": []}',
    '{"type": "ping", "payload": 1}',
    '{"type": "subscribe", "id": "1"}',
    '{"type": "subscribe", "id": [], "payload": {"query": "{ viewer { email } }"}}',
    '{"type": "subscribe", "id": "", "payload": {"query": "{ viewer { email } }"}}',
    '{"type": "subscribe", "id": "1", "payload": null}',
    '{"type": "subscribe", "id": "1", "payload": []}',
    '{"type": "subscribe", "id": "1", "payload": {"query": null}}',
    '{"type": "subscribe", "id": "1", "payload": {"query": "{ a }", "variables": []}}',
    '{"type": "subscribe", "id": "1", "payload": {"query": "{ a }", "operationName": 1}}',
]


async def test_what_is_no_message_closes_the_socket_with_4400(server: ServerProcess) -> None:
    for text in MALFORMED:
        async with connect(
            f"{server.ws_url}/graphql", subprotocols=[Subprotocol("graphql-transport-ws")]
        ) as socket:
            await socket.send('{"type": "connection_init", "payload": null}')
            assert json.loads(await socket.recv()) == {"type": "connection_ack"}
            await socket.send(text)
            with pytest.raises(ConnectionClosed) as closed:
                await socket.recv()
        assert closed.value.rcvd is not None and closed.value.rcvd.code == 4400, text
    assert "Traceback" not in server.log


async def test_one_bad_document_leaves_the_socket_open(server: ServerProcess) -> None:
    client = await Client(server.url).sign_up("Ada")
    async with client.socket() as socket:
        for query, code in (
            ("{ viewer { email } }", "GRAPHQL_VALIDATION_FAILED"),
            ("subscription { nothing }", "GRAPHQL_VALIDATION_FAILED"),
            ("subscription {", "GRAPHQL_PARSE_FAILED"),
        ):
            await socket.subscribe(query)
            assert await socket.refusal() == [code]


async def test_a_token_that_is_not_good_is_closed_with_4401(server: ServerProcess) -> None:
    client = Client(server.url, token="not a token")
    with pytest.raises(ConnectionClosed) as closed:
        async with client.socket():
            pass
    assert closed.value.rcvd is not None and closed.value.rcvd.code == 4401
    assert closed.value.rcvd.reason == "UNREADABLE: The access token is not good"
