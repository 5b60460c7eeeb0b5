"""A client as front ends have one: queries over HTTP, subscriptions over a socket."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Self
from uuid import uuid4

import httpx2
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from tests.waiting import PATIENCE

WAIT = 10.0
"""Seconds within which news come: who has to look for them, unwoken, comes later."""
SIGN_UP = """
mutation($input: SignUpInput!) {
  signUp(input: $input) {
    session { accessToken refreshToken } viewer { user { id } } errors { code field }
  }
}"""


_connections: list[httpx2.AsyncClient] = []


async def hang_up() -> None:
    """Closes the connections of all clients of a test."""
    while _connections:
        await _connections.pop().aclose()


def _connected() -> httpx2.AsyncClient:
    _connections.append(httpx2.AsyncClient(timeout=30))
    return _connections[-1]


@dataclass
class Answer:
    """What came back over HTTP."""

    status: int
    body: dict[str, Any]

    @property
    def data(self) -> Any:
        return self.body.get("data")

    @property
    def codes(self) -> list[str]:
        return [error["extensions"]["code"] for error in self.body.get("errors", [])]

    @property
    def text(self) -> str:
        return json.dumps(self.body)


@dataclass
class Client:
    """Somebody with a device; signed in once they have a token."""

    url: str
    token: str | None = None
    refresh_token: str | None = None
    id: str | None = None
    http: httpx2.AsyncClient = field(default_factory=_connected, repr=False)

    async def ask(self, query: str, **variables: Any) -> Answer:
        headers = {"authorization": f"Bearer {self.token}"} if self.token else {}
        response = await self.http.post(
            f"{self.url}/graphql", json={"query": query, "variables": variables}, headers=headers
        )
        return Answer(response.status_code, response.json())

    async def do(self, query: str, **variables: Any) -> Any:
        """The one payload of a mutation that is not refused."""
        answer = await self.ask(query, **variables)
        assert not answer.codes, answer.body
        (payload,) = answer.data.values()
        assert payload["errors"] == [], payload
        return payload

    async def sign_up(self, name: str, birth_date: str = "1984-05-01") -> Self:
        """An account of their own, signed in."""
        payload = await self.do(
            SIGN_UP,
            input={
                "email": f"{name.lower()}-{uuid4().hex}@example.org",
                "password": "a long enough password",
                "displayName": name,
                "birthDate": birth_date,
                "timeZone": "Europe/Paris",
            },
        )
        self.token = payload["session"]["accessToken"]
        self.refresh_token = payload["session"]["refreshToken"]
        self.id = payload["viewer"]["user"]["id"]
        return self

    @asynccontextmanager
    async def socket(self) -> AsyncIterator["Socket"]:
        """A graphql-transport-ws connection, acknowledged."""
        async with connect(
            f"{self.url.replace('http', 'ws', 1)}/graphql",
            subprotocols=[Subprotocol("graphql-transport-ws")],
            open_timeout=PATIENCE,
            close_timeout=1,  # who has been cut off gets no farewell
        ) as connection:
            payload = {"authorization": f"Bearer {self.token}"} if self.token else {}
            await connection.send(json.dumps({"type": "connection_init", "payload": payload}))
            message = json.loads(await asyncio.wait_for(connection.recv(), PATIENCE))
            assert message == {"type": "connection_ack"}
            yield Socket(connection)


class Socket:
    """One connection and what comes over it."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection

    async def subscribe(self, query: str, **variables: Any) -> str:
        id = uuid4().hex
        payload = {"query": query, "variables": variables}
        await self.connection.send(json.dumps({"id": id, "type": "subscribe", "payload": payload}))
        return id

    async def message(self) -> dict[str, Any]:
        message: dict[str, Any] = json.loads(await asyncio.wait_for(self.connection.recv(), WAIT))
        return message

    async def event(self) -> Any:
        """The data of the next event, under its one field."""
        message = await self.message()
        assert message["type"] == "next" and not message["payload"].get("errors"), message
        (event,) = message["payload"]["data"].values()
        return event

    async def refusal(self) -> list[str]:
        """The codes of the error that answers a subscription which may not be."""
        message = await self.message()
        while message["type"] == "complete":  # of the subscription before
            message = await self.message()
        payload = message["payload"]
        errors = payload if message["type"] == "error" else payload["errors"]
        assert message["type"] == "error" or payload["data"] is None, message
        return [error["extensions"]["code"] for error in errors]

    async def closed(self) -> int | None:
        """The code with which the server closes the connection, whatever comes before."""
        try:
            while True:
                await asyncio.wait_for(self.connection.recv(), PATIENCE)
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd else None


@dataclass
class Pair:
    """Two people an admin has paired, and the program they are in."""

    admin: Client
    mentor: Client
    mentee: Client
    group: str
    program: str
    match: str


async def paired(url: str, names: tuple[str, str, str] = ("Ada", "Maya", "Mina")) -> Pair:
    """A group, an open program without questions, and a pair in it, all made through the graph."""
    admin, mentor, mentee = [await Client(url).sign_up(name) for name in names]
    made = await admin.do(
        """mutation { createGroup(input: {name: "Parents", description: "", category: PARENTING}) {
             group { id } errors { code } } }"""
    )
    group = made["group"]["id"]
    made = await admin.do(
        """mutation($group: ID!) {
             createProgram(input: {groupId: $group, templateKey: "encouragement-and-support"}) {
               program { id } errors { code } } }""",
        group=group,
    )
    program = made["program"]["id"]
    await admin.do(
        """mutation($id: ID!) {
             setProgramQuestions(input: {programId: $id, questions: []}) { errors { code } } }""",
        id=program,
    )
    await admin.do(
        "mutation($id: ID!) { openProgram(programId: $id) { errors { code } } }", id=program
    )
    return Pair(
        admin, mentor, mentee, group, program, await pair_up(admin, mentor, mentee, group, program)
    )


async def pair_up(admin: Client, mentor: Client, mentee: Client, group: str, program: str) -> str:
    """Joins, enrolls, approves and pairs two people; returns the match."""
    enrollments = []
    for person, role in ((mentor, "MENTOR"), (mentee, "MENTEE")):
        await person.do(
            "mutation($id: ID!) { joinGroup(groupId: $id) { errors { code } } }", id=group
        )
        enrolled = await person.do(
            """mutation($program: ID!, $role: ProgramRole!) {
                 enroll(input: {programId: $program, role: $role, topics: ["listening"]}) {
                   enrollment { id } errors { code } } }""",
            program=program,
            role=role,
        )
        enrollments.append(enrolled["enrollment"]["id"])
    await admin.do(
        """mutation($ids: [ID!]!) {
             approveEnrollments(enrollmentIds: $ids) { errors { code } } }""",
        ids=enrollments,
    )
    made = await admin.do(
        """mutation($input: CreateMatchesInput!) {
             createMatches(input: $input) { matches { id } errors { code field } } }""",
        input={
            "programId": program,
            "pairs": [{"mentorEnrollmentId": enrollments[0], "menteeEnrollmentId": enrollments[1]}],
        },
    )
    match: str = made["matches"][0]["id"]
    return match
