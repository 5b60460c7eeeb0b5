"""What the two of a pair write: sent once, answered, edited, deleted, by themselves alone."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from domain.clock import clock
from models.database import fetch
from tests.integration.world import Answer, Person, World

SEND = """mutation($match: ID!, $body: String!, $key: ID!, $reply: ID) {
  sendMessage(input: {matchId: $match, body: $body, clientKey: $key, replyToId: $reply}) {
    message { id number body sentAt editedAt deletedAt sender { displayName } replyTo { body } }
    errors { code field } } }"""
EDIT = """mutation($id: ID!, $body: String!) {
  editMessage(input: {messageId: $id, body: $body}) {
    message { id number body sentAt editedAt deletedAt } errors { code field } } }"""
DELETE = """mutation($id: ID!) {
  deleteMessage(messageId: $id) {
    message { id number body editedAt deletedAt } errors { code field } } }"""
ALL = "query($id: ID!) { match(id: $id) { messages { nodes { number body replyTo { number } } } } }"
NOBODY = "message_" + "0" * 32


async def send(person: Person, match: str, body: str, key: str, reply: str | None = None) -> Answer:
    return await person.ask(SEND, match=match, body=body, key=key, reply=reply)


async def sent(person: Person, match: str, body: str, reply: str | None = None) -> Any:
    return (await send(person, match, body, key=body, reply=reply)).ok()["message"]


async def test_the_two_write_and_the_messages_are_counted(world: World) -> None:
    pair = await world.pair()
    clock.advance(timedelta())
    for number, (person, name) in enumerate([(pair.mentor, "Mona"), (pair.mentee, "Theo")] * 2, 1):
        message = await sent(person, pair.match, f"hello {number}")
        del message["id"]
        assert message == {
            "number": number, "body": f"hello {number}", "sentAt": clock.now().isoformat(),
            "editedAt": None, "deletedAt": None, "sender": {"displayName": name}, "replyTo": None,
        }  # fmt: skip
    for person in (pair.mentor, pair.mentee):
        found = (await person.ask(ALL, id=pair.match)).payload["messages"]["nodes"]
        assert [m["body"] for m in found] == [f"hello {n}" for n in (1, 2, 3, 4)]


async def test_a_message_just_sent_shows_its_match_and_what_it_replies_to(world: World) -> None:
    # given a message of the partner's
    pair = await world.pair()
    first = await sent(pair.mentee, pair.match, "hello")
    send_and_show = SEND.replace(
        "replyTo { body }",
        "match { id status stepsTotal partner { displayName } }"
        " replyTo { body sender { displayName } match { id } }",
    )
    for _ in range(2):  # the first one, and the same again
        # when one replies, and asks for the match of both
        said = await pair.mentor.ask(
            send_and_show, match=pair.match, body="hi", key="hi", reply=first["id"]
        )
        message = said.ok()["message"]
        # then it is there, whole, though sending needed less of it
        assert message["match"]["id"] == pair.match
        assert message["match"]["status"] == "ACTIVE"
        assert message["match"]["stepsTotal"] > 0
        assert message["match"]["partner"] == {"displayName": "Theo"}
        assert message["sender"] == {"displayName": "Mona"}
        theirs = {"body": "hello", "sender": {"displayName": "Theo"}, "match": {"id": pair.match}}
        assert message["replyTo"] == theirs


async def test_a_body_is_trimmed_and_composed(world: World) -> None:
    pair = await world.pair()
    message = await sent(pair.mentor, pair.match, " \n\t de\u0301ja\u0300\u2003vu \u00a0\n")
    assert message["body"] == "déjà\u2003vu"
    message = await sent(pair.mentor, pair.match, "two\n\nlines\tand a tab 👩‍👧")
    assert message["body"] == "two\n\nlines\tand a tab 👩‍👧"


@pytest.mark.parametrize(
    ("body", "fine"),
    [
        ("x", True),
        ("x" * 4000, True),
        ("👋" * 4000, True),
        (" " * 9000 + "x" * 4000 + "\n", True),
        ("x" * 4001, False),
        ("x" * 1_000_000, False),
        ("", False),
        (" \n\u2003", False),
        ("a\x00b", False),
        ("\x1b[2J", False),
    ],
    ids=lambda value: f"{len(value)}-{value[:3]!a}" if isinstance(value, str) else str(value),
)
async def test_a_body_has_1_to_4000_characters_that_can_be_read(
    world: World, body: str, fine: bool
) -> None:
    pair = await world.pair()
    first = await sent(pair.mentor, pair.match, "first")
    expected = [] if fine else [("INVALID", ("body",))]
    assert (await send(pair.mentor, pair.match, body, "k")).refusals == expected
    assert (await pair.mentor.ask(EDIT, id=first["id"], body=body)).refusals == expected


@pytest.mark.parametrize("key", ["", " ", "k" * 201, "a\x00"])
async def test_a_client_key_is_short_and_not_empty(world: World, key: str) -> None:
    pair = await world.pair()
    answer = await send(pair.mentor, pair.match, "hello", key)
    assert answer.refusals == [("INVALID", ("clientKey",))]


async def test_a_message_may_answer_another_of_the_same_pair(world: World) -> None:
    # given two pairs
    pair, other = await world.pair(), await world.pair()
    first = await sent(pair.mentor, pair.match, "how are you?")
    # then one's own and the other's messages can be answered, deleted ones too
    answer = await sent(pair.mentee, pair.match, "well", reply=first["id"])
    assert answer["replyTo"] == {"body": "how are you?"}
    (await pair.mentor.ask(DELETE, id=first["id"])).ok()
    answer = await sent(pair.mentee, pair.match, "still well", reply=first["id"])
    assert answer["replyTo"] == {"body": None}
    # but none of another pair, and nothing that is no message
    for id in ((await sent(other.mentor, other.match, "hi"))["id"], NOBODY, "", pair.match):
        refused = await send(pair.mentor, pair.match, "to you", "k", reply=id)
        assert refused.refusals == [("NOT_FOUND", ("replyToId",))]
    # and what was refused has taken no number
    assert (await sent(pair.mentor, pair.match, "next"))["number"] == 4


async def test_ten_times_the_same_at_once_is_one_message(world: World) -> None:
    pair = await world.pair()
    # when a message is sent ten times at once, and once more
    answers = await asyncio.gather(
        *(send(pair.mentor, pair.match, "hello", "key") for _ in range(10))
    )
    answers.append(await send(pair.mentor, pair.match, "  hello ", " key "))
    # then it is there once, and all answers are the same
    assert all(answer == answers[0] for answer in answers)
    assert answers[0].ok()["message"]["number"] == 1
    # and the next has the next number
    assert (await sent(pair.mentor, pair.match, "next"))["number"] == 2


async def test_one_key_for_two_bodies_at_once_is_one_message_and_a_conflict(world: World) -> None:
    pair = await world.pair()
    for i in range(10):
        answers = await asyncio.gather(
            *(send(pair.mentor, pair.match, body, f"key {i}") for body in ("one", "other"))
        )
        refusals = [answer.refusals for answer in answers]
        assert sorted(refusals) == [[], [("CONFLICT", ("clientKey",))]]
    assert len(await fetch("SELECT 1 FROM messages")) == 10


async def test_a_key_belongs_to_its_sender_and_its_match(world: World) -> None:
    pair, other = await world.pair(), await world.pair()
    for person, match in (
        (pair.mentor, pair.match), (pair.mentee, pair.match), (other.mentor, other.match),
    ):  # fmt: skip
        (await send(person, match, f"from {person.id}", "key")).ok()
    assert len(await fetch("SELECT 1 FROM messages")) == 3


async def test_a_retry_after_an_edit_or_a_deletion_gives_the_first_message(world: World) -> None:
    pair = await world.pair()
    first = (await send(pair.mentor, pair.match, "helo", "key")).ok()["message"]
    # when it is edited, the retry gives it as it is now, and the new text is another body
    (await pair.mentor.ask(EDIT, id=first["id"], body="hello")).ok()
    again = (await send(pair.mentor, pair.match, "helo", "key")).ok()["message"]
    assert (again["id"], again["number"], again["body"]) == (first["id"], 1, "hello")
    conflict = await send(pair.mentor, pair.match, "something else", "key")
    assert conflict.refusals == [("CONFLICT", ("clientKey",))]
    # and when it is deleted, nothing brings it back
    (await pair.mentor.ask(DELETE, id=first["id"])).ok()
    again = (await send(pair.mentor, pair.match, "helo", "key")).ok()["message"]
    assert (again["id"], again["number"], again["body"]) == (first["id"], 1, None)
    # and when the match is over, the retry still says that it was sent
    end = "mutation($id: ID!) { endMatch(matchId: $id) { errors { code } } }"
    (await pair.mentor.ask(end, id=pair.match)).ok()
    assert (await send(pair.mentor, pair.match, "helo", "key")).ok()["message"]["number"] == 1


async def test_a_message_is_edited_and_deleted_by_its_sender(world: World) -> None:
    pair = await world.pair()
    first = await sent(pair.mentor, pair.match, "helo")
    await sent(pair.mentor, pair.match, "next")
    # when its sender edits it
    clock.advance(timedelta(minutes=5))
    edited = (await pair.mentor.ask(EDIT, id=first["id"], body=" hello ")).ok()["message"]
    assert edited["body"] == "hello" and edited["number"] == 1
    assert edited["sentAt"] == first["sentAt"]
    assert edited["editedAt"] == clock.now().isoformat()
    # and deletes it, which done twice changes nothing
    deleted = []
    for _ in range(2):
        clock.advance(timedelta(minutes=5))
        deleted.append((await pair.mentor.ask(DELETE, id=first["id"])).ok()["message"])
    assert deleted[0] == deleted[1]
    assert deleted[0]["body"] is None and deleted[0]["deletedAt"] > edited["editedAt"]
    # then it cannot be edited any more, and keeps its place
    answer = await pair.mentor.ask(EDIT, id=first["id"], body="back again")
    assert answer.refusals == [("ILLEGAL_STATE", ("messageId",))]
    found = (await pair.mentee.ask(ALL, id=pair.match)).payload["messages"]["nodes"]
    assert [(m["number"], m["body"]) for m in found] == [(1, None), (2, "next")]


async def test_nobody_else_edits_or_deletes_it(world: World) -> None:
    pair = await world.pair()
    first = await sent(pair.mentor, pair.match, "mine")
    for person in (pair.mentee, pair.admin, await world.person("Sam")):
        for mutation in (EDIT, DELETE):
            answer = await person.ask(mutation, id=first["id"], body="yours")
            assert answer.refusals == [("NOT_FOUND", ("messageId",))]
    for id in (NOBODY, "", "message_1", pair.match):
        answer = await pair.mentor.ask(EDIT, id=id, body="nothing")
        assert answer.refusals == [("NOT_FOUND", ("messageId",))]
    found = (await pair.mentee.ask(ALL, id=pair.match)).payload["messages"]["nodes"]
    assert found == [{"number": 1, "body": "mine", "replyTo": None}]


async def test_admins_and_strangers_neither_write_nor_read(world: World) -> None:
    pair = await world.pair()
    first = await sent(pair.mentor, pair.match, "between us")
    node = "query($id: ID!) { node(id: $id) { ... on Message { number body sender { id } } } }"
    for person in (pair.admin, await world.person("Sam", is_moderator=True)):
        answer = await send(person, pair.match, "me too", "k")
        assert answer.refusals == [("NOT_FOUND", ("matchId",))]
        assert (await person.ask(node, id=first["id"])).data == {"node": None}
    # an admin sees the match, and is told that the conversation is not theirs
    answer = await pair.admin.ask(ALL, id=pair.match)
    assert answer.payload == {"messages": None} and answer.codes == ["FORBIDDEN"]
    assert (await pair.mentee.ask(node, id=first["id"])).payload["body"] == "between us"
