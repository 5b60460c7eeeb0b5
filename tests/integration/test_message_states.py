"""When the two may write and read: what is over stays readable, and marks only move forward."""

from datetime import timedelta
from typing import Any

import pytest

from domain import erasure
from domain.clock import clock
from domain.viewer import of_session
from models.database import execute, fetch
from models.matches import MatchStatus
from tests.integration.races import overtaken
from tests.integration.world import Answer, Pair, Person, World

SEND = """mutation($match: ID!, $body: String!, $key: ID! = "once") {
  sendMessage(input: {matchId: $match, body: $body, clientKey: $key}) {
    message { id number } errors { code field } } }"""
EDIT = """mutation($id: ID!) {
  editMessage(input: {messageId: $id, body: "other"}) { errors { code field } } }"""
DELETE = "mutation($id: ID!) { deleteMessage(messageId: $id) { errors { code field } } }"
TYPE = """mutation($match: ID!, $typing: Boolean!) {
  setTyping(matchId: $match, isTyping: $typing) { match { id } errors { code field } } }"""
READ = """mutation($match: ID!, $number: Int!) {
  markRead(matchId: $match, upToNumber: $number) {
    match { unreadCount } errors { code field } } }"""
UNREAD = "query($id: ID!) { match(id: $id) { unreadCount messages { nodes { body } } } }"
END = "mutation($id: ID!) { endMatch(matchId: $id) { errors { code } } }"

STATES = {
    "FROZEN": "UPDATE matches SET status = 'FROZEN'",
    "PAUSED": "UPDATE matches SET status = 'PAUSED'",
    "COMPLETED": "UPDATE matches SET status = 'COMPLETED', ended_at = now()",
    "ENDED": "UPDATE matches SET status = 'ENDED', ended_at = now(), end_cause = 'BY_ADMIN'",
    "DECLINED": "UPDATE matches SET status = 'DECLINED', ended_at = now()",
    "EXPIRED": "UPDATE matches SET status = 'EXPIRED', ended_at = now()",
}
BEFORE_IT_BEGAN = ("PROPOSED", "DECLINED", "EXPIRED")


async def sent(person: Person, pair: Pair, *bodies: str) -> list[str]:
    """The ids of what somebody sent."""
    return [
        (await person.ask(SEND, match=pair.match, body=body, key=body)).ok()["message"]["id"]
        for body in bodies
    ]


async def mark(person: Person, pair: Pair, number: int) -> Answer:
    return await person.ask(READ, match=pair.match, number=number)


async def unread(person: Person, pair: Pair) -> Any:
    return (await person.ask(UNREAD, id=pair.match)).payload["unreadCount"]


@pytest.mark.parametrize("state", list(MatchStatus))
async def test_the_two_write_while_it_is_active_or_paused(world: World, state: str) -> None:
    # given a match in this state, with a message in it if it ever began
    pair = await world.pair(consent=state in BEFORE_IT_BEGAN)
    ids = [] if state in BEFORE_IT_BEGAN else await sent(pair.mentor, pair, "before")
    if state in STATES:
        await execute(STATES[state])
    # when its sender writes, types, edits or deletes
    answers = [
        await pair.mentor.ask(SEND, match=pair.match, body="after"),
        await pair.mentor.ask(TYPE, match=pair.match, typing=True),
    ]
    answers += [await pair.mentor.ask(mutation, id=id) for mutation in (EDIT, DELETE) for id in ids]
    found = (await pair.mentee.ask(UNREAD, id=pair.match)).payload["messages"]["nodes"]
    # then it works while the match goes on
    if state in ("ACTIVE", "PAUSED"):
        assert [a.refusals for a in answers] == [[]] * 4
        assert [m["body"] for m in found] == [None, "after"]
    # and else all stays as it is, readable to the two
    else:
        refused = [("ILLEGAL_STATE", ("matchId",))] * 2 + [("ILLEGAL_STATE", ("messageId",))] * 2
        assert [a.refusals for a in answers] == [[r] for r in refused[: 2 + 2 * len(ids)]]
        assert [m["body"] for m in found] == ["before"] * len(ids)
    # and what is left unread can be marked, whatever the state
    if ids:
        assert (await mark(pair.mentee, pair, 1)).refusals == []


async def test_what_is_sent_while_the_match_ends_is_refused(world: World) -> None:
    pair = await world.pair()
    # when a message comes in after the match was ended, and before that was committed
    sending = pair.mentor.ask(SEND, match=pair.match, body="one more thing")
    answer = await overtaken(pair.mentee.ask(END, id=pair.match), sending)
    # then it is too late
    assert answer.refusals == [("ILLEGAL_STATE", ("matchId",))]
    assert not await fetch("SELECT 1 FROM messages")


async def test_a_match_ends_after_what_was_sent_before(world: World) -> None:
    pair = await world.pair()
    # when the match is ended while a message is being sent
    sending = pair.mentor.ask(SEND, match=pair.match, body="one more thing")
    (await overtaken(sending, pair.mentee.ask(END, id=pair.match))).ok()
    # then the message is there
    assert len(await fetch("SELECT 1 FROM messages")) == 1


async def test_unread_is_what_the_partner_wrote_past_ones_mark(world: World) -> None:
    # given two messages of the mentor's, one of the mentee's, one more of the mentor's
    pair = await world.pair()
    await sent(pair.mentor, pair, "1", "2")
    await sent(pair.mentee, pair, "3")
    (last,) = await sent(pair.mentor, pair, "4")
    # then each has what the other wrote to read
    assert (await unread(pair.mentee, pair), await unread(pair.mentor, pair)) == (3, 1)
    # when one reads on, less is left
    left = [
        (await mark(pair.mentee, pair, number)).ok()["match"]["unreadCount"] for number in (1, 3)
    ]
    assert left == [2, 1]
    # and what is deleted is not left to read
    (await pair.mentor.ask(DELETE, id=last)).ok()
    assert await unread(pair.mentee, pair) == 0
    # and the mark of one says nothing about the other
    assert await unread(pair.mentor, pair) == 1


async def test_a_mark_moves_forward_only_and_not_past_the_end(world: World) -> None:
    pair = await world.pair()
    await sent(pair.mentor, pair, "1", "2", "3")
    # given a mark
    (await mark(pair.mentee, pair, 2)).ok()
    changes = await fetch("SELECT count(*) FROM message_changes")
    # when it is set back, or where it is, nothing changes
    for number in (0, 1, 2):
        assert (await mark(pair.mentee, pair, number)).ok()["match"]["unreadCount"] == 1
    assert await fetch("SELECT count(*) FROM message_changes") == changes
    # and there is no mark where no message is
    for number in (-1, 4, 2**31 - 1):
        assert (await mark(pair.mentee, pair, number)).refusals == [("INVALID", ("upToNumber",))]


async def test_others_set_no_mark_and_do_not_type(world: World) -> None:
    pair = await world.pair()
    for person in (pair.admin, await world.person("Sam")):
        assert (await mark(person, pair, 0)).refusals == [("NOT_FOUND", ("matchId",))]
        answer = await person.ask(TYPE, match=pair.match, typing=True)
        assert answer.refusals == [("NOT_FOUND", ("matchId",))]
    answer = await pair.admin.ask(
        "query($id: ID!) { match(id: $id) { unreadCount } }", id=pair.match
    )
    assert answer.payload == {"unreadCount": None} and answer.codes == ["FORBIDDEN"]


async def test_typing_lasts_ten_seconds_or_until_the_message(world: World) -> None:
    pair = await world.pair()
    clock.advance(timedelta())
    # when one types
    (await pair.mentor.ask(TYPE, match=pair.match, typing=True)).ok()
    until = "SELECT typing_until FROM pair_members WHERE role = 'MENTOR'"
    # then it says so for ten seconds
    assert (await fetch(until))[0][0] == clock.now() + timedelta(seconds=10)
    # and ends when one stops, or when the message is there
    (await pair.mentor.ask(TYPE, match=pair.match, typing=False)).ok()
    assert (await fetch(until))[0][0] is None
    (await pair.mentor.ask(TYPE, match=pair.match, typing=True)).ok()
    await sent(pair.mentor, pair, "done")
    assert (await fetch(until))[0][0] is None


async def test_who_types_while_their_account_is_erased_leaves_no_sign_of_it(world: World) -> None:
    # given somebody who types already
    pair = await world.pair()
    (await pair.mentor.ask(TYPE, match=pair.match, typing=True)).ok()
    viewer = await of_session(pair.mentor.session)
    assert viewer is not None
    # when they go on while the account goes
    typing = pair.mentor.ask(TYPE, match=pair.match, typing=True)
    answer = await overtaken(erasure.delete_account(viewer, None), typing)
    # then it is too late
    assert answer.refusals == [("ILLEGAL_STATE", ("matchId",))]
    assert not await fetch("SELECT 1 FROM pair_members WHERE typing_until IS NOT NULL")


async def test_who_reads_while_the_match_ends_tells_nobody_any_more(world: World) -> None:
    pair = await world.pair()
    await sent(pair.mentee, pair, "1")
    answer = await overtaken(pair.mentee.ask(END, id=pair.match), mark(pair.mentor, pair, 1))
    assert answer.ok()["match"]["unreadCount"] == 0
    assert not await fetch("SELECT 1 FROM message_changes")
