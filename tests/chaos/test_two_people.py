"""Two people write and follow at once, over a network and a server that fail them."""

import asyncio
import random
from typing import Any

import httpx2
import pytest
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from tests.acceptance.clients import Client, Pair, paired
from tests.servers import ServerProcess

pytestmark = pytest.mark.usefixtures("clients_hang_up")

EACH = 150
ALL = list(range(1, 2 * EACH + 1))

SEND = """
mutation($input: SendMessageInput!) {
  sendMessage(input: $input) { message { number } errors { code } }
}"""
FOLLOW = """
subscription($match: ID, $after: String) {
  messageEvents(matchId: $match, after: $after) {
    cursor ... on MessageAdded { message { number body } } } }"""

UNREACHABLE = (
    httpx2.TransportError,
    ConnectionClosed,
    InvalidHandshake,
    OSError,
    TimeoutError,
    EOFError,
)


async def test_three_hundred_messages_arrive_once_and_in_order_at_clients_that_reconnect(
    server: ServerProcess,
) -> None:
    # given a pair who both write and both follow, one a single pair, one all of hers
    pair = await paired(server.url)

    # when they write 300 messages at once, and their connections break again and again
    acknowledged, mentors, mentees = await talk(pair, random.Random(7))

    # then each has seen 1..300, in order, none missing and none twice
    assert sorted(acknowledged) == ALL
    assert numbers(mentors) == ALL
    assert numbers(mentees) == ALL


async def test_nothing_acknowledged_is_lost_when_the_server_is_killed(
    server: ServerProcess,
) -> None:
    # given the same pair
    pair = await paired(server.url)

    # when the server is killed in the middle, and started again
    async def kill_in_the_middle(seen: list[Any]) -> None:
        while len(seen) < EACH:
            await asyncio.sleep(0.01)
        await asyncio.to_thread(server.kill)
        await asyncio.to_thread(server.restart)

    acknowledged, mentors, mentees = await talk(pair, random.Random(11), kill_in_the_middle)

    # then every message somebody was told of is there, once, and both have seen the same
    assert sorted(acknowledged) == ALL
    assert numbers(mentors) == ALL
    assert mentors == mentees


async def talk(
    pair: Pair, chance: random.Random, disturb: Any = None
) -> tuple[list[int], list[Any], list[Any]]:
    """Both write and follow until each has seen all; returns what was acknowledged and seen."""
    acknowledged: list[int] = []
    mentors: list[Any] = []
    mentees: list[Any] = []
    async with asyncio.timeout(150), asyncio.TaskGroup() as tasks:
        tasks.create_task(follow(pair.mentor, pair.match, mentors, chance))
        tasks.create_task(follow(pair.mentee, None, mentees, chance))
        tasks.create_task(write(pair.mentor, pair.match, acknowledged))
        tasks.create_task(write(pair.mentee, pair.match, acknowledged))
        if disturb is not None:
            tasks.create_task(disturb(mentees))
    return acknowledged, mentors, mentees


async def write(person: Client, match: str, acknowledged: list[int]) -> None:
    """Sends each message until it is acknowledged, under one key: a retry is never a second one."""
    for i in range(EACH):
        said = {"matchId": match, "body": f"{person.id} says {i}", "clientKey": str(i)}
        while True:
            try:
                answer = await person.ask(SEND, input=said)
                acknowledged.append(answer.data["sendMessage"]["message"]["number"])
                break
            except UNREACHABLE:
                await asyncio.sleep(0.05)  # the server is gone: try again until it is back


async def follow(person: Client, match: str | None, seen: list[Any], chance: random.Random) -> None:
    """Reads events, breaks the connection at random, and goes on from the last cursor seen."""
    cursor = ""
    while len(seen) < len(ALL):
        try:
            async with person.socket() as socket:
                await socket.subscribe(FOLLOW, match=match, after=cursor)
                for _ in range(chance.randint(1, 40)):
                    event = await socket.event()
                    cursor = event["cursor"]
                    if "message" in event:
                        seen.append((event["message"]["number"], event["message"]["body"]))
                    if len(seen) == len(ALL):
                        return
                if chance.random() < 0.5:
                    socket.connection.transport.abort()  # as when a train enters a tunnel
        except UNREACHABLE:
            await asyncio.sleep(0.05)


def numbers(seen: list[Any]) -> list[int]:
    return [number for number, _ in seen]
