"""Whose password is guessed is not kept out, and not given away by what guessers are told."""

import pytest

from domain.known_networks import is_owner_at
from domain.sessions import forget_old_sessions
from models.database import execute, fetch
from server.rates import SIGN_IN, By, Rate
from server.storages import InDatabase
from tests.integration.guessing import EMAIL, GUESSES, PASSWORD, Client, app, code_of
from tests.integration.world import World

pytestmark = pytest.mark.anyio


async def test_whoever_signs_in_is_forgiven_what_was_tried_from_there(
    world: World, guessed: list[str]
) -> None:
    maya = await world.person("Maya", email="maya@example.org")
    await execute("UPDATE users SET password_hash = 'a' WHERE id = $1", maya.key)
    here = Rate("guesses", By.ACCOUNT_FROM, "3/minute", SIGN_IN, EMAIL, shared=True)
    client = Client(app([here], InDatabase()))

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

    # when the owner signs in once more, goes on with their session, and changes something
    assert await owner.guess("maya@example.org", "right") == "DONE"
    refresh = "mutation($t: String!) { refreshSession(refreshToken: $t) { errors { code } } }"
    assert code_of(await owner.ask(refresh, t=token)) == "DONE"
    change = 'mutation { updateProfile(input: {bio: "Here I am"}) { errors { code } } }'
    assert code_of(await owner.ask(change)) == "DONE"

    # then whoever guesses is refused as before
    assert await stalker.guess("maya@example.org") == "RATE_LIMITED"


async def test_an_owner_who_is_let_in_past_a_full_window_changes_no_count(
    world: World, guessed: list[str]
) -> None:
    # given an owner who has signed in here before, and somebody who has filled one of two windows
    maya = await world.person("Maya", email="maya@example.org")
    await execute("UPDATE users SET password_hash = 'a' WHERE id = $1", maya.key)
    anywhere = Rate(
        "guesses", By.ACCOUNT, "2/minute; 9/hour", SIGN_IN, EMAIL, PASSWORD, shared=True
    )
    served = app([anywhere], InDatabase())
    stalker, owner = Client(served), Client(served, "198.51.100.1")
    assert await owner.guess("maya@example.org", "right") == "DONE"
    tried = [await stalker.guess("maya@example.org") for _ in range(3)]
    assert tried == ["BAD_CREDENTIALS", "BAD_CREDENTIALS", "RATE_LIMITED"]
    counted = await fetch("SELECT key, count FROM rate_counts ORDER BY key")

    # when the owner signs in
    assert await owner.guess("maya@example.org", "right") == "DONE"

    # then whoever guesses has as many guesses left as before, in either window
    assert await fetch("SELECT key, count FROM rate_counts ORDER BY key") == counted


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

    # when many guess, from wherever they are
    tried = [await Client(served, f"203.0.113.{i}").guess("maya@example.org") for i in range(5)]
    assert tried == ["BAD_CREDENTIALS"] * 3 + ["RATE_LIMITED"] * 2
    # then the owner is let in at home, and nobody is from where others live
    assert await next_door.guess("maya@example.org", "right") == "RATE_LIMITED"
    at_home = Client(served, "2001:db8:1::8")
    # who only guesses is not told that they are where the owner has been
    assert await at_home.guess("Maya@example.org") == "RATE_LIMITED"
    assert await at_home.guess("maya@example.org", "right") == "DONE"
    # which changes nothing for those who guess, and at home, too, there is an end to it
    assert await Client(served, "203.0.113.9").guess("maya@example.org") == "RATE_LIMITED"
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
