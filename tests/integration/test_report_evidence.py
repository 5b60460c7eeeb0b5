"""What a reporter shows of a conversation: what they chose, as it was, to nobody else."""

import pytest

from models.database import execute, fetch
from tests.integration.case_files import OWN, QUEUE, moderator, queue, report
from tests.integration.cases import send
from tests.integration.world import Pair, World

EDIT = """mutation($id: ID!, $body: String!) {
  editMessage(input: {messageId: $id, body: $body}) { errors { code } } }"""
DELETE = "mutation($id: ID!) { deleteMessage(messageId: $id) { errors { code } } }"


@pytest.fixture
async def pair(world: World) -> Pair:
    return await world.pair()


async def test_moderators_see_the_chosen_messages_and_no_neighbour(
    world: World, pair: Pair
) -> None:
    # given a conversation of which the mentee discloses two messages, one of them their own
    bodies = ["one", "two", "three", "four"]
    sent = [await send(pair.mentor, pair.match, body) for body in bodies[:3]]
    sent.append(await send(pair.mentee, pair.match, "four"))
    made = (await report(pair.mentee, {"matchId": pair.match}, sent[3], sent[1], sent[1])).ok()

    # then the moderator reads those two, in the order they were sent, and nothing else
    (case,) = await queue(await moderator(world))
    assert [(e["messageId"], e["body"], e["sender"]["id"]) for e in case["evidence"]] == [
        (sent[1], "two", pair.mentor.id),
        (sent[3], "four", pair.mentee.id),
    ]
    assert case["evidence"] == made["report"]["evidence"]
    # and may not see the conversation itself
    mo = await moderator(world)
    for id in (pair.match, *sent):
        assert (await mo.ask("query($id: ID!) { node(id: $id) { id } }", id=id)).ok() is None


async def test_the_evidence_stays_what_it_was_whatever_becomes_of_the_message(
    world: World, pair: Pair
) -> None:
    # given a report of a message, one more shown with it
    threat = await send(pair.mentor, pair.match, "I know where you live.")
    other = await send(pair.mentor, pair.match, "Answer me!")
    (await report(pair.mentee, {"messageId": threat}, other)).ok()
    mo = await moderator(world)
    before = await queue(mo)

    # when one is edited, the other deleted, and then everything of the match is gone
    (await pair.mentor.ask(EDIT, id=threat, body="See you on Monday!")).ok()
    (await pair.mentor.ask(DELETE, id=other)).ok()
    assert await queue(mo) == before
    await execute("UPDATE messages SET body = NULL, fingerprint = NULL, deleted_at = now()")
    await execute("DELETE FROM message_changes")
    await execute("DELETE FROM messages")

    # then moderator and reporter read what was sent
    assert await queue(mo) == before
    assert [e["body"] for e in before[0]["evidence"]] == ["I know where you live.", "Answer me!"]
    assert (await pair.mentee.ask(OWN)).ok()["reports"]["nodes"][0]["evidence"][0]["body"] == (
        "I know where you live."
    )


async def test_evidence_comes_from_ones_own_conversations_and_has_a_text(
    world: World, pair: Pair
) -> None:
    # given a message of others, one that is deleted, and what is none
    elsewhere = await world.pair()
    foreign = await send(elsewhere.mentor, elsewhere.match, "Not for you.")
    deleted = await send(pair.mentor, pair.match, "Sorry")
    (await pair.mentor.ask(DELETE, id=deleted)).ok()
    nothing = "message_" + "0" * 32
    answer = await report(
        *(pair.mentee, {"matchId": pair.match}, foreign, deleted, nothing, pair.match, "")
    )
    # then each is refused, those of others as if they were not there
    assert answer.refusals == [
        ("NOT_FOUND", ("evidenceMessageIds", "0")),
        ("INVALID", ("evidenceMessageIds", "1")),
        *[("NOT_FOUND", ("evidenceMessageIds", str(i))) for i in (2, 3, 4)],
    ]
    # a deleted message can be reported, with nothing to show of it
    assert (await report(pair.mentee, {"messageId": deleted})).ok()["report"]["evidence"] == []
    # and evidence may be of any of one's conversations, ended ones too
    end = "mutation($id: ID!) { endMatch(matchId: $id) { errors { code } } }"
    said = await send(pair.mentor, pair.match, "Bye")
    (await pair.mentor.ask(end, id=pair.match)).ok()
    made = (await report(pair.mentee, {"userId": pair.mentor.id}, said)).ok()["report"]
    assert [one["body"] for one in made["evidence"]] == ["Bye"]


async def test_what_was_written_is_nowhere_in_the_database_as_it_was(pair: Pair) -> None:
    message = await send(pair.mentor, pair.match, "xyzzy evidence")
    (await report(pair.mentee, {"messageId": message}, details="xyzzy details")).ok()
    tables = await fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    for row in tables:
        assert not await fetch(
            f"SELECT 1 FROM {row[0]} t WHERE t::text LIKE '%xyzzy%'"
            f" OR t::text LIKE '%' || encode('xyzzy', 'hex') || '%'"
        )


async def test_evidence_that_was_tampered_with_is_shown_to_nobody(world: World, pair: Pair) -> None:
    message = await send(pair.mentor, pair.match, "Hello")
    (await report(pair.mentee, {"messageId": message})).ok()
    # when somebody who can write to the database says another one has sent it
    await execute("ALTER TABLE report_evidence DISABLE TRIGGER USER")
    await execute("UPDATE report_evidence SET sender_id = $1", pair.admin.key)
    for person, document in ((await moderator(world), QUEUE), (pair.mentee, OWN)):
        answer = await person.ask(document)
        assert answer.codes[0] == "INTERNAL_ERROR"
        assert "Hello" not in str(answer.data)
