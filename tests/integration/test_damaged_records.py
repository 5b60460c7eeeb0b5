"""One damaged record hides nothing but itself."""

from collections.abc import Sequence
from typing import Any

import pytest

from domain.clock import clock
from models.database import execute, fetch
from server.ticking import tick
from tests.integration.cases import report, resolve, send
from tests.integration.data_rights import export
from tests.integration.passing_time import answer_check_in, check_ins, moment
from tests.integration.world import Answer, Pair, Person, World

FLIP = "set_byte({0}, 20, get_byte({0}, 20) # 1)"
"""The stored text with one bit the other way round."""


@pytest.fixture
async def pair(world: World) -> Pair:
    clock.set(moment("2026-09-01 12:00"))
    return await world.pair()


async def damage(table: str, column: str, where: str, *values: object) -> None:
    trigger = f"ALTER TABLE {table} {{}} TRIGGER USER"
    await execute(trigger.format("DISABLE"))
    await execute(f"UPDATE {table} SET {column} = {FLIP.format(column)} WHERE {where}", *values)
    await execute(trigger.format("ENABLE"))


def failed(answer: Answer) -> list[Sequence[Any]]:
    assert set(answer.codes) <= {"INTERNAL_ERROR"}
    return [error["path"] for error in answer.errors]


async def test_of_a_damaged_report_all_but_its_own_texts_is_read(pair: Pair, mo: Person) -> None:
    # given two reports, decided; the texts of the first are damaged
    ids = [await report(pair.mentee, {"matchId": pair.match}) for _ in range(2)]
    for id in ids:
        (await resolve(mo, id, "WARN")).ok()
    key = (await fetch("SELECT id FROM reports ORDER BY id"))[0]["id"]
    await damage("reports", "details", "id = $1", key)
    await damage("report_resolutions", "note", "report_id = $1", key)

    # then the queue is there, and the moderator goes on
    queue = "{ moderation { reports { nodes { id status evidence { body } } } } }"
    assert [one["id"] for one in (await mo.ask(queue)).ok()["reports"]["nodes"]] == ids
    noted = await mo.ask("{ moderation { reports { nodes { id resolution { note } } } } }")
    assert failed(noted) == [["moderation", "reports", "nodes", 0, "resolution", "note"]]
    assert [one["resolution"] for one in noted.payload["reports"]["nodes"]] == [
        None,
        {"note": "Seen to."},
    ]
    (await resolve(mo, ids[1], "END_MATCH")).ok()
    # and the damaged text is an error of its own
    one = "query($id: ID!) { moderation { report(id: $id) { details } } }"
    assert failed(await mo.ask(one, id=ids[0])) == [["moderation", "report", "details"]]
    assert (await mo.ask(one, id=ids[1])).payload["report"] == {"details": "Look."}


async def test_a_copy_that_is_not_vouched_for_hides_no_other_case(pair: Pair, mo: Person) -> None:
    # given two cases, and a copy of the first which is said to be from somebody else
    sent = [await send(pair.mentor, pair.match, body) for body in ("one", "two", "three")]
    first = await report(pair.mentee, {"messageId": sent[0]}, sent[1])
    await report(pair.mentee, {"messageId": sent[2]})
    await execute("ALTER TABLE report_evidence DISABLE TRIGGER USER")
    await execute(
        """UPDATE report_evidence SET sender_id = $1
           WHERE id = (SELECT id FROM report_evidence ORDER BY id LIMIT 1)""",
        pair.mentee.key,
    )

    # then none of it is shown, not even who is said to have sent it, and the other case is
    for field in ("body", "messageId", "sentAt", "sender { id }"):
        document = f"{{ moderation {{ reports {{ nodes {{ evidence {{ {field} }} }} }} }} }}"
        answer = await mo.ask(document)
        name = field.partition(" ")[0]
        assert failed(answer) == [["moderation", "reports", "nodes", 0, "evidence", 0, name]]
        shown = answer.payload["reports"]["nodes"]
        assert shown[0]["evidence"] is None and len(shown[1]["evidence"]) == 1

    # nor does the reporter's copy of their data say what nobody vouches for
    damaged, *others = (await export(pair.mentee))["reportEvidence"]
    assert damaged == {"reportId": first, "unreadable": True}
    assert sorted(one["body"] for one in others) in (["three", "two"], ["one", "three"])
    # nor is anything taken out of a conversation on its word
    (await resolve(mo, first, "REMOVE_MESSAGES")).ok()
    assert len(await fetch("SELECT 1 FROM messages WHERE body IS NULL")) == 1


async def test_a_damaged_message_leaves_its_page_and_can_still_be_reported(pair: Pair) -> None:
    sent = [await send(pair.mentor, pair.match, body) for body in ("one", "two")]
    await damage("messages", "body", "number = 1")

    read = "query($id: ID!) { match(id: $id) { messages { nodes { id body } } } }"
    answer = await pair.mentee.ask(read, id=pair.match)

    assert failed(answer) == [["match", "messages", "nodes", 0, "body"]]
    assert [one["body"] for one in answer.payload["messages"]["nodes"]] == [None, "two"]
    await report(pair.mentee, {"messageId": sent[0]}, sent[1])
    assert len(await fetch("SELECT 1 FROM report_evidence")) == 1


async def test_a_damaged_answer_leaves_the_other_one_and_the_list(pair: Pair) -> None:
    # given a check-in that both have answered, and the mentor's answer is damaged
    clock.set(moment("2026-09-06 10:00"))
    await tick()
    (check_in,) = await check_ins(pair.mentor, pair.match)
    for person in (pair.mentor, pair.mentee):
        assert await answer_check_in(person, pair.match) == []
    await damage("check_in_answers", "content", "user_id = $1", pair.mentor.key)

    # then each of the two reads the list, and an error in that one's place
    document = """query($id: ID!) { match(id: $id) {
      checkIns { nodes { id mine { mood } partners { mood } } } } }"""
    for person, place, other in (
        (pair.mentor, "mine", "partners"),
        (pair.mentee, "partners", "mine"),
    ):
        answer = await person.ask(document, id=pair.match)
        assert failed(answer) == [["match", "checkIns", "nodes", 0, place]]
        (shown,) = answer.payload["checkIns"]["nodes"]
        assert shown["id"] == check_in["id"]
        assert shown[place] is None and shown[other]["mood"]
