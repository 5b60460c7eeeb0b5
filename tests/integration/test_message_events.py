"""What somebody who follows a conversation is told, and from where on."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from domain.clock import clock
from realtime.hub import Hub
from tests.integration.followers import Follower, running_hub
from tests.integration.world import Person, World

FOLLOW = """subscription($match: ID, $after: String) {
  messageEvents(matchId: $match, after: $after) {
    __typename cursor match { id status }
    ... on MessageAdded { message { number body sender { displayName } } }
    ... on MessageEdited { message { number body } }
    ... on MessageDeleted { message { number body } }
    ... on MessagesRead { reader { displayName } upToNumber }
    ... on TypingChanged { user { displayName } isTyping } } }"""
SEND = """mutation($match: ID!, $body: String!, $key: ID!) {
  sendMessage(input: {matchId: $match, body: $body, clientKey: $key}) {
    message { id number } errors { code } } }"""
EDIT = """mutation($id: ID!, $body: String!) {
  editMessage(input: {messageId: $id, body: $body}) { errors { code } } }"""
DELETE = "mutation($id: ID!) { deleteMessage(messageId: $id) { errors { code } } }"
READ = """mutation($match: ID!, $number: Int!) {
  markRead(matchId: $match, upToNumber: $number) { errors { code } } }"""
TYPE = """mutation($match: ID!, $typing: Boolean!) {
  setTyping(matchId: $match, isTyping: $typing) { errors { code } } }"""
LAST = """query($id: ID!) {
  match(id: $id) { messages(last: 1) { pageInfo { endCursor } } } }"""


@pytest.fixture
async def hub(world: World) -> AsyncIterator[Hub]:
    async with running_hub() as hub:
        yield hub


async def send(person: Person, match: str, *bodies: str) -> list[str]:
    """The ids of what was sent."""
    return [
        (await person.ask(SEND, match=match, body=body, key=body)).ok()["message"]["id"]
        for body in bodies
    ]


def bodies(events: list[dict[str, Any]]) -> list[str]:
    """What messages were added."""
    assert {event["__typename"] for event in events} <= {"MessageAdded"}
    return [event["message"]["body"] for event in events]


async def test_with_an_empty_cursor_one_is_told_from_the_first_message_on(
    world: World, hub: Hub
) -> None:
    pair = await world.pair()
    await send(pair.mentor, pair.match, "1", "2")
    async with Follower(hub, pair.mentee, FOLLOW, match=pair.match, after="") as mentee:
        # then what was there is told, then what comes, each with its sender
        assert bodies(await mentee.rest()) == ["1", "2"]
        await send(pair.mentee, pair.match, "3")
        event = await mentee.next()
    assert event["message"] == {"number": 3, "body": "3", "sender": {"displayName": "Theo"}}
    assert event["match"] == {"id": pair.match, "status": "ACTIVE"}


@pytest.mark.parametrize("alone", [True, False])
async def test_without_a_cursor_one_is_told_only_what_comes(
    world: World, hub: Hub, alone: bool
) -> None:
    pair = await world.pair()
    await send(pair.mentor, pair.match, "before")
    only = pair.match if alone else None
    async with Follower(hub, pair.mentee, FOLLOW, match=only) as mentee:
        assert await mentee.rest() == []
        await send(pair.mentor, pair.match, "after")
        assert bodies([await mentee.next()]) == ["after"]


@pytest.mark.parametrize("alone", [True, False])
async def test_with_a_cursor_one_is_told_what_came_after_it(
    world: World, hub: Hub, alone: bool
) -> None:
    # given a page of the conversation, and messages after that
    pair = await world.pair()
    await send(pair.mentor, pair.match, "1", "2")
    page = await pair.mentee.ask(LAST, id=pair.match)
    after = page.payload["messages"]["pageInfo"]["endCursor"]
    await send(pair.mentor, pair.match, "3", "4")
    # then following from its end tells what the page did not
    only = pair.match if alone else None
    async with Follower(hub, pair.mentee, FOLLOW, match=only, after=after) as mentee:
        told = await mentee.rest()
        assert bodies(told) == ["3", "4"]
    # and so does the cursor of each event
    after = told[0]["cursor"]
    async with Follower(hub, pair.mentee, FOLLOW, match=only, after=after) as mentee:
        assert bodies(await mentee.rest()) == ["4"]


async def test_edits_deletions_and_marks_are_told_in_their_order(world: World, hub: Hub) -> None:
    pair = await world.pair()
    async with Follower(hub, pair.mentee, FOLLOW, match=pair.match, after="") as mentee:
        # when a message is sent, edited, read and deleted, one told after the other
        (id,) = await send(pair.mentor, pair.match, "helo")
        told = [await mentee.next()]
        (await pair.mentor.ask(EDIT, id=id, body="hello")).ok()
        told.append(await mentee.next())
        (await pair.mentee.ask(READ, match=pair.match, number=1)).ok()
        told.append(await mentee.next())
        (await pair.mentor.ask(DELETE, id=id)).ok()
        told.append(await mentee.next())
    # then each is told as what it is
    assert [event["__typename"] for event in told] == [
        "MessageAdded", "MessageEdited", "MessagesRead", "MessageDeleted",
    ]  # fmt: skip
    assert told[1]["message"] == {"number": 1, "body": "hello"}
    assert (told[2]["reader"], told[2]["upToNumber"]) == ({"displayName": "Theo"}, 1)
    assert told[3]["message"] == {"number": 1, "body": None}
    # and who follows from the beginning later is told the same, the body as it is now: gone
    async with Follower(hub, pair.mentor, FOLLOW, match=pair.match, after="") as mentor:
        late = await mentor.rest()
    assert [e["__typename"] for e in late] == [e["__typename"] for e in told]
    assert [e["cursor"] for e in late] == [e["cursor"] for e in told]
    assert [e["message"]["body"] for e in late if "message" in e] == [None] * 3


async def test_what_changes_nothing_is_not_told(world: World, hub: Hub) -> None:
    pair = await world.pair()
    (id,) = await send(pair.mentor, pair.match, "1")
    (await pair.mentee.ask(READ, match=pair.match, number=1)).ok()
    (await pair.mentor.ask(DELETE, id=id)).ok()
    async with Follower(hub, pair.mentee, FOLLOW, match=pair.match) as mentee:
        assert await mentee.rest() == []
        (await pair.mentee.ask(READ, match=pair.match, number=0)).ok()
        (await pair.mentor.ask(DELETE, id=id)).ok()
        await send(pair.mentor, pair.match, "1", "1")  # the same key: the first message again
        await send(pair.mentor, pair.match, "2")
        assert bodies(await mentee.rest()) == ["2"]


async def test_typing_is_told_to_the_other_one_and_wears_off(world: World, hub: Hub) -> None:
    pair = await world.pair()
    clock.advance(timedelta())
    async with (
        Follower(hub, pair.mentee, FOLLOW, match=pair.match) as mentee,
        Follower(hub, pair.mentor, FOLLOW) as mentor,
    ):
        await mentee.rest()
        # when the mentor types, and types on
        for _ in range(3):
            (await pair.mentor.ask(TYPE, match=pair.match, typing=True)).ok()
        # then the mentee is told once, the mentor is not told of themselves
        event = await mentee.next()
        assert (event["user"], event["isTyping"]) == ({"displayName": "Mona"}, True)
        # and when ten seconds are over, that it has stopped, without any wake-up
        clock.advance(timedelta(seconds=9.9))
        await send(pair.mentee, pair.match, "are you there?")
        assert bodies([await mentee.next()]) == ["are you there?"]
        clock.advance(timedelta(seconds=0.1))
        event = await mentee.next()
        assert (event["__typename"], event["isTyping"]) == ("TypingChanged", False)
        assert await mentee.rest() == []
        assert bodies(await mentor.rest()) == ["are you there?"]


async def test_a_message_ends_typing_and_stopping_does_too(world: World, hub: Hub) -> None:
    pair = await world.pair()
    async with Follower(hub, pair.mentee, FOLLOW) as mentee:
        await mentee.rest()
        seen = []
        for ending in ("stop", "send"):
            (await pair.mentor.ask(TYPE, match=pair.match, typing=True)).ok()
            seen.append(await mentee.next())
            if ending == "stop":
                (await pair.mentor.ask(TYPE, match=pair.match, typing=False)).ok()
            else:
                await send(pair.mentor, pair.match, "done")
                assert bodies([await mentee.next()]) == ["done"]
            seen.append(await mentee.next())
    assert [event["isTyping"] for event in seen] == [True, False] * 2
    # and its cursor is a place like any other: the one behind the last message
    (event,) = seen[-1:]
    async with Follower(hub, pair.mentee, FOLLOW, after=event["cursor"]) as mentee:
        assert await mentee.rest() == []
