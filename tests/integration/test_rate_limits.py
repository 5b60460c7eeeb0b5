"""What is done too often is refused before it is done: over HTTP and sockets, by one and by all."""

from uuid import uuid4

import pytest
import structlog
from graphql import parse
from prometheus_client import REGISTRY
from starlette.testclient import TestClient

from domain.denials import RateLimited
from execution.documents import Document
from models.database import fetch
from resolvers.context import Context
from schema import schema_of
from server.limiting import Limiter
from server.rates import RATES, SIGN_IN, By, Rate
from tests.integration.guessing import ADDRESS, GUESSES, Client, app, code_of
from tests.integration.world import Person, World

pytestmark = pytest.mark.anyio


def counted(rule: str) -> float:
    return REGISTRY.get_sample_value("compagnon_rate_limited_total", {"rule": rule}) or 0


async def test_a_password_is_guessed_a_few_times_and_then_not_compared_any_more(
    world: World, guessed: list[str]
) -> None:
    client = Client(app([GUESSES]))
    before = counted(GUESSES.name)

    codes = [await client.guess("Maya@example.org") for _ in range(5)]

    assert codes == ["BAD_CREDENTIALS"] * 3 + ["RATE_LIMITED"] * 2
    assert len(guessed) == 3
    # and that is counted, whoever it was
    assert counted(GUESSES.name) == before + 2
    # from wherever it is tried, and however it is written
    elsewhere = Client(client.app, "198.51.100.1")
    assert await elsewhere.guess(" maya@EXAMPLE.org ") == "RATE_LIMITED"
    # while others are let in
    assert await client.guess("mina@example.org") == "BAD_CREDENTIALS"


async def test_each_alias_is_an_attempt_and_too_many_are_refused_before_the_first(
    world: World, guessed: list[str]
) -> None:
    client = Client(app([GUESSES]))
    field = 'signIn(input: {email: $e, password: "x"}) { errors { code } }'
    query = "mutation($e: String!) { %s }"

    # the first time the document is new to the server, the second it is not
    for _ in range(2):
        many = query % " ".join(f"a{i}: {field}" for i in range(4))
        assert code_of(await client.ask(many, e="maya@example.org")) == "RATE_LIMITED"
    spread = f"""mutation($e: String!) {{ ...f ...g }} fragment f on Mutation {{ a: {field} ...g }}
        fragment g on Mutation {{ b: {field} }}"""
    assert code_of(await client.ask(spread, e="mina@example.org")) == "BAD_CREDENTIALS"

    assert guessed == ["x"] * 2


async def test_addresses_are_told_apart_and_networks_of_one_household_are_not(
    world: World, guessed: list[str]
) -> None:
    served = app([Rate("signing in", By.ADDRESS, "1/minute", SIGN_IN)])

    async def both(*addresses: str) -> list[str]:
        return [await Client(served, one).guess(f"{uuid4().hex}@a.b") for one in addresses]

    for first, second in (
        *(("192.0.2.7", "192.0.2.7"), ("2001:db8::1", "2001:db8::ffff:1")),
        ("::ffff:192.0.2.8", "192.0.2.8"),
    ):
        assert await both(first, second) == ["BAD_CREDENTIALS", "RATE_LIMITED"]
    assert await both("192.0.2.9", "2001:db8:0:1::1") == ["BAD_CREDENTIALS"] * 2
    # on this machine it is somebody who tries things out, or a proxy that nobody has named
    assert set(await both(*["127.0.0.1"] * 20)) == {"BAD_CREDENTIALS"}
    assert await both("127.0.0.1") == ["RATE_LIMITED"]


async def test_a_person_is_counted_wherever_they_are_and_whatever_they_ask(world: World) -> None:
    maya, mina = await world.people("Maya", "Mina")
    served = app(
        [Rate("requests", By.PERSON, "3/minute"), Rate("requests", By.ADDRESS, "5/minute")]
    )

    async def statuses(person: Person | None, *queries: str) -> list[int]:
        clients = [Client(served, address, person) for address in (ADDRESS, "192.0.2.2")]
        return [(await clients[i % 2].ask(query)).status_code for i, query in enumerate(queries)]

    assert await statuses(maya, "{", "{ nothing }", "{ viewer { email } }", "{") == [200] * 3 + [
        429
    ]
    assert await statuses(mina, "{ __typename }", "{") == [200] * 2
    # and nonsense counts for the address: it has asked three times, with that
    answers = [(await Client(served).ask("{")).status_code for _ in range(3)]
    assert answers == [200, 200, 429]


async def test_whoever_looks_for_people_is_counted_and_not_whoever_lists_them(
    world: World,
) -> None:
    # given a client that looks for members while somebody types, with the list's own document
    maya = await world.person("Maya")
    group = await world.group(maya)
    client = Client(app([line for line in RATES if line.only_with]), person=maya)
    twenty = " ".join(f"m{i}: members(search: $search) {{ totalCount }}" for i in range(20))
    document = f"query($id: ID!, $search: String) {{ group(id: $id) {{ {twenty} }} }}"

    async def times(number: int, **said: str | None) -> list[int]:
        asked = [client.ask(document, id=group, **said) for _ in range(number)]
        return [(await one).status_code for one in asked]

    # then each alias counts that looks for somebody, and none that looks for nobody
    assert await times(20, search=None) == [200] * 20
    assert await times(16, search="m") == [200] * 15 + [429]
    assert await times(2) == [200] * 2
    # and others are not kept from it
    assert (
        await Client(client.app, person=await world.person("Mina")).ask(
            document, id=group, search="m"
        )
    ).status_code == 200


async def test_sockets_are_counted_as_requests_are() -> None:
    rates = [
        Rate("requests", By.ADDRESS, "3/minute"),
        Rate("following", By.ADDRESS, "1/minute", frozenset({"Subscription.matchChanged"})),
    ]
    subscribe = {
        "type": "subscribe",
        "payload": {"query": "subscription { matchChanged { id } }"},
    }
    with TestClient(app(rates)) as client:
        with client.websocket_connect("/graphql", ["graphql-transport-ws"]) as socket:
            socket.send_json({"type": "connection_init"})
            assert socket.receive_json()["type"] == "connection_ack"

            told = []
            for id in "abc":
                socket.send_json({**subscribe, "id": id})
                message = socket.receive_json()
                while message["type"] == "complete":
                    message = socket.receive_json()
                payload = message["payload"]
                errors = payload if message["type"] == "error" else payload["errors"]
                told.append((message["id"], errors[0]["extensions"]["code"]))

        # one may be run, one is one too many of its kind, one of any kind
        assert told == [
            *(("a", "UNAUTHENTICATED"), ("b", "RATE_LIMITED"), ("c", "RATE_LIMITED")),
        ]
        with client.websocket_connect("/graphql", ["graphql-transport-ws"]) as socket:
            socket.send_json({"type": "connection_init"})
            assert socket.receive()["code"] == 1013


async def test_every_line_of_the_table_is_about_something_there_is() -> None:
    schema = schema_of()._schema
    for rate in RATES:
        for place in rate.fields:
            type, field = place.split(".")
            arguments = schema.type_map[type].fields[field].args  # type: ignore[attr-defined]
            if rate.named_in:
                assert rate.named_in[1] in arguments[rate.named_in[0]].type.of_type.fields


async def test_on_this_machine_hundreds_may_sign_up_in_a_minute() -> None:
    text = "mutation($i: SignUpInput!) { signUp(input: $i) { errors { code } } }"
    limiter, document = Limiter(schema_of()._schema), Document(text, parse(text))

    async def sign_ups(address: str) -> int:
        for number in range(1000):
            try:
                await limiter.admit(document, None, {}, Context(None, address=address))
            except RateLimited:
                return number
        return 1000

    assert await sign_ups("127.0.0.1") == 600
    assert await sign_ups(ADDRESS) == 30


async def test_who_goes_on_trying_does_not_fill_the_log(world: World, guessed: list[str]) -> None:
    client = Client(app([GUESSES]))

    with structlog.testing.capture_logs() as logged:
        codes = [await client.guess("maya@example.org") for _ in range(20)]

    assert codes.count("RATE_LIMITED") == 17
    assert [one["event"] for one in logged].count("rate limited") == 1


async def test_whoever_copies_a_program_again_and_again_does_not_fill_the_disk(
    world: World,
) -> None:
    # given a program whose copies are as large as it is, and a request that is not
    ada = await world.person("Ada")
    program = await world.open_program(ada, await world.group(ada))
    client = Client(app(), person=ada)
    twenty = " ".join(
        f"p{i}: copyProgram(input: {{programId: $id}}) {{ errors {{ code }} }}" for i in range(20)
    )

    answers = [await client.ask(f"mutation($id: ID!) {{ {twenty} }}", id=program) for _ in range(2)]

    # then what would be too many is refused before the first of them
    assert [answer.status_code for answer in answers] == [200, 429]
    assert (await fetch("SELECT count(*) FROM programs"))[0][0] == 21
