"""What people get who ask for all that is held on them, and what is not theirs to get."""

from typing import Any

import orjson
import pytest

from domain.erasure import delete_account
from domain.viewer import of_session
from models import personal_data
from models.data_keys import KEYED
from models.database import execute, fetch
from models.endings import EndCause
from models.ids import global_id
from tests.acceptance.samples import ANSWER, QUESTION, SEND
from tests.integration.data_rights import EXPORT, export
from tests.integration.world import Pair, Person, World

pytestmark = pytest.mark.anyio

SECTIONS = [
    *("account", "sessions", "identities", "memberships", "enrollments", "matches", "steps"),
    *("messages", "messageChanges", "checkInAnswers", "checkInReminders"),
    *("blocks", "reports", "reportEvidence", "moderation", "notices", "actions", "decisions"),
]

NOT_TOLD = {"report_parties"}
"""That one is part of a case is not told."""


async def say(person: Person, pair: Pair, body: str, **said: Any) -> str:
    input = {"matchId": pair.match, "body": body, "clientKey": f"{person.name} {body}"} | said
    message: str = (await person.ask(SEND, input=input)).ok()["message"]["id"]
    return message


@pytest.fixture
async def pair(world: World) -> Pair:
    """A pair that has a goal, an answer, a step done and a conversation."""
    admin, mentor, mentee = await world.people("Ada", "Mona", "Theo")
    group = await world.group(admin)
    program = await world.open_program(admin, group, questions=[QUESTION])
    await world.enroll(mentor, program, "MENTOR", goal="to give back")
    await world.enroll(mentee, program, "MENTEE", goal="to sleep", answers=[ANSWER])
    match = await world.match(admin, program, mentor, mentee)
    pair = Pair(admin, mentor, mentee, group, program, match)
    first = await say(mentor, pair, "How was the night?")
    await say(mentee, pair, "Short.", replyToId=first)
    gone = await say(mentee, pair, "Forget this")
    await mentee.ask(
        "mutation($id: ID!) { deleteMessage(messageId: $id) { errors { code } } }", id=gone
    )
    await mentee.ask(
        "mutation($id: ID!) { markRead(matchId: $id, upToNumber: 1) { errors { code } } }", id=match
    )
    return pair


async def test_everything_of_the_person_and_all_they_received_is_in_it(pair: Pair) -> None:
    found = await export(pair.mentee)

    assert list(found) == ["version", "exportedAt", *SECTIONS]
    account = found["account"]
    assert (account["id"], account["displayName"]) == (pair.mentee.id, "Theo")
    assert account["email"].startswith("theo.") and account["hasPassword"] is False
    assert len(found["sessions"]) == 1
    assert [m["groupId"] for m in found["memberships"]] == [pair.group]
    (enrollment,) = found["enrollments"]
    assert (enrollment["role"], enrollment["goal"]) == ("MENTEE", "to sleep")
    assert enrollment["answers"] == [{"question": QUESTION, "text": "Because."}]
    (match,) = found["matches"]
    assert (match["id"], match["partnerId"]) == (pair.match, pair.mentor.id)
    assert (match["partnerName"], match["role"]) == ("Mona", "MENTEE")
    bodies = [(m["number"], m["senderId"], m["body"]) for m in found["messages"]]
    assert bodies == [
        (1, pair.mentor.id, "How was the night?"),
        (2, pair.mentee.id, "Short."),
        (3, pair.mentee.id, None),
    ]
    assert found["messages"][1]["replyToId"] == found["messages"][0]["id"]
    assert [c["kind"] for c in found["messageChanges"]] == ["DELETED", "READ"]
    assert {"group.joined", "enrollment.enrolled"} <= {a["action"] for a in found["actions"]}
    told = {(d["action"], d["subject"]) for d in found["decisions"]}
    assert ("match.created", pair.match) in told
    assert ("enrollment.approved", enrollment["id"]) in told


async def test_nothing_that_is_the_partners_alone_or_a_secret_is_in_it(pair: Pair) -> None:
    found = await export(pair.mentor)
    text = orjson.dumps(found).decode()

    # the partner's messages were sent to one; their goal, answers and address were not
    assert "Short." in text
    for foreign in ("to sleep", "Because.", "theo.", "Forget this"):
        assert foreign not in text
    # and of what others did, one learns that it was done and not who did it
    assert all("actorId" not in decision for decision in found["decisions"])
    assert pair.admin.id not in text


async def test_answers_to_check_ins_are_in_it_the_partners_once_they_are_open_to_one(
    pair: Pair,
) -> None:
    # given a check-in that both have answered, and one that the mentor alone has
    for week, people in ((1, (pair.mentor, pair.mentee)), (2, (pair.mentor,))):
        for person in people:
            await answer_week(pair, person, week, f"{person.name} in week {week}")

    def told(found: dict[str, Any]) -> list[tuple[int, str, str]]:
        return [(a["week"], a["userId"], a["answer"]["note"]) for a in found["checkInAnswers"]]

    both = [(1, pair.mentor.id, "Mona in week 1"), (1, pair.mentee.id, "Theo in week 1")]
    assert told(await export(pair.mentor)) == [*both, (2, pair.mentor.id, "Mona in week 2")]
    assert told(await export(pair.mentee)) == both
    answers = (await export(pair.mentee))["checkInAnswers"]
    assert all(said["answer"]["met"] is True for said in answers)  # and not 1, as it is sealed

    # and of who erases the account, no answer is left, neither here nor in the database
    viewer = await of_session(pair.mentor.session)
    assert viewer is not None
    await delete_account(viewer, None)
    assert told(await export(pair.mentee)) == both[1:]
    rows = await fetch("SELECT user_id FROM check_in_answers")
    assert [row["user_id"] for row in rows] == [pair.mentee.key]


async def answer_week(pair: Pair, person: Person, week: int, note: str) -> None:
    await execute(
        """INSERT INTO check_ins (id, match_id, week, date, status)
           SELECT gen_random_uuid(), id, $1, current_date + $1::int, 'OPEN' FROM matches
           ON CONFLICT DO NOTHING""",
        week,
    )
    rows = await fetch("SELECT id FROM check_ins WHERE week = $1", week)
    said = {"checkInId": global_id("checkin", rows[0]["id"]), "mood": 3, "met": True, "note": note}
    document = """mutation($input: AnswerCheckInInput!) {
        answerCheckIn(input: $input) { errors { code field } } }"""
    (await person.ask(document, input=said)).ok()


async def test_suspended_people_get_theirs_too_and_that_they_asked_is_written_down(
    world: World,
) -> None:
    sue = await world.person("Sue", suspended=True)
    assert (await export(sue))["account"]["displayName"] == "Sue"

    rows = await fetch("SELECT actor_id FROM audit_entries WHERE action = 'user.exported'")
    assert [row["actor_id"] for row in rows] == [sue.key]


async def test_who_is_not_signed_in_gets_nothing(world: World) -> None:
    assert (await world.nobody.ask(EXPORT)).codes == ["UNAUTHENTICATED"]


async def test_lists_longer_than_a_page_are_whole_and_in_order(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    for i in range(12):
        await say(pair.mentor, pair, f"line {i}")
    whole = await export(pair.mentee)

    for page in (1, 5, 15, 16):
        monkeypatch.setattr("models.export.PAGE", page)
        assert (await export(pair.mentee))["messages"] == whole["messages"]
    assert [m["number"] for m in whole["messages"]] == list(range(1, 16))


async def test_a_text_that_does_not_open_is_named_and_spoils_no_other(pair: Pair) -> None:
    await execute("UPDATE messages SET body = fingerprint || fingerprint WHERE number = 1")

    bodies = [message["body"] for message in (await export(pair.mentee))["messages"]]

    assert bodies == [{"unreadable": True}, "Short.", None]


@pytest.mark.parametrize("cause", list(EndCause))
async def test_why_a_match_ended_is_told_as_everywhere(pair: Pair, cause: EndCause) -> None:
    for ended_by in (pair.mentor, pair.mentee):
        await execute(
            """UPDATE matches SET status = 'ENDED', ended_at = now(), end_cause = $1,
                   ended_by_id = $2""",
            *(cause, ended_by.key),
        )
        for person in (pair.mentor, pair.mentee):
            answer = await person.ask(
                "query($id: ID!) { match(id: $id) { endReason } }", id=pair.match
            )
            (match,) = (await export(person))["matches"]
            assert match["endReason"] == answer.payload["endReason"]


async def test_every_table_that_holds_something_of_people_has_its_section(
    database: str,
) -> None:
    tables = await fetch(
        """SELECT DISTINCT conrelid::regclass::text FROM pg_constraint
           WHERE contype = 'f' AND confrelid IN ('users'::regclass, 'pair_members'::regclass)"""
    )
    exported = " ".join(section.source for section in personal_data.SECTIONS)
    assert {table for (table,) in tables if table not in exported} == NOT_TOLD


async def test_every_table_with_data_keys_is_rotated(database: str) -> None:
    tables = await fetch(
        """SELECT table_name FROM information_schema.columns
           WHERE table_schema = 'public' AND column_name = 'data_key'"""
    )
    assert {table for (table,) in tables} == set(KEYED)


async def test_of_a_partner_who_is_gone_the_export_tells_no_more_than_the_graph(pair: Pair) -> None:
    viewer = await of_session(pair.mentor.session)
    assert viewer is not None
    await delete_account(viewer, None)

    found = await export(pair.mentee)

    assert found["matches"][0]["partnerName"] == ""
    assert [m["body"] for m in found["messages"]] == [None, "Short.", None]
