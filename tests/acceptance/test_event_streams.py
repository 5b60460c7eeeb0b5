"""Subscriptions as server-sent events, by POST."""

import json

import httpx2
import pytest

from tests.acceptance.clients import paired
from tests.acceptance.streams import codes_in, streamed
from tests.servers import ServerProcess

pytestmark = pytest.mark.usefixtures("clients_hang_up")

FOLLOW = """subscription($match: ID, $after: String) {
  messageEvents(matchId: $match, after: $after) {
    cursor ... on MessageAdded { message { number body } } } }"""
SEND = """mutation($input: SendMessageInput!) {
  sendMessage(input: $input) { message { number } errors { code } } }"""


async def test_a_conversation_is_followed_over_events_until_the_server_stops(
    server: ServerProcess,
) -> None:
    # given a pair, of whom one follows
    pair = await paired(server.url)

    async def say(number: int) -> None:
        input = {"matchId": pair.match, "body": f"{number}", "clientKey": f"{number}"}
        await pair.mentor.do(SEND, input=input)

    await say(1)
    async with streamed(
        server.url, pair.mentee.token, FOLLOW, match=pair.match, after=""
    ) as stream:
        head = await stream.head()
        assert head.startswith(b"HTTP/1.1 200 ")
        assert b"content-type: text/event-stream" in head and b"no-store" in head

        # then everything comes, what was there and what is said now
        heard = []
        for number in (2, 3, 4):
            event = await stream.event()
            assert event is not None and event[0] == "next"
            heard.append(event[1]["data"]["messageEvents"]["message"]["number"])
            await say(number)
        assert heard == [1, 2, 3]

        # and a server that stops leaves nobody waiting, nor lets them believe that this was all
        assert server.stop() == 0
        assert (await stream.event() or ("next",))[0] == "next"
        assert await stream.event() is None
    assert "Traceback" not in server.log and "without completing" not in server.log


async def test_who_accepts_json_gets_json_and_a_stream_only_of_what_streams(
    server: ServerProcess,
) -> None:
    urql = "application/graphql-response+json, application/json, text/event-stream, multipart/mixed"

    async def asked(query: str, accept: str) -> httpx2.Response:
        async with httpx2.AsyncClient(base_url=server.url) as client:
            return await client.post("/graphql", json={"query": query}, headers={"accept": accept})

    answer = await asked("{ __typename }", urql)
    assert answer.headers["content-type"] == "application/graphql-response+json"
    assert answer.json() == {"data": {"__typename": "Query"}}

    follow = "subscription { matchChanged { id } }"
    for query, accept, code in (
        (follow, urql, "UNAUTHENTICATED"),
        (follow, "text/event-stream", "UNAUTHENTICATED"),
        ("subscription { nothing }", "text/event-stream", "GRAPHQL_VALIDATION_FAILED"),
        ("{", "text/event-stream", "GRAPHQL_PARSE_FAILED"),
    ):
        answer = await asked(query, accept)
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream"), (query, accept)
        (data,) = [line[6:] for line in answer.text.splitlines() if line.startswith("data: ")]
        assert codes_in(json.loads(data)) == [code]
        assert answer.text.endswith("event: complete\ndata:\n\n")

    for accept in ("application/json", "*/*", "text/event-stream;q=0"):
        answer = await asked(follow, accept)
        assert codes_in(answer.json()) == ["GRAPHQL_VALIDATION_FAILED"]
