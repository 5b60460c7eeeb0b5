"""Follows all of a person's conversations, whatever the network does.

    python examples/follow.py http://127.0.0.1:8000 EMAIL PASSWORD

The cursor of the last event shown is all there is to remember: after a break the subscription
goes on behind it, so that no message is missed and none is shown twice.
"""

import asyncio
import json
import sys
import urllib.request
from contextlib import suppress
from typing import Any

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.typing import Subprotocol

SIGN_IN = """
mutation($email: String!, $password: String!) {
  signIn(input: {email: $email, password: $password}) {
    session { accessToken refreshToken } errors { message }
  }
}"""
REFRESH = """
mutation($token: String!) {
  refreshSession(refreshToken: $token) {
    session { accessToken refreshToken } errors { message }
  }
}"""
FOLLOW = """
subscription($after: String) {
  messageEvents(after: $after) {
    cursor
    ... on MessageAdded { message { number body sender { displayName } } }
    ... on TypingChanged { isTyping user { displayName } }
  }
}"""


class Session:
    """Signed in once; later connections come with the refresh token."""

    def __init__(self, url: str, email: str, password: str) -> None:
        self.url = url
        self._keep(self._ask(SIGN_IN, email=email, password=password)["signIn"])

    def refresh(self) -> None:
        self._keep(self._ask(REFRESH, token=self.refresh_token)["refreshSession"])

    def _keep(self, payload: dict[str, Any]) -> None:
        if payload["errors"]:
            sys.exit(payload["errors"][0]["message"])
        self.access_token = payload["session"]["accessToken"]
        self.refresh_token = payload["session"]["refreshToken"]

    def _ask(self, query: str, **variables: str) -> Any:
        body = json.dumps({"query": query, "variables": variables}).encode()
        headers = {"content-type": "application/json"}
        request = urllib.request.Request(f"{self.url}/graphql", body, headers)  # noqa: S310
        with urllib.request.urlopen(request) as response:  # noqa: S310 -- the caller's own address
            return json.load(response)["data"]


async def follow(url: str, email: str, password: str) -> None:
    session = Session(url, email, password)
    cursor = ""  # from the first message on
    while True:
        try:
            async with connect(
                f"{url.replace('http', 'ws', 1)}/graphql",
                subprotocols=[Subprotocol("graphql-transport-ws")],
            ) as socket:
                payload: dict[str, Any] = {"authorization": f"Bearer {session.access_token}"}
                await socket.send(json.dumps({"type": "connection_init", "payload": payload}))
                await socket.recv()
                payload = {"query": FOLLOW, "variables": {"after": cursor}}
                await socket.send(json.dumps({"id": "1", "type": "subscribe", "payload": payload}))
                async for text in socket:
                    cursor = told(json.loads(text)) or cursor
        except (OSError, ConnectionClosed, InvalidHandshake) as error:
            print(f"… {type(error).__name__}, trying again", file=sys.stderr)
        await asyncio.sleep(1)
        with suppress(OSError):  # not reachable: the next round finds out, too
            session.refresh()


def told(message: dict[str, Any]) -> str | None:
    """Shows an event and returns its cursor; anything else with a code ends the program."""
    payload = message.get("payload") or {}
    errors = payload if message["type"] == "error" else payload.get("errors")
    codes = {error["extensions"]["code"] for error in errors or ()}
    if codes - {"UNAUTHENTICATED", "INTERNAL_ERROR"}:  # these two pass with a new token, or in time
        sys.exit(", ".join(codes))
    if message["type"] != "next" or not payload.get("data"):
        return None
    event = payload["data"]["messageEvents"]
    show(event)
    return str(event["cursor"])


def show(event: dict[str, Any]) -> None:
    if message := event.get("message"):
        print(f"{message['number']:>4}  {message['sender']['displayName']}: {message['body']}")
    elif event.get("isTyping"):
        print(f"      {event['user']['displayName']} is typing …")


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        asyncio.run(follow(*sys.argv[1:4]))
