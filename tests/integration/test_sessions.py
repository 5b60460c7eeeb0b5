"""signIn, refreshSession, signOut: who gets in, for how long, and how a stolen token ends it."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from domain.clock import clock
from domain.configuration import configuration
from models.database import execute, fetch
from tests.integration.world import Answer, World, ask_with

SIGN_UP = """
mutation($input: SignUpInput!) {
  signUp(input: $input) { session { accessToken refreshToken } errors { code field } } }"""
SIGN_IN = """
mutation($email: String!, $password: String!) {
  signIn(input: {email: $email, password: $password}) {
    session { accessToken refreshToken expiresAt } viewer { email user { displayName } }
    errors { code message field } } }"""
REFRESH = """
mutation($token: String!) {
  refreshSession(refreshToken: $token) {
    session { accessToken refreshToken expiresAt } viewer { email }
    errors { code message field } } }"""
SIGN_OUT = "mutation { signOut { errors { code } } }"
VIEWER = "{ viewer { email } }"

EMAIL, PASSWORD = "ada@example.org", "correct horse"


@pytest.fixture
async def tokens(world: World) -> dict[str, str]:
    """What the one account of these tests holds after signing up."""
    answer = await world.nobody.ask(
        SIGN_UP,
        input={
            "email": EMAIL,
            "password": PASSWORD,
            "displayName": "Ada",
            "birthDate": "1985-03-17",
            "timeZone": "Europe/Paris",
        },
    )
    session: dict[str, str] = answer.ok()["session"]
    return session


async def is_signed_in(session: dict[str, str]) -> bool:
    answer = await ask_with(session["accessToken"], VIEWER)
    return answer.payload is not None


async def sign_in(world: World, email: str = EMAIL, password: str = PASSWORD) -> Answer:
    return await world.nobody.ask(SIGN_IN, email=email, password=password)


async def refresh(world: World, token: str) -> Answer:
    return await world.nobody.ask(REFRESH, token=token)


@pytest.mark.usefixtures("tokens")
async def test_the_password_opens_a_session_in_any_letter_case_of_the_address(world: World) -> None:
    made = (await sign_in(world, " ADA@Example.ORG ")).ok()
    assert made["viewer"] == {"email": EMAIL, "user": {"displayName": "Ada"}}
    assert await is_signed_in(made["session"])


@pytest.mark.usefixtures("tokens")
async def test_anything_else_is_refused_in_the_same_words(world: World) -> None:
    for email, password in (
        (EMAIL, "Correct horse"),
        (EMAIL, "correct horse "),
        (EMAIL, ""),
        (EMAIL, "\0"),
        (EMAIL, "\ud800"),
        (EMAIL, "x" * 100_000),
        ("nobody@example.org", PASSWORD),
        ("@", PASSWORD),
        ("", ""),
        ("\0", PASSWORD),
        ("\ud800@example.org", PASSWORD),
        ("x" * 100_000, PASSWORD),
        ("%", PASSWORD),
    ):
        answer = await sign_in(world, email, password)
        assert answer.payload["session"] is answer.payload["viewer"] is None
        assert answer.payload["errors"] == [
            {
                "code": "BAD_CREDENTIALS",
                "message": "E-mail address and password do not belong together.",
                "field": None,
            }
        ]


async def test_an_account_without_a_password_cannot_be_signed_in_to(world: World) -> None:
    await world.person("Eve", email="eve@example.org")
    for password in ("", "None", "null"):
        assert (await sign_in(world, "eve@example.org", password)).refusals == [
            ("BAD_CREDENTIALS", ())
        ]


async def test_an_access_token_ends_by_itself_and_the_refresh_token_gives_new_ones(
    world: World, tokens: dict[str, str]
) -> None:
    # given a session whose access token has run out
    assert await is_signed_in(tokens)
    clock.advance(configuration().access_token_life)
    assert not await is_signed_in(tokens)

    # when it is refreshed
    renewed = (await refresh(world, tokens["refreshToken"])).ok()

    # then the new token lets in, and both tokens are new
    assert renewed["viewer"] == {"email": EMAIL}
    assert await is_signed_in(renewed["session"])
    assert renewed["session"]["refreshToken"] != tokens["refreshToken"]


async def test_each_refresh_token_follows_the_last(world: World, tokens: dict[str, str]) -> None:
    seen = [tokens["refreshToken"]]
    for _ in range(5):
        seen.append((await refresh(world, seen[-1])).ok()["session"]["refreshToken"])
    assert len(set(seen)) == 6


async def test_a_refresh_token_used_again_ends_the_session_and_the_new_tokens_with_it(
    world: World, tokens: dict[str, str]
) -> None:
    # given a token that was used, and what it gave; and a session on another device
    renewed = (await refresh(world, tokens["refreshToken"])).ok()["session"]
    elsewhere = (await sign_in(world)).ok()["session"]

    # when somebody uses the old one again
    answer = await refresh(world, tokens["refreshToken"])

    # then it is refused, nothing of that session is good any more, and the other goes on
    assert answer.refusals == [("BAD_CREDENTIALS", ("refreshToken",))]
    assert answer.payload["errors"][0]["message"] == "This session is over: sign in again."
    assert not await is_signed_in(tokens)
    assert not await is_signed_in(renewed)
    assert (await refresh(world, renewed["refreshToken"])).refusals == [
        ("BAD_CREDENTIALS", ("refreshToken",))
    ]
    assert await is_signed_in(elsewhere)


async def test_two_who_use_one_refresh_token_at_once_end_the_session(
    world: World, tokens: dict[str, str]
) -> None:
    # when the same token is used by two at once
    answers = await asyncio.gather(*(refresh(world, tokens["refreshToken"]) for _ in range(2)))

    # then one of them is told no, and what the other got is worth nothing: one of them is a thief
    assert sorted(len(answer.refusals) for answer in answers) == [0, 1]
    (lucky,) = [answer.payload["session"] for answer in answers if not answer.refusals]
    assert not await is_signed_in(lucky)


async def test_a_refresh_token_of_nobody_is_refused(world: World) -> None:
    for token in ("", "nonsense", "\0", "\ud800", "x" * 100_000):
        assert (await refresh(world, token)).refusals == [("BAD_CREDENTIALS", ("refreshToken",))]


async def test_a_session_that_was_left_alone_too_long_is_over(
    world: World, tokens: dict[str, str]
) -> None:
    clock.advance(configuration().session_life + timedelta(seconds=1))
    assert (await refresh(world, tokens["refreshToken"])).refusals == [
        ("BAD_CREDENTIALS", ("refreshToken",))
    ]


async def test_a_session_that_is_used_goes_on(world: World, tokens: dict[str, str]) -> None:
    token = tokens["refreshToken"]
    for _ in range(4):
        clock.advance(configuration().session_life / 2)
        token = (await refresh(world, token)).ok()["session"]["refreshToken"]


async def test_refresh_tokens_are_stored_hashed(world: World, tokens: dict[str, str]) -> None:
    dump: list[Any] = await fetch("SELECT t::text FROM refresh_tokens t")
    assert len(dump) == 1
    assert tokens["refreshToken"] not in dump[0][0]


async def test_signing_out_ends_this_session_and_no_other(
    world: World, tokens: dict[str, str]
) -> None:
    # given two sessions of one account
    elsewhere = (await sign_in(world)).ok()["session"]

    # when one signs out
    (await ask_with(tokens["accessToken"], SIGN_OUT)).ok()

    # then its tokens are worth nothing, at once, and the other one's are still good
    assert not await is_signed_in(tokens)
    assert (await refresh(world, tokens["refreshToken"])).refusals == [
        ("BAD_CREDENTIALS", ("refreshToken",))
    ]
    assert (await ask_with(tokens["accessToken"], SIGN_OUT)).codes == ["UNAUTHENTICATED"]
    assert await is_signed_in(elsewhere)


async def test_nobody_cannot_sign_out(world: World) -> None:
    assert (await world.nobody.ask(SIGN_OUT)).codes == ["UNAUTHENTICATED"]


async def test_a_suspended_person_may_sign_in_see_themselves_and_sign_out(
    world: World, tokens: dict[str, str]
) -> None:
    # given a suspended account
    await execute("UPDATE users SET suspended_at = now()")

    # when they sign in
    session = (await sign_in(world)).ok()["session"]

    # then they are told who they are, are kept from the rest, and may sign out
    assert (await ask_with(session["accessToken"], VIEWER)).payload == {"email": EMAIL}
    groups = await ask_with(session["accessToken"], "{ groups { nodes { id } } }")
    assert (groups.data, groups.codes) == ({"groups": None}, ["SUSPENDED"])
    (await ask_with(session["accessToken"], SIGN_OUT)).ok()


async def test_denials_come_in_the_language_the_client_accepts(world: World) -> None:
    answer = await ask_with("no token", "{ groups { nodes { id } } }", accepts="fr")
    assert answer.codes == ["UNAUTHENTICATED"]
    assert answer.errors[0]["message"] == "Connectez-vous d’abord."
