"""Who may follow a conversation, and how it ends when they may not any more."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

import realtime
from domain.clock import clock
from models.database import execute
from realtime import topics
from realtime.hub import Hub
from tests.integration.followers import Follower, running_hub
from tests.integration.world import Pair, Person, World

FOLLOW = """subscription($match: ID, $after: String) {
  messageEvents(matchId: $match, after: $after) {
    cursor ... on MessageAdded { message { body } } } }"""
CHANGES = "subscription { matchChanged { id status } }"
SEND = """mutation($match: ID!, $key: ID!) {
  sendMessage(input: {matchId: $match, body: "hello", clientKey: $key}) {
    message { number } errors { code } } }"""
SIGN_OUT = "mutation { signOut { errors { code } } }"


@pytest.fixture
async def hub(world: World) -> AsyncIterator[Hub]:
    async with running_hub() as hub:
        yield hub


@pytest.fixture
async def pair(world: World) -> Pair:
    return await world.pair()


async def send(person: Person, pair: Pair, *keys: str) -> None:
    for key in keys:
        (await person.ask(SEND, match=pair.match, key=key)).ok()


async def test_a_conversation_of_others_is_not_there(world: World, pair: Pair, hub: Hub) -> None:
    # given a stranger, the admin of the program, and a moderator
    people = [await world.person("Sam"), pair.admin, await world.person("Mo", is_moderator=True)]
    for person in people:
        # then following it is one error, and the end
        async with Follower(hub, person, FOLLOW, match=pair.match, after="") as follower:
            assert await follower.end() == ["NOT_FOUND"]
        assert follower.told == []
    # as for what is no match at all
    for nothing in ("", "match_1", "match_" + "0" * 32, pair.program):
        async with Follower(hub, pair.mentor, FOLLOW, match=nothing) as follower:
            assert await follower.end() == ["NOT_FOUND"]


async def test_a_cursor_of_another_conversation_is_refused(
    world: World, pair: Pair, hub: Hub
) -> None:
    # given a cursor of another pair's conversation, and some garbage
    other = await world.pair()
    await send(other.mentor, other, "1")
    async with Follower(hub, other.mentee, FOLLOW, match=other.match, after="") as follower:
        foreign = (await follower.next())["cursor"]
    for cursor in (foreign, "x", "MTI", "é"):
        async with Follower(hub, pair.mentor, FOLLOW, match=pair.match, after=cursor) as follower:
            assert await follower.end() == ["BAD_CURSOR"]


@pytest.mark.parametrize("document", [FOLLOW, CHANGES])
async def test_following_is_for_adults_who_are_signed_in(
    world: World, hub: Hub, document: str
) -> None:
    for person, code in (
        (world.nobody, "UNAUTHENTICATED"),
        (await world.minor("Mia"), "AGE_RESTRICTED"),
        (await world.of_unknown_age("Una"), "AGE_UNKNOWN"),
        (await world.person("Sue", suspended=True), "SUSPENDED"),
    ):
        async with Follower(hub, person, document) as follower:
            assert await follower.end() == [code]


@pytest.mark.parametrize("document", [FOLLOW, CHANGES])
async def test_signing_out_ends_it(pair: Pair, hub: Hub, document: str) -> None:
    async with Follower(hub, pair.mentee, document) as follower:
        await follower.rest()
        (await pair.mentee.ask(SIGN_OUT)).ok()
        assert await follower.end() == ["UNAUTHENTICATED"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("suspended_at = now()", "SUSPENDED"),
        ("age_known = false", "AGE_UNKNOWN"),
        ("adult_from = '2199-01-01'", "AGE_RESTRICTED"),
    ],
)
async def test_who_may_not_take_part_any_more_is_told_nothing_more(
    pair: Pair, hub: Hub, change: str, code: str
) -> None:
    async with Follower(hub, pair.mentee, FOLLOW, match=pair.match) as follower:
        await follower.rest()
        # when the right is gone, and then something happens
        await execute(f"UPDATE users SET {change} WHERE id = $1", pair.mentee.key)
        await send(pair.mentor, pair, "1")
        # then it ends, with the reason, and without the message
        assert await follower.end() == [code]
    assert follower.told == []


async def test_a_token_that_runs_out_ends_it(pair: Pair, hub: Hub) -> None:
    async with Follower(hub, pair.mentee, FOLLOW, match=pair.match) as follower:
        await follower.rest()
        # given a token that lasts a minute
        assert follower.context is not None and follower.context.viewer is not None
        follower.context.viewer.token_expires_at = clock.now() + timedelta(minutes=1)
        await send(pair.mentor, pair, "1")
        await follower.next()
        # when the minute is over
        clock.advance(timedelta(minutes=1))
        await send(pair.mentor, pair, "2")
        assert await follower.end() == ["UNAUTHENTICATED"]


END = "mutation($id: ID!) { endMatch(matchId: $id) { errors { code } } }"
FINISH = "mutation($id: ID!) { completeMatch(matchId: $id) { errors { code } } }"
LEAVE = "mutation($id: ID!) { leaveGroup(groupId: $id) { errors { code } } }"


@pytest.mark.parametrize("how", ["end", "complete", "leave", "admin", "archive"])
async def test_it_completes_when_the_match_is_over_whatever_the_end(
    world: World, pair: Pair, hub: Hub, how: str
) -> None:
    async with Follower(hub, pair.mentee, FOLLOW, match=pair.match) as follower:
        await follower.rest()
        # when something is said and the match ends
        await send(pair.mentor, pair, "1", "2")
        match how:
            case "end":
                (await pair.mentor.ask(END, id=pair.match)).ok()
            case "complete":
                (await pair.mentee.ask(FINISH, id=pair.match)).ok()
            case "leave":
                (await pair.mentor.ask(LEAVE, id=pair.group)).ok()
            case "admin":
                (await pair.admin.ask(END, id=pair.match)).ok()
            case _:
                await world.change(pair.admin, "closeProgram", pair.program)
                await world.change(pair.admin, "archiveProgram", pair.program)
        # then all that was said is told, and it completes without an error
        assert await follower.end() == []
    assert len(follower.told) == 2


async def test_what_is_over_can_be_read_to_its_end_once_more(pair: Pair, hub: Hub) -> None:
    # given a match that is over, longer than a page
    await send(pair.mentor, pair, *map(str, range(120)))
    (await pair.mentor.ask(END, id=pair.match)).ok()
    for after, count in (("", 120), (None, 0)):
        async with Follower(hub, pair.mentee, FOLLOW, match=pair.match, after=after) as follower:
            assert await follower.end() == []
        assert len(follower.told) == count


async def test_pausing_and_freezing_do_not_end_it(pair: Pair, hub: Hub) -> None:
    async with Follower(hub, pair.mentee, FOLLOW, match=pair.match) as follower:
        for status in ("PAUSED", "FROZEN", "ACTIVE"):
            await execute("UPDATE matches SET status = $1", status)
            realtime.wake(topics.person(pair.mentee.key))
            assert await follower.rest() == []
        await send(pair.mentor, pair, "1")
        await follower.next()
    assert follower.codes == []
