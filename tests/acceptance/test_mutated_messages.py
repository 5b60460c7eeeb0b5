"""Whatever is sent over a socket, it answers or closes with a code that says why; never a crash."""

import asyncio
import json
import os
from collections import Counter
from random import Random

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from tests.acceptance.clients import Client
from tests.acceptance.mutations import mutated
from tests.servers import ServerProcess
from tests.waiting import PATIENCE

pytestmark = [pytest.mark.usefixtures("clients_hang_up"), pytest.mark.timeout(300)]

MESSAGES = 10_000 if os.environ.get("TESTS_AT_LENGTH") else 400
AT_ONCE = 8
ENDS = {"answered", 4400, 4401, 4409, 4429}


async def test_no_message_is_too_strange_for_a_socket(server: ServerProcess) -> None:
    client = await Client(server.url).sign_up("Ada")
    ends: Counter[object] = Counter()

    async def speak(seed: int, messages: int) -> None:
        random, sent = Random(seed), 0
        while sent < messages:
            spoken = [mutated(random) for _ in range(random.randint(1, 2))]
            sent += len(spoken)
            end = await _end(server, client, spoken, begins=random.random() < 0.8)
            assert end in ENDS, (seed, end, spoken)
            ends[end] += 1

    await asyncio.gather(*(speak(seed, MESSAGES // AT_ONCE) for seed in range(AT_ONCE)))

    # then many kinds of end have come, and none of them was the server's
    print(MESSAGES, "messages:", dict(ends))
    assert ends["answered"] and ends[4400]
    assert "Traceback" not in server.log and "error    ]" not in server.log
    assert (await client.ask("{ viewer { email } }")).data["viewer"]


async def _end(
    server: ServerProcess, client: Client, messages: list[str | bytes], *, begins: bool
) -> object:
    """How it ends: the code it is closed with, or an answer to what is asked last."""
    async with connect(
        f"{server.ws_url}/graphql", subprotocols=[Subprotocol("graphql-transport-ws")]
    ) as socket:
        try:
            if begins:
                payload = {"authorization": f"Bearer {client.token}"}
                await socket.send(json.dumps({"type": "connection_init", "payload": payload}))
            for message in messages:
                await socket.send(message)
            await socket.send('{"type": "subscribe", "id": "the last", "payload": {"query": "{"}}')
            async with asyncio.timeout(PATIENCE):
                while json.loads(await socket.recv()).get("id") != "the last":
                    pass
            return "answered"
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd else 1006
