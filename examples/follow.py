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
    session { accessToken } errors { message }
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


def sign_in(url: str, email: str, password: str) -> str:
    body = json.dumps({"query": SIGN_IN, "variables": {"email": email, "password": password}})
    request = urllib.request.Request(  # noqa: S310 -- the address is the caller's own
        f"{url}/graphql", body.encode(), {"content-type": "application/json"}
    )
    with urllib.request.urlopen(request) as response:  # noqa: S310
        answer = json.load(response)["data"]["signIn"]
    if answer["errors"]:
        sys.exit(answer["errors"][0]["message"])
    token: str = answer["session"]["accessToken"]
    return token


async def follow(url: str, email: str, password: str) -> None:
    cursor = ""  # from the first message on
    while True:
        try:
            token = sign_in(url, email, password)
            async with connect(
                f"{url.replace('http', 'ws', 1)}/graphql",
                subprotocols=[Subprotocol("graphql-transport-ws")],
            ) as socket:
                await socket.send(
                    json.dumps(
                        {
                            "type": "connection_init",
                            "payload": {"authorization": f"Bearer {token}"},
                        }
                    )
                )
                await socket.recv()
                subscribe = {"query": FOLLOW, "variables": {"after": cursor}}
                await socket.send(
                    json.dumps({"id": "1", "type": "subscribe", "payload": subscribe})
                )
                async for text in socket:
                    message = json.loads(text)
                    if message["type"] != "next" or not message["payload"]["data"]:
                        break
                    event = message["payload"]["data"]["messageEvents"]
                    cursor = event["cursor"]
                    show(event)
        except (OSError, ConnectionClosed, InvalidHandshake) as error:
            print(f"… {type(error).__name__}, trying again", file=sys.stderr)
        await asyncio.sleep(1)


def show(event: dict[str, Any]) -> None:
    if message := event.get("message"):
        print(f"{message['number']:>4}  {message['sender']['displayName']}: {message['body']}")
    elif event.get("isTyping"):
        print(f"      {event['user']['displayName']} is typing …")


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        asyncio.run(follow(*sys.argv[1:4]))
