"""Viewer.sessions, endSession, changePassword: where one is signed in, and how one is no more."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.clock import clock
from models.database import execute, fetch
from tests.integration.test_sessions import (
    EMAIL,
    PASSWORD,
    is_signed_in,
    refresh,
    sign_in,
)
from tests.integration.test_sessions import tokens as tokens
from tests.integration.world import World, ask_with

SESSIONS = "{ viewer { sessions { id createdAt lastUsedAt isCurrent } } }"
END = "mutation($id: ID!) { endSession(sessionId: $id) { errors { code field } } }"
CHANGE = """mutation($old: String!, $new: String!) {
  changePassword(currentPassword: $old, newPassword: $new) {
    viewer { email } errors { code message field } } }"""
NEW = "battery staple"

START = datetime(2031, 3, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def standing_clock(world: World) -> None:
    clock.set(START)


async def sessions(access_token: str) -> list[dict[str, Any]]:
    shown: list[dict[str, Any]] = (await ask_with(access_token, SESSIONS)).ok()["sessions"]
    return shown


async def test_sessions_are_listed_newest_first_with_when_they_were_used(
    world: World, tokens: dict[str, str]
) -> None:
    # given a session that was renewed after ten minutes, one of later, one that is over
    clock.advance(timedelta(minutes=10))
    renewed = (await refresh(world, tokens["refreshToken"])).ok()["session"]
    clock.advance(timedelta(minutes=10))
    later = (await sign_in(world)).ok()["session"]
    over = (await sign_in(world)).ok()["session"]
    (await ask_with(over["accessToken"], "mutation { signOut { errors { code } } }")).ok()
    await world.person("Somebody else")

    # then the two that live are shown to both, each knowing which it is
    def at(minutes: int) -> str:
        return (START + timedelta(minutes=minutes)).isoformat()

    for token, current in ((later, 0), (renewed, 1)):
        shown = await sessions(token["accessToken"])
        assert [(one["createdAt"], one["lastUsedAt"]) for one in shown] == [
            (at(20), at(20)),
            (at(0), at(10)),
        ]
        assert [one["isCurrent"] for one in shown] == [current == 0, current == 1]


async def test_a_session_of_ones_own_can_be_ended_from_another(
    world: World, tokens: dict[str, str]
) -> None:
    elsewhere = (await sign_in(world)).ok()["session"]
    other, mine = await sessions(elsewhere["accessToken"])
    assert other["isCurrent"]
    # when the first one is ended from the other device
    (await ask_with(elsewhere["accessToken"], END, id=mine["id"])).ok()
    # then its tokens are worth nothing
    assert not await is_signed_in(tokens)
    assert (await refresh(world, tokens["refreshToken"])).refusals == [
        ("BAD_CREDENTIALS", ("refreshToken",))
    ]
    # it cannot be ended twice, and the present one can be as well
    again = await ask_with(elsewhere["accessToken"], END, id=mine["id"])
    assert again.refusals == [("NOT_FOUND", ("sessionId",))]
    (await ask_with(elsewhere["accessToken"], END, id=other["id"])).ok()
    assert not await is_signed_in(elsewhere)


async def test_sessions_of_others_and_what_is_none_are_not_found(
    world: World, tokens: dict[str, str]
) -> None:
    eve = await world.person("Eve")
    theirs = (await eve.ask(SESSIONS)).ok()["sessions"][0]["id"]
    for id in (theirs, "session_" + "0" * 32, eve.id, "", "\0"):
        answer = await ask_with(tokens["accessToken"], END, id=id)
        assert answer.refusals == [("NOT_FOUND", ("sessionId",))]
    assert (await eve.ask(SESSIONS)).ok()["sessions"][0]["isCurrent"]


async def test_a_changed_password_ends_all_other_sessions(
    world: World, tokens: dict[str, str]
) -> None:
    # given three sessions
    others = [(await sign_in(world)).ok()["session"] for _ in range(2)]
    # when the password is changed in one of them
    done = (await ask_with(tokens["accessToken"], CHANGE, old=PASSWORD, new=NEW)).ok()
    assert done["viewer"] == {"email": EMAIL}
    # then the others are over, by access token and by refresh token
    for other in others:
        assert not await is_signed_in(other)
        assert (await refresh(world, other["refreshToken"])).refusals
    # this one goes on
    assert await is_signed_in(tokens)
    (await refresh(world, tokens["refreshToken"])).ok()
    # and the new password opens, the old one no more
    (await sign_in(world, EMAIL, NEW)).ok()
    assert (await sign_in(world)).refusals == [("BAD_CREDENTIALS", ())]


async def test_the_present_password_is_asked_for_and_the_new_one_must_be_one(
    world: World, tokens: dict[str, str]
) -> None:
    before = await fetch("SELECT password_hash FROM users")
    for old in ("Correct horse", "", "\0", "\ud800", "x" * 10_000):
        answer = await ask_with(tokens["accessToken"], CHANGE, old=old, new=NEW)
        assert answer.payload["errors"] == [
            {
                "code": "BAD_CREDENTIALS",
                "message": "This is not your password.",
                "field": ["currentPassword"],
            }
        ]
    for new in ("", "short", "x" * 1001, "\0" * 10):
        answer = await ask_with(tokens["accessToken"], CHANGE, old=PASSWORD, new=new)
        assert answer.refusals == [("INVALID", ("newPassword",))]
    assert await fetch("SELECT password_hash FROM users") == before
    # nor can an account be given one that has none
    eve = await world.person("Eve")
    for old in ("", "None", PASSWORD):
        assert (await eve.ask(CHANGE, old=old, new=NEW)).refusals == [
            ("BAD_CREDENTIALS", ("currentPassword",))
        ]


async def test_the_suspended_see_their_sessions_and_change_nothing(
    world: World, tokens: dict[str, str]
) -> None:
    await execute("UPDATE users SET suspended_at = now()")
    (mine,) = await sessions(tokens["accessToken"])
    assert (await ask_with(tokens["accessToken"], END, id=mine["id"])).codes == ["SUSPENDED"]
    change = await ask_with(tokens["accessToken"], CHANGE, old=PASSWORD, new=NEW)
    assert change.codes == ["SUSPENDED"]
    # a session is not drawn out while the suspension lasts, and is not lost by trying
    assert (await refresh(world, tokens["refreshToken"])).codes == ["SUSPENDED"]
    await execute("UPDATE users SET suspended_at = NULL")
    (await refresh(world, tokens["refreshToken"])).ok()
    # and a stolen token still ends it
    await execute("UPDATE users SET suspended_at = now()")
    assert (await refresh(world, tokens["refreshToken"])).refusals == [
        ("BAD_CREDENTIALS", ("refreshToken",))
    ]
    assert not await is_signed_in(tokens)
