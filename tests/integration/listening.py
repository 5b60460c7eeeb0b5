"""The two of a pair who listen to it together, and what they hear."""

from typing import Any

from tests.integration.subscribers import Endpoint, Peer
from tests.integration.world import Pair, Person

SHARED = """subscription($match: ID!, $after: String) {
  messageEvents(matchId: $match, after: $after) {
    __typename cursor match { id status }
    ... on MessageAdded { message { number body sender { displayName } replyTo { body } } }
    ... on TypingChanged { user { displayName } isTyping } } }"""
SEND = """mutation($match: ID!, $body: String!, $key: ID!) {
  sendMessage(input: {matchId: $match, body: $body, clientKey: $key}) {
    message { id number } errors { code } } }"""
TYPE = "mutation($match: ID!) { setTyping(matchId: $match, isTyping: true) { errors { code } } }"


async def send(person: Person, pair: Pair, *bodies: str) -> None:
    for body in bodies:
        (await person.ask(SEND, match=pair.match, body=body, key=body)).ok()


async def listening(home: Endpoint, pair: Pair, document: str, **said: Any) -> list[Peer]:
    """Both of the pair, at two sockets each."""
    people = (pair.mentor, pair.mentee) * 2
    peers = [await home.peer(one, document, match=pair.match, **said) for one in people]
    return [await peer.is_idle() for peer in peers]
