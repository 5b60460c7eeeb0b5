"""What is done too often is refused before it is done: over HTTP and sockets, by one and by all."""

from uuid import uuid4

import pytest
import structlog
from graphql import parse
from prometheus_client import REGISTRY
from starlette.testclient import TestClient

from domain.denials import RateLimited
from domain.known_networks import is_owner_at
from domain.sessions import forget_old_sessions
from execution.documents import Document
from models.database import execute, fetch
from resolvers.context import Context
from schema import schema_of
from server.limiting import Limiter
from server.rates import RATES, SIGN_IN, By, Rate
from server.storages import InDatabase
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


async def test_whoever_signs_in_is_forgiven_what_others_have_tried(
    world: World, guessed: list[str]
) -> None:
    maya = await world.person("Maya", email="maya@example.org")
    await execute("UPDATE users SET password_hash = 'a' WHERE id = $1", maya.key)
    client = Client(app([GUESSES], InDatabase()))

    for _ in range(3):
        assert [await client.guess("maya@example.org") for _ in range(2)] == ["BAD_CREDENTIALS"] * 2
        assert await client.guess("maya@example.org", "right") == "DONE"


async def test_who_guesses_is_not_told_when_the_owner_is_there(
    world: World, guessed: list[str]
) -> None:
    # given an owner who is signed in, and somebody who has guessed until they were refused
    maya = await world.person("Maya", email="maya@example.org")
    await execute("UPDATE users SET password_hash = 'a' WHERE id = $1", maya.key)
    served = app([GUESSES])
    stalker, owner = Client(served), Client(served, "198.51.100.1", maya)
    signed_in = await owner.ask(
        """mutation { signIn(input: {email: "maya@example.org", password: "right"}) {
             session { refreshToken } errors { code } } }"""
    )
    token = signed_in.json()["data"]["signIn"]["session"]["refreshToken"]
    tried = [await stalker.guess("maya@example.org") for _ in range(4)]
    assert tried == ["BAD_CREDENTIALS"] * 3 + ["RATE_LIMITED"]

    # when the owner goes on with their session, and changes something
    refresh = "mutation($t: String!) { refreshSession(refreshToken: $t) { errors { code } } }"
    assert code_of(await owner.ask(refresh, t=token)) == "DONE"
    change = 'mutation { updateProfile(input: {bio: "Here I am"}) { errors { code } } }'
    assert code_of(await owner.ask(change)) == "DONE"

    # then whoever guesses is refused as before
    assert await stalker.guess("maya@example.org") == "RATE_LIMITED"


async def test_who_guesses_from_elsewhere_does_not_keep_the_owner_out(
    world: World, guessed: list[str]
) -> None:
    # given somebody who has tried too often, from where they are
    served = app([Rate("guesses", By.ACCOUNT_FROM, "2/minute", SIGN_IN, ("input", "email"))])
    stalker, owner = Client(served), Client(served, "198.51.100.1")
    tried = [await stalker.guess("maya@example.org") for _ in range(3)]
    assert tried == ["BAD_CREDENTIALS", "BAD_CREDENTIALS", "RATE_LIMITED"]

    # then the owner is still let in to try
    assert await owner.guess("Maya@example.org") == "BAD_CREDENTIALS"
    assert await stalker.guess("maya@example.org") == "RATE_LIMITED"


async def test_who_guesses_from_everywhere_does_not_keep_the_owner_out_from_where_they_have_been(
    world: World, guessed: list[str]
) -> None:
    # given two who have signed in, each from where they live
    maya = await world.person("Maya", email="maya@example.org")
    await world.person("Mina", email="mina@example.org")
    await execute("UPDATE users SET password_hash = 'a'")
    own = Rate("guesses", By.ACCOUNT_FROM, "4/minute", SIGN_IN, named_in=("input", "email"))
    served = app([own, GUESSES])
    at_home, next_door = Client(served, "2001:db8:1::7"), Client(served, "198.51.100.2")
    assert await at_home.guess("maya@example.org", "right") == "DONE"
    assert await next_door.guess("mina@example.org", "right") == "DONE"

    async def besiege(account: str) -> None:
        tried = [await Client(served, f"203.0.113.{i}").guess(account) for i in range(5)]
        assert tried == ["BAD_CREDENTIALS"] * 3 + ["RATE_LIMITED"] * 2

    # when many guess, from wherever they are
    await besiege("maya@example.org")
    # then the owner is let in at home, and nobody is from where others live
    assert await next_door.guess("maya@example.org", "right") == "RATE_LIMITED"
    at_home = Client(served, "2001:db8:1::8")
    # who only guesses is not told that they are where the owner has been
    assert await at_home.guess("Maya@example.org") == "RATE_LIMITED"
    assert await at_home.guess("maya@example.org", "right") == "DONE"
    # and at home, too, there is an end to guessing
    await besiege("maya@example.org")
    tried = [await at_home.guess("maya@example.org") for _ in range(4)]
    tried.append(await at_home.guess("maya@example.org", "right"))
    assert tried == ["RATE_LIMITED"] * 5
    # and what is known of it goes with the sessions
    rows = await fetch("SELECT network_hash FROM sessions WHERE user_id = $1", maya.key)
    assert all(len(row[0]) == 32 for row in rows if row[0]) and any(row[0] for row in rows)
    await execute(
        "UPDATE sessions SET ended_at = now() - interval '31 days', created_at = '2020-1-1'"
    )
    await forget_old_sessions()
    assert not await is_owner_at("maya@example.org", "right", "2001:db8:1::/64")


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
