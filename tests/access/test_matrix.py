"""Who gets what: every field, mutation and subscription, for every kind of viewer, over HTTP and
over a socket. A field without a line in the table fails, and so does a line without a field."""

import json
from typing import Any

import pytest
from starlette.applications import Starlette
from websockets.asyncio.client import ClientConnection

from schema import schema_of
from server.http import graphql_http
from tests.acceptance.books import Books
from tests.acceptance.desk import operation
from tests.acceptance.streams import codes_in, streamed
from tests.access.asking import (
    DONE_OR_FOLLOWED,
    EVENTS,
    call,
    fields,
    outcome,
    readings,
    selected,
    types,
)
from tests.access.conftest import House
from tests.access.doors import door_within
from tests.access.sockets import code_in, received, socket, subscribed
from tests.access.table import HTTP, REASONS, SOCKET, STREAM, VIEWERS, done, expected, letter
from tests.graph import GRAPH

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(300), pytest.mark.xdist_group("matrix")]

SESSION = """mutation($input: SignInInput!) {
  signIn(input: $input) { session { %s } errors { code } } }"""
FOLLOWED = (
    "subscription($id: ID, $after: String) { messageEvents(matchId: $id, after: $after) { %s } }"
)
ROUNDS = 8
REFUSED = ("anonymous", "expired", "ended", "gone", "suspended", "minor", "unknown")


def test_every_field_has_its_line_in_the_table_and_every_line_its_field() -> None:
    there = {f"{type}.{name}" for type in types(GRAPH) for name in fields(GRAPH, type)}
    events = {place for place in there if place.startswith(tuple(EVENTS))}
    subscriptions = {f"Subscription.{name}" for name in fields(GRAPH, "Subscription")}

    assert expected(HTTP).keys() == there - events
    assert expected(SOCKET).keys() == events | subscriptions | {"Query.*", "Mutation.*"}


async def test_over_http_everybody_gets_what_the_table_says_and_nothing_else(house: House) -> None:
    found: dict[str, str] = {}

    def note(place: str, became: str) -> None:
        found[place] = found.get(place, "") + letter(became)

    # when every kind of viewer asks for every field
    for type in types(GRAPH):
        if type not in DONE_OR_FOLLOWED:
            for document, names in readings(GRAPH, type, house.ids).items():
                for viewer in VIEWERS:
                    body = await house.ask(viewer, document)
                    for name in names:
                        note(f"{type}.{name}", outcome(type, name, body))
    # does what can be done, with input that is good for one of them, each in the same world
    books, samples = await Books.opened(), house.stage.samples.mutations()
    for name, of in fields(GRAPH, "Mutation").items():
        document = operation("mutation", name, of, "its: %s")
        for viewer in VIEWERS:
            note(
                f"Mutation.{name}", done(await house.ask(viewer, document, samples[name].variables))
            )
            if changed := await books.changed():
                await books.restore(changed)
    document = SESSION % selected(GRAPH, "Session", {})
    for viewer in VIEWERS:
        body = await house.ask(viewer, document, samples["signIn"].variables)
        for name in fields(GRAPH, "Session"):
            note(f"Session.{name}", outcome("Session", name, body))
    # and tries to follow
    for name in fields(GRAPH, "Subscription"):
        for viewer in VIEWERS:
            body = await house.ask(viewer, f"subscription {{ {name} {{ __typename }} }}")
            note(f"Subscription.{name}", body["errors"][0]["extensions"]["code"])

    # then each got what the table says
    assert found == expected(HTTP)
    assert "masked error" not in house.server.log


@pytest.mark.parametrize("compiled", [True, False], ids=["short", "walked"])
async def test_the_short_way_and_documents_walked_show_everybody_the_same(
    house: House, compiled: bool
) -> None:
    # given documents that are compiled and known already, or neither ever
    route = graphql_http(schema_of(compiled=compiled), lane=compiled)
    table, found, refused = expected(HTTP), dict[str, str](), dict[str, str]()
    async with door_within(Starlette(routes=[route])) as door:
        here = House(house.stage, house.server, door)

        # when every kind of viewer asks for every field
        for type in types(GRAPH):
            if type not in DONE_OR_FOLLOWED:
                for document, names in readings(GRAPH, type, house.ids).items():
                    for viewer in ("anonymous", *VIEWERS)[not compiled :]:
                        body = await here.ask(viewer, document)
                        for name in names:
                            place = f"{type}.{name}"
                            found[place] = found.get(place, "") + letter(outcome(type, name, body))
        # and who may not do a thing tries to
        for name, of in fields(GRAPH, "Mutation").items():
            document = operation("mutation", name, of, "its: %s")
            said = house.stage.samples.mutations()[name].variables
            for viewer in ("anonymous", *REFUSED)[not compiled :]:
                if not may(name, viewer):
                    body = await here.ask(viewer, document, said)
                    refused[name] = refused.get(name, "") + letter(done(body))

    # then each got what the table says, the first time and when it was known
    first = int(compiled)
    assert {place: letters[first:] for place, letters in found.items()} == {
        place: table[place] for place in found
    }
    for name, letters in refused.items():
        of_table = table[f"Mutation.{name}"]
        told = "".join(of_table[VIEWERS.index(v)] for v in REFUSED if not may(name, v))
        assert letters.endswith(told) and len(letters) - len(told) in (0, first), name
    assert len(found) > 200 and len(refused) > 30


def may(mutation: str, viewer: str) -> bool:
    """Whether the table lets this viewer do it, so that it is not to be tried here."""
    return expected(HTTP)[f"Mutation.{mutation}"][VIEWERS.index(viewer)] == letter("SHOWN")


async def test_over_a_socket_everybody_follows_what_the_table_says_and_nothing_else(
    house: House,
) -> None:
    table, found = expected(SOCKET), dict.fromkeys(expected(SOCKET), "")
    await make_every_event(house)

    for viewer in VIEWERS:
        async with socket(house, viewer) as (connection, closed):
            for member in ("mentor", "mentee"):
                await act(
                    house, member, f'setTyping(matchId: "{house.ids["match"]}", isTyping: true)'
                )
            told = None if closed else await events(connection, house.ids["match"])
            for place in table:
                type, name = place.split(".")
                if closed:
                    found[place] += letter(closed)
                elif name == "*":
                    found[place] += letter(await never(connection, type, house))
                elif type == "Subscription" and name != "messageEvents":
                    found[place] += letter(await first_event(connection, name, house))
                elif isinstance(told, str):
                    found[place] += letter(told)
                else:
                    assert told is not None
                    shown = type == "Subscription" or f"its_{name}" in told[type]
                    found[place] += letter("SHOWN" if shown else "HIDDEN")

    assert found == table


async def test_over_events_everybody_follows_what_they_do_over_a_socket(house: House) -> None:
    async def first(viewer: str) -> str:
        token, match = house.stage.tokens[viewer], house.ids["match"]
        query = FOLLOWED % "... on MessageAdded { message { body } }"
        async with streamed(house.server.url, token, query, id=match, after="") as stream:
            event = await stream.event()
        assert event is not None and event[0] == "next"
        codes = codes_in(event[1])
        if codes == ["UNAUTHENTICATED"]:
            assert event[1]["errors"][0]["extensions"]["reason"] == REASONS[viewer]
        return codes[0] if codes else "SHOWN" if event[1]["data"] else "HIDDEN"

    found = "".join([letter(await first(viewer)) for viewer in VIEWERS])

    assert {"Subscription.messageEvents": found} == expected(STREAM)


async def make_every_event(house: House) -> None:
    """Something of each kind happens in the conversation, for whoever follows it from the start."""
    message, match = house.ids["message"], house.ids["match"]
    await act(house, "mentor", f'editMessage(input: {{messageId: "{message}", body: "anew"}})')
    await act(house, "mentor", f'markRead(matchId: "{match}", upToNumber: 1)')


async def act(house: House, viewer: str, field: str) -> None:
    body = await house.ask(viewer, f"mutation {{ its: {field} {{ errors {{ code }} }} }}")
    assert done(body) == "SHOWN", body


async def never(connection: ClientConnection, type: str, house: House) -> str:
    """The code that answers each good query, or mutation, when a socket is asked for it."""
    samples = house.stage.samples.mutations()
    codes = set()
    for name, of in fields(GRAPH, type).items():
        if type == "Query":
            document, said = f"query {{ {call(type, name, of, house.ids)} }}", {}
        else:
            document, said = operation("mutation", name, of), samples[name].variables
        await subscribed(connection, name, document, **said)
        while (message := await received(connection)).get("id") != name:
            pass
        codes.add(code_in(message) or "SHOWN")
    return " or ".join(sorted(codes))


async def events(connection: ClientConnection, match: str) -> dict[str, Any] | str:
    """One event of each kind with all its fields, or the code that comes instead."""
    document = FOLLOWED % " ".join(
        ["__typename", *(f"... on {type} {{ {selected(GRAPH, type, {})} }}" for type in EVENTS)]
    )
    await subscribed(connection, "events", document, id=match, after="")
    told: dict[str, Any] = {}
    while len(told) < len(EVENTS):
        message = await received(connection)
        if code := code_in(message):
            return code
        event = message["payload"]["data"]["messageEvents"]
        told.setdefault(event["__typename"], event)
    await connection.send(json.dumps({"id": "events", "type": "complete"}))
    return told


async def first_event(connection: ClientConnection, name: str, house: House) -> str:
    """What comes of following something while the match is paused and resumed a few times: the
    first may come too early to be news."""
    await subscribed(connection, name, f"subscription {{ {name} {{ __typename }} }}")
    for _ in range(ROUNDS):
        for change in ("pauseMatch", "resumeMatch"):
            await act(house, "admin", f'{change}(matchId: "{house.ids["match"]}")')
        await connection.send('{"type": "ping"}')
        while (message := await received(connection))["type"] != "pong":
            if message["type"] in ("next", "error") and message["id"] == name:
                await connection.send(json.dumps({"id": name, "type": "complete"}))
                return code_in(message) or "SHOWN"
    return "SILENT"
