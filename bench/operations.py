"""What is measured: the documents, word for word as both servers get them, and the requests."""

from dataclasses import dataclass

import orjson

from bench.population import Admin, Person, Population

PING = "{ viewer { user { displayName } } }"

INBOX = """query Inbox {
  viewer {
    matches(first: 5) {
      nodes {
        id
        status
        partner { id displayName }
        program { id title }
        unreadCount
        steps { state step { id week title } }
        messages(last: 20) {
          pageInfo { hasPreviousPage endCursor }
          nodes { id number body sentAt sender { id displayName } }
        }
      }
    }
  }
}"""

PAGE = """query Page($match: ID!) {
  match(id: $match) {
    id
    messages(last: 50) {
      pageInfo { hasPreviousPage startCursor endCursor }
      nodes { id number body sentAt editedAt deletedAt sender { id displayName } }
    }
  }
}"""

CANDIDATES = """query Candidates($program: ID!) {
  program(id: $program) {
    id
    title
    enrollments(first: 50) {
      pageInfo { hasNextPage endCursor }
      nodes {
        id role status topics languages timeZone capacity openPlaces enrolledAt goal
        user { id displayName bio }
      }
    }
  }
}"""

SEND = """mutation Send($input: SendMessageInput!) {
  sendMessage(input: $input) {
    message { id number body sentAt sender { id displayName } }
    errors { code message field }
  }
}"""

EVENTS = """subscription Events($match: ID!) {
  messageEvents(matchId: $match) {
    __typename
    cursor
    ... on MessageAdded { message { id number body sentAt sender { id displayName } } }
  }
}"""

TEXT = "Thank you! I tried what you said yesterday, and the evening was so much calmer."
KEY = "0" * 32
"""Stands in a request where each one sent needs a text of its own, as long as this."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing to do, and the requests of many people that do it."""

    name: str
    requests: list[bytes]


def operations(population: Population) -> list[Operation]:
    """The five operations; who writes is not who reads, so that inboxes stay as they are."""
    readers, writers = population.readers, population.writers
    return [
        Operation("Q1 inbox", [request(person.token, INBOX) for person in readers]),
        Operation("Q2 message page", [page(person) for person in readers]),
        Operation("Q3 candidates", [candidates(admin) for admin in population.admins]),
        Operation("M1 sendMessage", [send(writer.token, writer.match) for writer in writers]),
        Operation("ping", [request(person.token, PING) for person in readers]),
    ]


def page(reader: Person) -> bytes:
    """A request for the last messages of one of somebody's pairs."""
    return request(reader.token, PAGE, match=reader.match)


def candidates(admin: Admin) -> bytes:
    """A request for those enrolled in a program."""
    return request(admin.token, CANDIDATES, program=admin.program)


def send(token: str, match: str, *, key: str = KEY, body: str = TEXT) -> bytes:
    """A request that sends a message to a pair."""
    return request(token, SEND, input={"matchId": match, "body": body, "clientKey": key})


def request(token: str | None, query: str, **variables: object) -> bytes:
    """A whole HTTP request."""
    body = orjson.dumps({"query": query, "variables": variables})
    lines = ["POST /graphql HTTP/1.1", "host: 127.0.0.1", "content-type: application/json"]
    if token is not None:
        lines.append(f"authorization: Bearer {token}")
    lines.append(f"content-length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode() + body
